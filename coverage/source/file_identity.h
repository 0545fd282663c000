#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sys/stat.h>

#include "coverage/base/export.h"
#include "coverage/model/file_identity.h"

namespace gyre::coverage {

/// Of a file that was looked at.
[[nodiscard]] FileIdentity identity_of(const struct stat& status);

/// Never opens a file. Of an address: as it was when it was last looked at (remote_holding).
/// @throws Error{MalformedHolding} when it cannot be reached, saying why
[[nodiscard]] GYRE_API FileIdentity identity_of(const std::string& path);

/// When it was modified (ISO 8601), where that is in the future by more than clocks differ; absent:
/// it is not. For local holdings: of remote ones no time is known.
[[nodiscard]] GYRE_API std::optional<std::string> modified_in_future(const FileIdentity& identity,
                                                                     std::int64_t now_us);

}  // namespace gyre::coverage
