#include "coverage/subset/working_memory.h"

#include <catch2/catch.hpp>

#include "coverage/base/work.h"
#include "coverage/subset/regridded_bands.h"
#include "coverage/subset/view.h"
#include "tests/coverage/memory_source.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

constexpr std::size_t kMega = std::size_t{1} << 20;

/// A world of 60 x 30 cells, whose values are their numbers.
std::shared_ptr<const Dataset> world() {
  auto source = std::make_shared<MemorySource>();
  source->add({"v", ElementType::Float32, {"lat", "lon"}, {30, 60}, {}, {}}, every(0, 1, 1800));
  Field field;
  field.name = "v";
  field.declared = field.storage = ElementType::Float32;
  auto dataset = std::make_shared<Dataset>();
  dataset->id = "world";
  dataset->schema = std::make_shared<HoldingSchema>(source->describe());
  dataset->source = source;
  dataset->coverages.push_back(
      {"world",
       DomainSet({latitude_axis(every(-87, 6, 30)), longitude_axis(every(-177, 6, 60))}, Crs(), ""),
       {field},
       {{0, 1}}});
  return dataset;
}

Regridding onto(std::size_t width, std::size_t height, Interpolation interpolation) {
  Regridding made;
  made.target = {Crs(), {-180, -90, 180, 90}, width, height};
  made.interpolation = interpolation;
  return made;
}

}  // namespace

TEST_CASE("bands of a box are put together as the box", "[subset]") {
  const IndexBox box{{1, 3}, {4, 6}, {10, 17}, {0, 3}};
  const auto read = [](const IndexBox& part) {
    RawBlock block{ElementType::Int32, {}, {}};
    for (const IndexRange& range : part) block.shape.push_back(range.size());
    block.bytes.resize(block.cells() * sizeof(std::int32_t));
    auto values = block.as<std::int32_t>();
    std::size_t cell = 0;
    for (std::size_t a = part[0].begin; a < part[0].end; ++a)
      for (std::size_t b = part[1].begin; b < part[1].end; ++b)
        for (std::size_t y = part[2].begin; y < part[2].end; ++y)
          for (std::size_t x = part[3].begin; x < part[3].end; ++x)
            values[cell++] = static_cast<std::int32_t>(((a * 100 + b) * 100 + y) * 100 + x);
    return block;
  };
  for (const std::size_t rows : {1, 2, 3, 7, 100})
    CHECK(read_in_bands(box, rows, read) == read(box));
}

TEST_CASE("values on another grid do not depend on its bands", "[subset]") {
  const auto interpolation = GENERATE(Interpolation::Nearest, Interpolation::Linear);
  const std::size_t width = 1000, height = 1100;  // more than are looked up at once
  REQUIRE(rows_at_once(interpolation, {{0, height}, {0, width}}) < height);
  const auto dataset = world();
  const View view(regridded(resolve(dataset, dataset->coverages[0], {}, {}),
                            onto(width, height, interpolation), {}, Distance::Untold));
  const RawBlock whole = view.read(0, {{0, height}, {0, width}}, {});
  const std::size_t row = width * size_of(whole.type);
  for (const std::size_t y : {0, 261, 262, 263, 500, 1047, 1048, 1049, 1099}) {
    const RawBlock one = view.read(0, {{y, y + 1}, {0, width}}, {});
    REQUIRE(one.bytes.size() == row);
    CHECK(std::equal(one.bytes.begin(), one.bytes.end(),
                     whole.bytes.begin() + static_cast<std::ptrdiff_t>(y * row)));
  }
}

TEST_CASE("what is held of large answers has a bound", "[subset]") {
  const auto dataset = world();
  const ResolvedQuery query = resolve(dataset, dataset->coverages[0], {}, {});
  CHECK(bytes_for_slabs(query) == 3 * 1800 * 4);
  CHECK(bytes_for_picture(100) == 100 * 24 + 25);
  CHECK(bytes_for_picture(100 * kMega) == kMega * 24 + 25 * kMega);
  for (const auto interpolation : {Interpolation::Nearest, Interpolation::Linear}) {
    const auto bytes = [&](std::size_t side, std::size_t sections) {
      return bytes_for_regridding(query, onto(side, side, interpolation), sections);
    };
    CHECK(bytes(20, 1) > 400 * looked_up(interpolation).bytes_per_cell);
    CHECK(bytes(20, 1) < kMega);
    CHECK(bytes(200, 1) > bytes(20, 1));
    CHECK(bytes(15000, 1) < 100 * kMega);
    CHECK(bytes(15000, 50) == bytes(15000, 1));
  }
  CHECK(bytes_for_columns(10) == 240);
  CHECK(bytes_for_columns(1000 * kMega) == 24 * kMega);
}

TEST_CASE("bands that are made side by side are all held", "[subset]") {
  const auto dataset = world();
  const ResolvedQuery query = resolve(dataset, dataset->coverages[0], {}, {});
  const Regridding large = onto(15000, 15000, Interpolation::Nearest);
  const std::size_t alone = bytes_for_regridding(query, large, 1);
  Executor executor(2);
  Work work;
  work.executor = &executor;
  const WorkScope scope(work);
  const std::size_t threads = std::min<std::size_t>(4, executor.threads());
  CHECK(bytes_for_regridding(query, large, 1) == alone + (threads - 1) * (kMega * 24 + 1800 * 4));
}
