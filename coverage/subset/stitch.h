#pragma once

#include <string>
#include <vector>

#include "coverage/base/abort_token.h"
#include "coverage/base/export.h"
#include "coverage/model/raw_block.h"
#include "coverage/source/source.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

/// Reads the cells of `variable` that `selections` (one per dimension of the variable, in its
/// order) select, within `box`, which counts in selected cells. One read per combination of runs;
/// the block is in the variable's own dimension order.
/// @throws Error{MalformedHolding} when the source gives another type or size than `type`
[[nodiscard]] GYRE_API RawBlock read_stitched(const Source& source, const std::string& variable,
                                              ElementType type,
                                              const std::vector<const AxisSelection*>& selections,
                                              const IndexBox& box, const AbortToken& abort);

/// Copies `block` so that its dimension `order[d]` becomes dimension d.
[[nodiscard]] GYRE_API RawBlock transposed(const RawBlock& block,
                                           const std::vector<std::size_t>& order);

}  // namespace gyre::coverage
