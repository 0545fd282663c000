#pragma once

#include <cstddef>
#include <vector>

namespace gyre::coverage {

/// Half-open range of sample indices along one axis.
struct IndexRange {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] std::size_t size() const { return end - begin; }
  [[nodiscard]] bool empty() const { return end <= begin; }
  [[nodiscard]] bool contains(std::size_t index) const { return begin <= index && index < end; }
  bool operator==(const IndexRange&) const = default;
};

/// One range per dimension, in the order of the dimensions it is used with.
using IndexBox = std::vector<IndexRange>;

[[nodiscard]] inline std::size_t cells_of(const IndexBox& box) {
  std::size_t cells = 1;
  for (const IndexRange& range : box) cells *= range.size();
  return cells;
}

}  // namespace gyre::coverage
