#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "coverage/base/abort_token.h"
#include "coverage/base/export.h"
#include "coverage/model/index_range.h"
#include "coverage/model/raw_block.h"
#include "coverage/subset/view.h"

namespace gyre::coverage {

/// What is picked along one dimension of a variable.
struct PickedDimension {
  std::vector<std::size_t> indices;  ///< in the source, ascending
  std::size_t chunk = 0;             ///< cells of a chunk along it; 0: stored without chunks
};

/// Chunks are inflated whole, and meanwhile nobody else reads: what one read may inflate, bytes.
inline constexpr std::size_t kInflatedAtOnce = 128u << 20;

/// Boxes, counted in picked cells, that cover all of them once. No chunk is in two boxes, no box
/// touches chunks that hold nothing picked, and none has chunks of more than `limit` bytes, unless
/// it has but one.
[[nodiscard]] GYRE_API std::vector<IndexBox> chunk_parts(
    std::span<const PickedDimension> dimensions, std::size_t bytes_per_cell, std::size_t limit);

/// Reads the picked cells part by part with `read`, which gets boxes as chunk_parts() makes them.
/// Shape: picked cells per dimension. Checks `abort` between parts.
[[nodiscard]] GYRE_API RawBlock
read_in_parts(std::span<const PickedDimension> dimensions, ElementType type,
              const std::function<RawBlock(const IndexBox& box)>& read, const AbortToken& abort);

/// All of the view's k-th field, for scattered samples: shape as the view's.
[[nodiscard]] GYRE_API RawBlock read_in_parts(const View& view, std::size_t k,
                                              const AbortToken& abort);

}  // namespace gyre::coverage
