#include "coverage/encode/chunk_tiles.h"

#include <algorithm>

#include "coverage/source/chunk_walk.h"

namespace gyre::coverage {

std::vector<IndexBox> chunk_tiles(const std::vector<std::size_t>& shape,
                                  const std::vector<std::size_t>& chunk_shape, std::size_t item,
                                  std::size_t limit_bytes) {
  std::size_t bytes = item;
  for (const std::size_t extent : chunk_shape) bytes *= extent;
  std::vector<std::size_t> tile = chunk_shape;
  for (std::size_t d = shape.size(); d-- > 0;) {
    const std::size_t chunks = (shape[d] + chunk_shape[d] - 1) / chunk_shape[d];
    const std::size_t fitting =
        std::clamp<std::size_t>(limit_bytes / bytes, 1, std::max<std::size_t>(1, chunks));
    tile[d] *= fitting;
    bytes *= fitting;
    if (fitting < chunks) break;  // else the tiles were no stretches of the array
  }
  IndexBox whole;
  for (const std::size_t extent : shape) whole.push_back({0, extent});
  std::vector<IndexBox> tiles;
  for_each_chunk_of(whole, tile,
                    [&](const auto& /*at*/, IndexBox box) { tiles.push_back(std::move(box)); });
  return tiles;
}

std::vector<std::size_t> chunk_shape_for(const std::vector<std::size_t>& shape,
                                         const std::vector<std::size_t>& wanted, std::size_t item) {
  constexpr std::size_t kUsual = 1u << 20;  // bytes, where nothing is wished
  constexpr std::size_t kLeast = 64u << 10, kMost = 16u << 20;
  std::vector<std::size_t> chunk = wanted.size() == shape.size() ? wanted : shape;
  std::size_t bytes = item;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    chunk[d] = std::clamp<std::size_t>(chunk[d], 1, std::max<std::size_t>(1, shape[d]));
    bytes *= chunk[d];
  }
  const std::size_t most = wanted.size() == shape.size() ? kMost : kUsual;
  for (std::size_t d = 0; d < shape.size() && bytes > most; ++d) {
    bytes /= chunk[d];
    chunk[d] = std::clamp<std::size_t>(most / bytes, 1, chunk[d]);
    bytes *= chunk[d];
  }
  for (std::size_t d = shape.size(); d-- > 0 && bytes < kLeast;) {
    const std::size_t times =
        std::min((shape[d] + chunk[d] - 1) / chunk[d], std::max<std::size_t>(1, kLeast / bytes));
    const std::size_t longer = std::min(shape[d], chunk[d] * times);
    bytes = bytes / chunk[d] * longer;
    chunk[d] = longer;
  }
  return chunk;
}

}  // namespace gyre::coverage
