#pragma once

#include <functional>
#include <string>

#include "coverage/base/error.h"
#include "coverage/base/export.h"
#include "coverage/model/holding_schema.h"
#include "coverage/model/index_range.h"
#include "coverage/model/raw_block.h"
#include "coverage/source/file_identity.h"

namespace gyre::coverage {

/// What every source checks around a read, in one place.

/// @throws Error{NoSuchField}
[[nodiscard]] GYRE_API const VariableSchema& variable_named(const HoldingSchema& schema,
                                                            const std::string& name);

/// An empty block of the right type and shape, its bytes not yet allocated.
/// @throws Error{Internal} when the box does not fit the variable; Error{TooLarge} over 1 GB for
/// the block or one chunk
[[nodiscard]] GYRE_API RawBlock block_for(const VariableSchema& variable, const IndexBox& box);

/// The box of a whole variable that is in memory. @pre the box lies within it
[[nodiscard]] GYRE_API RawBlock part_of(const RawBlock& whole, const IndexBox& box);

/// Runs `read` between two calls of `check`, which throws Error{HoldingChanged} when the holding is
/// no longer the one described. Errors below become words for clients; theirs go to the log.
/// @throws Error{HoldingChanged}, Error{MalformedHolding}
void read_between(const std::function<void()>& check, const std::string& path,
                  const std::string& variable, const std::function<void()>& read);
/// What to throw then.
[[nodiscard]] Error holding_changed(const std::string& path, const std::string& variable);

/// Runs `read` between two looks at the holding. Errors below become words for clients; theirs go
/// to the log. An Error whose subject is the variable is in such words already.
/// @throws Error{HoldingChanged}, Error{MalformedHolding}
GYRE_API void read_unchanged(const std::string& path, const FileIdentity& identity,
                             const std::string& variable, const std::function<void()>& read);

}  // namespace gyre::coverage
