#include "coverage/subset/chunk_parts.h"

#include <map>
#include <numeric>
#include <set>

#include <catch2/catch.hpp>

using namespace gyre::coverage;

namespace {

std::vector<std::size_t> counted(std::size_t begin, std::size_t end, std::size_t step = 1) {
  std::vector<std::size_t> indices;
  for (std::size_t i = begin; i < end; i += step) indices.push_back(i);
  return indices;
}

/// The numbers of the chunks a box lies in, from the first to the last along each dimension.
std::vector<std::vector<std::size_t>> chunks_in(const std::vector<PickedDimension>& dimensions,
                                                const IndexBox& box) {
  std::vector<std::vector<std::size_t>> found{{}};
  for (std::size_t d = 0; d < box.size(); ++d) {
    const std::size_t chunk = std::max<std::size_t>(1, dimensions[d].chunk);
    std::vector<std::vector<std::size_t>> longer;
    for (const auto& one : found) {
      for (std::size_t c = dimensions[d].indices[box[d].begin] / chunk;
           c <= dimensions[d].indices[box[d].end - 1] / chunk; ++c) {
        longer.push_back(one);
        longer.back().push_back(c);
      }
    }
    found = std::move(longer);
  }
  return found;
}

}  // namespace

TEST_CASE("parts cover all, each within the limit, and no chunk is inflated twice", "[subset]") {
  struct Row {
    std::vector<PickedDimension> dimensions;
    std::size_t chunk_bytes, limit;
  };
  const std::vector<Row> rows{
      // a section of a field in whole layers: the inner dimension alone is far too much
      {{{counted(0, 20), 1}, {counted(0, 50), 1}, {{7}, 100}, {{3}, 100}}, 40'000, 1'000'000},
      {{{counted(0, 100), 24}, {counted(3, 40), 10}, {{7}, 50}, {{0}, 50}}, 2'400'000, 5'000'000},
      {{{counted(0, 100, 7), 3}, {{0, 1, 39}, 4}}, 48, 100},
      {{{counted(0, 1000), 1000}, {counted(0, 10), 10}}, 40'000, 10},
      {{{counted(5, 6), 10}}, 40, 1},
  };
  for (const Row& row : rows) {
    std::map<std::vector<std::size_t>, int> cells;
    std::set<std::vector<std::size_t>> chunks;
    for (const IndexBox& box : chunk_parts(row.dimensions, 4, row.limit)) {
      const auto touched = chunks_in(row.dimensions, box);
      CHECK((touched.size() == 1 || touched.size() * row.chunk_bytes <= row.limit));
      for (const auto& chunk : touched) CHECK(chunks.insert(chunk).second);
      std::vector<std::size_t> at;
      for (const IndexRange& range : box) at.push_back(range.begin);
      for (std::size_t d = box.size(); d > 0;) {
        ++cells[at];
        for (d = box.size(); d > 0; --d) {
          if (++at[d - 1] < box[d - 1].end) break;
          at[d - 1] = box[d - 1].begin;
        }
      }
    }
    std::size_t expected = 1;
    for (const PickedDimension& dimension : row.dimensions) expected *= dimension.indices.size();
    CHECK(cells.size() == expected);
    CHECK(std::all_of(cells.begin(), cells.end(), [](const auto& one) { return one.second == 1; }));
  }
}

TEST_CASE("chunks with nothing picked are not read", "[subset]") {
  const std::vector<PickedDimension> far{{{0, 1, 10, 11, 500}, 4}};
  CHECK(chunk_parts(far, 4, 1 << 20) == std::vector<IndexBox>{{{0, 2}}, {{2, 4}}, {{4, 5}}});
  const std::vector<PickedDimension> unchunked{{{0, 1, 10, 11, 500}, 0}};
  CHECK(chunk_parts(unchunked, 4, 1 << 20) == std::vector<IndexBox>{{{0, 5}}});
  CHECK(chunk_parts(std::vector<PickedDimension>{{{}, 4}}, 4, 1).empty());
}

TEST_CASE("parts are put in their places", "[subset]") {
  // 64 MB a chunk: at most two at once.
  const std::vector<PickedDimension> dimensions{
      {{0, 2, 3}, 1}, {{4, 5, 9, 40}, 1u << 4}, {{0}, 1u << 20}};
  std::size_t reads = 0;
  const RawBlock whole = read_in_parts(
      dimensions, ElementType::Int32,
      [&](const IndexBox& box) {
        ++reads;
        RawBlock part{ElementType::Int32, {}, {}};
        for (const IndexRange& range : box) part.shape.push_back(range.size());
        part.bytes.resize(part.cells() * 4);
        std::size_t i = 0;
        for (std::size_t a = box[0].begin; a < box[0].end; ++a) {
          for (std::size_t b = box[1].begin; b < box[1].end; ++b) {
            part.as<std::int32_t>()[i++] = static_cast<std::int32_t>(a * 4 + b);
          }
        }
        return part;
      },
      AbortToken());
  CHECK(whole.shape == std::vector<std::size_t>{3, 4, 1});
  std::vector<std::int32_t> expected(12);
  std::iota(expected.begin(), expected.end(), 0);
  const auto got = whole.as<std::int32_t>();
  CHECK(std::vector<std::int32_t>(got.begin(), got.end()) == expected);
  CHECK(reads == 4);  // {0} and {2, 3}, of the second dimension {4, 5, 9} and {40}
  AbortToken gone;
  gone.cancel();
  CHECK_THROWS(read_in_parts(
      dimensions, ElementType::Int32, [](const IndexBox&) { return RawBlock{}; }, gone));
}
