#pragma once

#include <cstddef>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/index_range.h"

namespace gyre::coverage {

/// Boxes that cover an array of `shape` in row-major order, each made of whole chunks (but for what
/// the array's edge cuts off): as many as fit `limit_bytes`, the last dimensions first, and one at
/// least. No extent of `chunk_shape` is 0.
[[nodiscard]] GYRE_API std::vector<IndexBox> chunk_tiles(
    const std::vector<std::size_t>& shape, const std::vector<std::size_t>& chunk_shape,
    std::size_t item, std::size_t limit_bytes);

/// A chunk shape for an array of `shape`: the `wanted` one (empty: no wish) where it fits, with
/// less along the first dimensions where a chunk would be too large to hold some in memory, and
/// whole multiples of it along the last ones where it would be too small to be worth a look-up.
[[nodiscard]] GYRE_API std::vector<std::size_t> chunk_shape_for(
    const std::vector<std::size_t>& shape, const std::vector<std::size_t>& wanted,
    std::size_t item);

}  // namespace gyre::coverage
