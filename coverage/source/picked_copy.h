#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "coverage/source/source.h"
#include "coverage/source/zarr/strided_copy.h"

namespace gyre::coverage {

/// Of each dimension the indices to take.
using PickedSpans = std::vector<std::span<const std::size_t>>;

[[nodiscard]] inline PickedSpans spans_of(const Picks& picks) {
  return {picks.begin(), picks.end()};
}
[[nodiscard]] inline std::size_t cells_of(const Picks& picks) {
  std::size_t cells = 1;
  for (const auto& indices : picks) cells *= indices.size();
  return cells;
}

/// Copies the items at all combinations of `picks`, counted along `from`, side by side along `to`.
/// Strides of 0 repeat one item. @pre no dimension is without a pick
void copy_picked(const Strided<const std::byte*>& from, const Strided<std::byte*>& to,
                 const PickedSpans& picks, std::size_t item);

}  // namespace gyre::coverage
