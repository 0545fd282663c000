#include "coverage/subset/stitch.h"

#include <random>

#include <catch2/catch.hpp>

#include "coverage/subset/position.h"
#include "tests/coverage/memory_source.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

/// v(step 3, cell n): step * n + cell.
std::shared_ptr<MemorySource> source_of(std::size_t n) {
  auto source = std::make_shared<MemorySource>();
  source->add({"v", ElementType::Int32, {"step", "cell"}, {3, n}, {}, {}}, every(0, 1, 3 * n));
  return source;
}

}  // namespace

TEST_CASE("many runs are read in few reads, and picked", "[subset][stitch]") {
  constexpr std::size_t kCells = 300'000;
  const auto source = source_of(kCells);
  std::mt19937 random(GENERATE(1U, 2U, 3U));
  std::vector<std::size_t> cells;
  for (std::size_t i = random() % 100; i < kCells; i += 1 + random() % 300) {
    if (i < 40'000 || i > 180'000) cells.push_back(i);  // a gap that is not worth reading
  }
  const AxisSelection steps{{{{0, 3}, 0}}, false}, picked = runs_of(cells);
  REQUIRE(picked.size() == cells.size());
  const IndexRange wanted{cells.size() / 10, cells.size() - 5};
  const RawBlock block =
      read_stitched(*source, "v", ElementType::Int32, {&steps, &picked}, {{1, 3}, wanted}, {});
  REQUIRE(block.shape == std::vector<std::size_t>{2, wanted.size()});
  const auto values = block.as<std::int32_t>();
  bool same = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t step = 1 + i / wanted.size();
    const std::size_t cell = cells[wanted.begin + i % wanted.size()];
    same = same && values[i] == static_cast<std::int32_t>(step * kCells + cell);
  }
  CHECK(same);
  CHECK(source->reads() == 2);
  CHECK(source->largest_read() < 2 * 4 * (kCells - 180'000 + 300));
}

TEST_CASE("a window as long as the answer is not the answer", "[subset][stitch]") {
  const auto source = source_of(70'100);
  const AxisSelection steps{{{{0, 1}, 0}}, false}, picked = runs_of({0, 2, 70'002});
  const RawBlock block =
      read_stitched(*source, "v", ElementType::Int32, {&steps, &picked}, {{0, 1}, {0, 3}}, {});
  const auto values = block.as<std::int32_t>();
  CHECK(std::vector<std::int32_t>(values.begin(), values.end()) ==
        std::vector<std::int32_t>{0, 2, 70'002});
}

TEST_CASE("runs are samples that follow each other", "[subset][stitch]") {
  const AxisSelection selection = runs_of({2, 3, 4, 7, 9, 10});
  CHECK(selection.runs == std::vector<AxisRun>{{{2, 5}, 0}, {{7, 8}, 0}, {{9, 11}, 0}});
  CHECK(runs_of({}).runs.empty());
}
