#include "coverage/subset/view.h"

#include <catch2/catch.hpp>

#include "tests/coverage/memory_source.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

/// Values tell where they come from: time * 10000 + lat * 100 + lon.
std::shared_ptr<const Dataset> sample(bool transposed = false) {
  auto source = std::make_shared<MemorySource>();
  std::vector<std::int32_t> values;
  const std::size_t nt = 3;
  const std::size_t ny = 4;
  const std::size_t nx = 36;
  if (!transposed) {
    for (std::size_t t = 0; t < nt; ++t)
      for (std::size_t y = 0; y < ny; ++y)
        for (std::size_t x = 0; x < nx; ++x)
          values.push_back(static_cast<std::int32_t>(t * 10000 + y * 100 + x));
    source->add({"v", ElementType::Int32, {"time", "lat", "lon"}, {nt, ny, nx}, {1, 2, 36}, {}},
                values);
  } else {
    for (std::size_t x = 0; x < nx; ++x)
      for (std::size_t y = 0; y < ny; ++y)
        for (std::size_t t = 0; t < nt; ++t)
          values.push_back(static_cast<std::int32_t>(t * 10000 + y * 100 + x));
    source->add({"v", ElementType::Int32, {"lon", "lat", "time"}, {nx, ny, nt}, {}, {}}, values);
  }
  std::vector<Axis> axes{time_axis("days since 2024-01-01", {0, 1, 2}),
                         latitude_axis({-45, -15, 15, 45}), longitude_axis(every(5, 10, 36))};
  AxisData height;
  height.label = "height";
  height.role = AxisRole::Vertical;
  height.centres = {2};
  axes.emplace_back(height);
  Field field;
  field.name = "v";
  field.declared = field.storage = ElementType::Int32;
  field.chunk_shape = {1, 2, 36};
  auto dataset = std::make_shared<Dataset>();
  dataset->id = "sample";
  dataset->schema = std::make_shared<HoldingSchema>(source->describe());
  dataset->source = source;
  dataset->coverages.push_back({"sample", DomainSet(axes, Crs(), ""), {field}, {{0, 1}}});
  return dataset;
}

View view_of(const std::shared_ptr<const Dataset>& dataset,
             const std::vector<DimensionSubset>& subsets) {
  return View(resolve(dataset, dataset->coverages[0], subsets, {}));
}

}  // namespace

TEST_CASE("a view stitches the strip across the seam", "[subset][view]") {
  const auto dataset = sample(GENERATE(false, true));
  const View view = view_of(dataset, {{"lon", Trim{"-20", "20"}}, {"time", Slice{"2024-01-02"}}});
  CHECK(view.shape() == std::vector<std::size_t>{1, 4, 4, 1});
  CHECK(view.axes()[2].centres == std::vector<double>{-15, -5, 5, 15});
  CHECK(view.axes()[0].dropped);
  const RawBlock block = view.read(0, {{0, 1}, {1, 3}, {0, 4}, {0, 1}}, {});
  CHECK(block.shape == std::vector<std::size_t>{1, 2, 4, 1});
  const auto values = block.as<std::int32_t>();
  CHECK(std::vector<std::int32_t>(values.begin(), values.end()) ==
        std::vector<std::int32_t>{10134, 10135, 10100, 10101, 10234, 10235, 10200, 10201});
  const RawBlock part = view.read(0, {{0, 1}, {0, 1}, {1, 3}, {0, 1}}, {});
  CHECK(part.as<std::int32_t>()[0] == 10035);
  CHECK(part.as<std::int32_t>()[1] == 10000);
}

TEST_CASE("slabs cover a view in order, end at chunks and stay small", "[subset][view]") {
  const auto dataset = sample();
  const View view = view_of(dataset, {{"lat", Trim{"-20", "50"}}});
  const std::size_t limit = GENERATE(1U, 36U * 4, 36U * 4 * 2, 36U * 4 * 3, 1U << 20);
  std::size_t cells = 0;
  std::vector<std::int32_t> in_order;
  for (const IndexBox& box : view.slabs(0, limit)) {
    cells += cells_of(box);
    CHECK((cells_of(box) * 4 <= limit || cells_of(box) == 36));
    const RawBlock block = view.read(0, box, {});
    for (const std::int32_t value : block.as<std::int32_t>()) in_order.push_back(value);
  }
  CHECK(cells == 3U * 3 * 36);
  CHECK(std::is_sorted(in_order.begin(), in_order.end()));
  if (limit == 36U * 4 * 2) {
    // Latitude 1 ends a chunk: the first slab of each step stops there.
    CHECK(view.slabs(0, limit)[0][1] == IndexRange{0, 1});
    CHECK(view.slabs(0, limit)[1][1] == IndexRange{1, 3});
  }
}

TEST_CASE("a view stops when its request is aborted", "[subset][view]") {
  const auto dataset = sample();
  const View view = view_of(dataset, {});
  const AbortToken abort;
  abort.cancel();
  CHECK_THROWS(view.read(0, {{0, 1}, {0, 1}, {0, 1}, {0, 1}}, abort));
}
