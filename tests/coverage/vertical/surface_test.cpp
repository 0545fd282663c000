#include "coverage/vertical/surface.h"

#include <cmath>
#include <functional>

#include <catch2/catch.hpp>

#include "coverage/cf/interpret.h"
#include "coverage/subset/view.h"
#include "coverage/vertical/level_extent.h"
#include "coverage/vertical/level_heights.h"
#include "tests/coverage/memory_source.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Sea of depth 100, 200, 300 (along lon) at two times, of eta 0 and 1; three sigma levels. `v` is
/// time * 1000 + level * 100 + lon, `w` the same with the dimensions the other way round.
struct Sea {
  std::shared_ptr<MemorySource> source = std::make_shared<MemorySource>();
  std::shared_ptr<Dataset> dataset = std::make_shared<Dataset>();

  explicit Sea(const std::function<void(MemorySource&)>& change = {}) {
    using T = ElementType;
    source->add(
        {"time", T::Float64, {"time"}, {2}, {}, attributes({{"units", "hours since 2000-01-01"}})},
        every(0, 1, 2));
    source->add({"lat", T::Float64, {"lat"}, {2}, {}, attributes({{"units", "degrees_north"}})},
                every(10, 1, 2));
    source->add({"lon", T::Float64, {"lon"}, {3}, {}, attributes({{"units", "degrees_east"}})},
                every(20, 1, 3));
    source->add({"s",
                 T::Float64,
                 {"s"},
                 {3},
                 {},
                 attributes({{"standard_name", "ocean_sigma_coordinate"},
                             {"units", "1"},
                             {"formula_terms", "sigma: s eta: zeta depth: h"}})},
                std::vector<double>{-0.9, -0.5, -0.1});
    source->add({"zeta", T::Float32, {"time"}, {2}, {}, attributes({{"units", "cm"}})},
                std::vector<double>{0, 100});
    source->add({"h", T::Float64, {"lon"}, {3}, {}, attributes({{"units", "m"}})},
                std::vector<double>{100, 200, kNaN});
    std::vector<double> v, w(36);
    for (std::size_t t = 0; t < 2; ++t) {
      for (std::size_t k = 0; k < 3; ++k) {
        for (std::size_t y = 0; y < 2; ++y) {
          for (std::size_t x = 0; x < 3; ++x) {
            v.push_back(static_cast<double>(t * 1000 + k * 100 + x));
            w[((x * 2 + y) * 3 + k) * 2 + t] = v.back();
          }
        }
      }
    }
    source->add({"v", T::Float32, {"time", "s", "lat", "lon"}, {2, 3, 2, 3}, {}, {}}, v);
    source->add({"w", T::Float64, {"lon", "lat", "s", "time"}, {3, 2, 3, 2}, {}, {}}, w);
    if (change) change(*source);
    dataset->schema = std::make_shared<const HoldingSchema>(source->describe());
    const auto read = [this](const std::string& name) {
      IndexBox box;
      for (const std::size_t extent : source->schema().find(name)->shape)
        box.push_back({0, extent});
      return source->read(name, box);
    };
    dataset->coverages = interpret(*dataset->schema, {read, {}}).coverages;
    dataset->source = source;
    for (Coverage& coverage : dataset->coverages) {
      if (!coverage.vertical) continue;
      VerticalTransform transform = *coverage.vertical;
      transform.extent = level_extent(*source, coverage.domain_set, transform);
      coverage.vertical = std::make_shared<const VerticalTransform>(transform);
    }
  }
  const Coverage& holding(const std::string& field) const {
    for (const Coverage& coverage : dataset->coverages) {
      for (const Field& one : coverage.fields) {
        if (one.name == field) return coverage;
      }
    }
    throw std::logic_error(field);
  }
  /// All values of `field` at a height, in the order of the view's axes.
  std::vector<double> at(const std::string& field, double height) const {
    const auto surface = at_surface(dataset, holding(field), height, AbortToken());
    const Coverage& coverage = surface->coverages.front();
    const View view(resolve(surface, coverage, {}, {field}));
    IndexBox box;
    for (const std::size_t extent : view.shape()) box.push_back({0, extent});
    const RawBlock block = view.read(0, box, AbortToken());
    std::vector<double> values(block.cells());
    unpack(view.field(0), block, values);
    return values;
  }
};

void check_same(const std::vector<double>& got, const std::vector<double>& expected) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i, got[i], expected[i]);
    CHECK((std::isnan(expected[i]) ? std::isnan(got[i]) : got[i] == Approx(expected[i])));
  }
}

}  // namespace

TEST_CASE("a field at a height is interpolated along each column", "[vertical]") {
  const Sea sea;
  // z at time 0: -90 -50 -10, -180 -100 -20, land; at time 1 1 - 0.9 * 101 = -89.9, -49.5, -9.1
  // and 1 - 0.9 * 201 = -179.9, -99.5, -19.1.
  const double a = 1000 + (-60 + 89.9) / 40.4 * 100, b = 1101 + (-60 + 99.5) / 80.4 * 100;
  check_same(sea.at("v", -60), {75, 151, kNaN, 75, 151, kNaN, a, b, kNaN, a, b, kNaN});
  check_same(sea.at("w", -60), {75, a, 75, a, 151, b, 151, b, kNaN, kNaN, kNaN, kNaN});
}

TEST_CASE("beyond the outermost levels a field is missing", "[vertical]") {
  const Sea sea;
  // -10 is the first column's uppermost level at time 0 and below it at time 1.
  const double a = 1100 + (-10 + 49.5) / 40.4 * 100;
  check_same(sea.at("v", -10), {200, kNaN, kNaN, 200, kNaN, kNaN, a, kNaN, kNaN, a, kNaN, kNaN});
  check_same(sea.at("v", 5), std::vector<double>(12, kNaN));
  check_same(sea.at("v", -1e300), std::vector<double>(12, kNaN));
}

TEST_CASE("a surface is a coverage without levels, its height a scalar coordinate", "[vertical]") {
  const Sea sea;
  const auto surface = at_surface(sea.dataset, sea.holding("v"), -60, AbortToken());
  REQUIRE(surface->coverages.size() == 1);
  const Coverage& coverage = surface->coverages.front();
  std::vector<std::string> labels;
  for (const Axis& axis : coverage.domain_set.axes()) labels.push_back(axis.label());
  CHECK(labels == std::vector<std::string>{"time", "lat", "lon", "altitude"});
  const Axis& height = coverage.domain_set.axes().back();
  CHECK(height.is_scalar());
  CHECK(height.centres() == std::vector<double>{-60});
  CHECK(height.uom() == "m");
  CHECK(height.role() == AxisRole::Vertical);
  CHECK(coverage.fields.front().storage == ElementType::Float32);
  CHECK_FALSE(coverage.vertical);
  CHECK(surface->schema->find("s") == nullptr);
  CHECK(surface->schema->find("h") != nullptr);
  REQUIRE(surface->schema->find("altitude") != nullptr);
  CHECK(surface->source->read("altitude", {}).as<double>()[0] == -60);
  CHECK(surface->source->read("zeta", {{0, 2}}).as<float>()[1] == 100);
}

TEST_CASE("a field that lacks a term's dimension has no surfaces", "[vertical]") {
  const Sea sea([](MemorySource& source) {
    source.add({"still", ElementType::Float64, {"s", "lat", "lon"}, {3, 2, 3}, {}, {}},
               every(0, 1, 18));
  });
  CHECK_FALSE(has_surfaces(sea.holding("still")));  // the sea surface varies with time
  CHECK(has_surfaces(sea.holding("v")));
}

TEST_CASE("only the levels around the surface are read", "[vertical]") {
  const Sea sea;
  const auto surface = at_surface(sea.dataset, sea.holding("v"), -15, AbortToken());
  const std::size_t before = sea.source->reads();
  const RawBlock block = surface->source->read("v", {{0, 1}, {0, 2}, {0, 1}});
  CHECK(block.as<float>()[0] == Approx(100 + 100.0 * 35 / 40));
  CHECK(sea.source->reads() == before + 4);  // three terms and one block of two levels
}

TEST_CASE("the height of a sample is that of its level, place and time", "[vertical]") {
  const Sea sea;
  const Coverage& coverage = sea.holding("v");
  const auto height = [&](std::vector<std::size_t> at) {
    return height_of_sample(*sea.source, coverage.domain_set, *coverage.vertical, at);
  };
  CHECK(height({0, 0, 1, 0}) == Approx(-90));
  CHECK(height({1, 2, 0, 1}) == Approx(-19.1));
  CHECK(std::isnan(height({0, 0, 0, 2})));
}

TEST_CASE("the extent holds all columns, rounded outwards", "[vertical]") {
  const Sea sea;
  const Coverage& coverage = sea.holding("v");
  const auto extent = level_extent(*sea.source, coverage.domain_set, *coverage.vertical);
  REQUIRE(extent);
  CHECK(extent->first == -180);
  CHECK(extent->second == -9);
}

TEST_CASE("categories take the nearer level and keep their type", "[vertical]") {
  const Sea sea([](MemorySource& source) {
    VariableSchema flags{"flags",
                         ElementType::Int8,
                         {"time", "s", "lat", "lon"},
                         {2, 3, 2, 3},
                         {},
                         attributes({{"flag_meanings", "mud sand rock"}})};
    flags.attributes.set({"flag_values", ElementType::Int8, std::vector<std::int64_t>{0, 1, 2}});
    std::vector<double> levels;
    for (std::size_t i = 0; i < 36; ++i) levels.push_back(static_cast<double>(i / 6 % 3));
    source.add(flags, levels);
  });
  const std::vector<double> got = sea.at("flags", -60);  // -90 -50 -10; -180 -100 -20
  CHECK(got[0] == 1);
  CHECK(got[1] == 1);
  CHECK(std::isnan(got[2]));
  CHECK(sea.at("flags", -71)[0] == 0);
  const auto surface = at_surface(sea.dataset, sea.holding("flags"), -60, AbortToken());
  const Coverage& coverage = surface->coverages.front();
  const Field& field = coverage.fields[coverage.field_named("flags")];
  CHECK(field.storage == ElementType::Int16);  // bytes without a fill value have no room for one
  CHECK(field.flags.size() == 3);
}
