#include "coverage/model/axis.h"

#include <catch2/catch.hpp>

#include "coverage/base/error.h"

using namespace gyre::coverage;

namespace {

Axis axis_of(std::vector<double> centres, ElementType type = ElementType::Float64) {
  AxisData data;
  data.label = data.dimension = "a";
  data.type = type;
  data.centres = std::move(centres);
  return Axis(std::move(data));
}

Axis longitudes(std::vector<double> centres) {
  AxisData data;
  data.label = data.dimension = "lon";
  data.role = AxisRole::X;
  data.geographic_longitude = true;
  data.centres = std::move(centres);
  return Axis(std::move(data));
}

std::vector<double> every(double first, double step, std::size_t count) {
  std::vector<double> centres;
  for (std::size_t i = 0; i < count; ++i) centres.push_back(first + static_cast<double>(i) * step);
  return centres;
}

}  // namespace

TEST_CASE("Axis::trim keeps the cells whose centre lies within the bounds", "[model][axis]") {
  const Axis north_up = axis_of({60, 30, 0, -30, -60});  // descending, as many L4 products are
  struct Row {
    const char* why;
    double low, high;
    IndexRange expected;
  };
  const auto row = GENERATE(values<Row>({
      {"bounds on centres are included", -30, 30, {1, 4}},
      {"wider than the domain", -90, 90, {0, 5}},
      {"one point", 0, 0, {2, 3}},
  }));
  CAPTURE(row.why, row.low, row.high);
  CHECK(north_up.trim(row.low, row.high) == row.expected);
  CHECK(north_up.trim(31, 59).empty());
}

TEST_CASE("a trim selects exactly the centres within its bounds", "[model][axis][property]") {
  const bool down = GENERATE(false, true);
  std::vector<double> centres{0.5, 1.5, 2.6, 5.1, 10.5, 53.9, 318.1};
  if (down) std::reverse(centres.begin(), centres.end());
  const Axis depth = axis_of(centres);
  const double low = GENERATE(take(50, random(-10.0, 400.0)));
  const double high = low + GENERATE(take(5, random(0.0, 400.0)));
  const IndexRange got = depth.trim(low, high);
  for (std::size_t i = 0; i < centres.size(); ++i) {
    CHECK((i >= got.begin && i < got.end) == (centres[i] >= low && centres[i] <= high));
  }
}

TEST_CASE("a float32 axis is found by the decimals it stands for", "[model][axis]") {
  const Axis axis = axis_of({0.1F, 0.2F, 0.3F}, ElementType::Float32);
  CHECK(axis.trim(0.1, 0.3) == IndexRange{0, 3});
  CHECK(axis.regular_step().has_value());
}

TEST_CASE("footprints meet half way and latitudes end at the poles", "[model][axis]") {
  AxisData data;
  data.label = data.dimension = "lat";
  data.role = AxisRole::Y;
  data.geographic_latitude = true;
  data.centres = {90, 45, 0, -45, -90};
  const Axis axis(data);
  CHECK(axis.footprint(0) == Axis::Interval{67.5, 90});
  CHECK(axis.footprint(2) == Axis::Interval{-22.5, 22.5});
  CHECK(axis.extent() == Axis::Interval{-90, 90});
  CHECK(axis.cell_at(90) == 0U);
  CHECK(axis.cell_at(-90) == 4U);
  CHECK(axis.cell_at(22.5) == 1U);
  CHECK_FALSE(axis.cell_at(90.1).has_value());
}

TEST_CASE("bounds win over half ways, and gaps between them hold nothing", "[model][axis]") {
  AxisData data;
  data.label = data.dimension = "depth";
  data.centres = {1, 10, 100};
  data.bounds = {0, 5, 5, 50, 60, 200};
  const Axis axis(data);
  CHECK(axis.cell_at(4) == 0U);
  CHECK(axis.cell_at(40) == 1U);
  CHECK_FALSE(axis.cell_at(55).has_value());
  CHECK(axis.cell_at(199) == 2U);
}

TEST_CASE("longitudes are modular", "[model][axis]") {
  const Axis full = longitudes(every(20.5, 1, 360));  // 20.5 .. 379.5
  CHECK(full.spans_globe());
  CHECK(full.cell_at_modular(-180.0) == 160U);
  CHECK(full.cell_at_modular(19.9) == 359U);
  CHECK(full.cell_at_modular(20.0) == 0U);
  CHECK(full.cell_at_modular(740.2) == 0U);
  const Axis part = longitudes(every(350, 2, 10));  // 350 .. 368
  CHECK_FALSE(part.spans_globe());
  CHECK(part.cell_at_modular(0) == 5U);
  CHECK_FALSE(part.cell_at_modular(30).has_value());
  // One meridian twice: each means itself in the axis's own turn.
  const Axis twice = longitudes({-180, -120, -60, 0, 60, 120, 180});
  CHECK(twice.cell_at_modular(195.9) == 6U);
  CHECK(twice.cell_at_modular(-195.9) == 0U);
  CHECK(twice.cell_at_modular(180) == 6U);
  CHECK(twice.cell_at_modular(-180) == 0U);
}

TEST_CASE("regular spacing is told from irregular", "[model][axis]") {
  CHECK(axis_of(every(-89.95, 0.1, 1800)).regular_step() == Approx(0.1));
  CHECK(axis_of({30, 20, 10}).regular_step() == Approx(-10));
  CHECK_FALSE(axis_of({0, 1, 2, 4}).regular_step().has_value());
  CHECK_FALSE(axis_of({5}).regular_step().has_value());
}

TEST_CASE("an axis that is none is refused with the place", "[model][axis]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(axis_of({}), Error);
  CHECK_THROWS_WITH(axis_of({1, 2, 2}), Catch::Contains("repeats the value 2 at index 2"));
  CHECK_THROWS_WITH(axis_of({1, 2, 1.5}), Catch::Contains("turns back at index 2"));
  CHECK_THROWS_WITH(axis_of({1, nan}), Catch::Contains("index 1"));
}
