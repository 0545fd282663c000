#include "coverage/source/chunks/planes.h"

#include <functional>
#include <numeric>

namespace gyre::coverage {

Planes planes_of(const std::vector<std::size_t>& chunk_shape, std::size_t item) {
  constexpr std::size_t kWorthIt = std::size_t{256} << 10;
  Planes planes{0, 1,
                std::accumulate(chunk_shape.begin(), chunk_shape.end(), item, std::multiplies<>())};
  for (const std::size_t extent : chunk_shape) {
    if (planes.bytes / extent < kWorthIt) break;
    ++planes.dimensions;
    planes.count *= extent;
    planes.bytes /= extent;
  }
  return planes;
}

std::vector<std::size_t> plane_numbers(const Picks& picks,
                                       const std::vector<std::size_t>& chunk_shape) {
  std::vector<std::size_t> numbers{0};
  for (std::size_t d = 0; d < picks.size(); ++d) {
    std::vector<std::size_t> finer;
    for (const std::size_t number : numbers) {
      for (const std::size_t index : picks[d]) finer.push_back(number * chunk_shape[d] + index);
    }
    numbers = std::move(finer);
  }
  return numbers;
}

}  // namespace gyre::coverage
