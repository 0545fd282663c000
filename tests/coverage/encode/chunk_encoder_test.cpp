#include "coverage/encode/chunk_encoder.h"

#include <map>
#include <random>

#include <catch2/catch.hpp>

#include "coverage/base/executor.h"
#include "coverage/base/work.h"
#include "coverage/encode/chunk_tiles.h"
#include "coverage/source/chunk_walk.h"
#include "coverage/source/chunks/unshuffle.h"
#include "coverage/source/reading.h"
#include "coverage/source/zarr/codec.h"

using namespace gyre::coverage;

namespace {

IndexBox whole(const std::vector<std::size_t>& shape) {
  IndexBox box;
  for (const std::size_t extent : shape) box.push_back({0, extent});
  return box;
}

Bytes inflated(Bytes bytes, std::size_t size) {
  return (*compressor_named("zlib", Json::object()))(std::move(bytes), {size, size});
}

}  // namespace

TEST_CASE("chunks decode to the values they were made of", "[encode]") {
  std::mt19937 random(1);
  Executor executor(3);
  const WorkScope scope({{}, Priority::Interactive, &executor});
  for (int turn = 0; turn < 40; ++turn) {
    ChunkedValues values;
    values.item = std::vector<std::size_t>{1, 2, 4, 8}[random() % 4];
    values.shuffled = random() % 2 == 0;
    const std::size_t rank = 1 + random() % 3;
    std::size_t bytes = values.item;
    for (std::size_t d = 0; d < rank; ++d) {
      values.shape.push_back(1 + random() % (rank == 1 ? 5000 : 40));
      values.chunk_shape.push_back(1 + random() % values.shape.back());
      bytes *= values.chunk_shape.back();
    }
    RawBlock block{ElementType::UInt8, values.shape, {}};
    if (values.item == 2) block.type = ElementType::Int16;
    if (values.item == 4) block.type = ElementType::Float32;
    if (values.item == 8) block.type = ElementType::Int64;
    block.bytes.resize(block.cells() * values.item);
    for (std::byte& one : block.bytes) one = static_cast<std::byte>(random() % 7);
    values.read = [&](const IndexBox& box) { return part_of(block, box); };
    std::map<std::vector<std::size_t>, std::size_t> passed;
    if (turn % 2 == 0) {
      values.stored = [&](const std::vector<std::size_t>& corner) -> std::optional<StoredChunk> {
        if (corner[0] / values.chunk_shape[0] % 3 != 0) return std::nullopt;
        return StoredChunk{Bytes(3), 2};
      };
    }
    std::size_t chunks = 0;
    for_each_chunk_of(whole(values.shape), values.chunk_shape,
                      [&](const auto&, const auto&) { ++chunks; });
    encode_chunks(values, {}, [&](const std::vector<std::size_t>& corner, const StoredChunk& made) {
      CHECK(++passed[corner] == 1);
      if (values.stored && values.stored(corner)) {
        CHECK(made.left_out == 2);
        return;
      }
      RawBlock chunk{block.type, values.chunk_shape, inflated(made.bytes, bytes)};
      if (values.shuffled) {
        const Bytes shuffled = chunk.bytes;
        unshuffle(shuffled, values.item, chunk.bytes);
      }
      IndexBox cells, in_chunk;
      for (std::size_t d = 0; d < rank; ++d) {
        const std::size_t end = std::min(corner[d] + values.chunk_shape[d], values.shape[d]);
        cells.push_back({corner[d], end});
        in_chunk.push_back({0, end - corner[d]});
      }
      CHECK(part_of(chunk, in_chunk) == part_of(block, cells));
    });
    CHECK(passed.size() == chunks);
  }
}

TEST_CASE("tiles are whole chunks, within bounds, and cover all", "[encode]") {
  const std::vector<std::size_t> shape{7, 100, 90}, chunk{2, 30, 40};
  const std::size_t limit = GENERATE(1u, 2u * 30 * 40 * 4, 50'000u, 1'000'000u);
  std::size_t cells = 0;
  for (const IndexBox& tile : chunk_tiles(shape, chunk, 4, limit)) {
    cells += cells_of(tile);
    CHECK(cells_of(tile) * 4 <= std::max<std::size_t>(limit, 2 * 30 * 40 * 4));
    for (std::size_t d = 0; d < 3; ++d) {
      CHECK(tile[d].begin % chunk[d] == 0);
      CHECK((tile[d].end % chunk[d] == 0 || tile[d].end == shape[d]));
    }
  }
  CHECK(cells == 7 * 100 * 90);
}

TEST_CASE("chunk shapes follow the holding's where they make sense", "[encode]") {
  using Shape = std::vector<std::size_t>;
  CHECK(chunk_shape_for({10, 2041, 4320}, {5, 681, 1440}, 2) == Shape{5, 681, 1440});
  CHECK(chunk_shape_for({3, 2041, 4320}, {5, 681, 1440}, 2) == Shape{3, 681, 1440});
  CHECK(chunk_shape_for({3000, 2041, 4320}, {3000, 681, 1440}, 2) == Shape{8, 681, 1440});
  CHECK(chunk_shape_for({3000, 20, 20}, {1, 2, 2}, 4) == Shape{40, 20, 20});
  CHECK(chunk_shape_for({3000, 2000, 1000}, {}, 4) == Shape{1, 262, 1000});
  CHECK(chunk_shape_for({1, 1, 1}, {}, 4) == Shape{1, 1, 1});
}
