#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "coverage/model/index_range.h"

namespace gyre::coverage {

/// Calls action(index, within) for each chunk of `chunk_shape` that `box` meets, the last dimension
/// fastest: its place in the grid of chunks, and the part of the box in it, in the array's indices.
template <typename Action>
void for_each_chunk_of(const IndexBox& box, const std::vector<std::size_t>& chunk_shape,
                       const Action& action) {
  const std::size_t rank = box.size();
  std::vector<std::size_t> index(rank), first(rank), last(rank);
  for (std::size_t d = 0; d < rank; ++d) {
    if (box[d].empty()) return;
    index[d] = first[d] = box[d].begin / chunk_shape[d];
    last[d] = (box[d].end - 1) / chunk_shape[d];
  }
  while (true) {
    IndexBox within(rank);
    for (std::size_t d = 0; d < rank; ++d) {
      const std::size_t corner = index[d] * chunk_shape[d];
      within[d] = {std::max(box[d].begin, corner), std::min(box[d].end, corner + chunk_shape[d])};
    }
    action(index, within);
    std::size_t d = rank;
    while (d > 0 && index[d - 1] == last[d - 1]) {
      --d;
      index[d] = first[d];
    }
    if (d == 0) return;
    ++index[d - 1];
  }
}

}  // namespace gyre::coverage
