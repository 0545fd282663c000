#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "coverage/base/export.h"

namespace gyre::rendering {

/// Appends DEFLATE blocks (RFC 1951) of bytes in which nothing repeats but the byte before: what
/// is left of a map when each row is told by its difference from the row above. Nothing else is
/// looked for, which takes less time than a search through all that came before, and finds as much.
/// Parts that were deflated apart, also side by side, make one stream when they are put together.
/// @param last the stream ends here; otherwise it ends at a whole byte, to be gone on from
GYRE_API void deflate_runs(std::span<const std::uint8_t> bytes, bool last, std::string& out);

}  // namespace gyre::rendering
