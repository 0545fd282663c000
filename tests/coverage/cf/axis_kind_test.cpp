#include "coverage/cf/axis_kind.h"

#include <catch2/catch.hpp>

#include "tests/coverage/cf/fixture.h"

using namespace gyre::coverage;
using namespace gyre::coverage::test;

namespace {

AxisKind kind_of(const std::string& name, std::vector<Attribute> attributes) {
  VariableSchema made;
  made.name = name;
  made.attributes = Attributes(std::move(attributes));
  return axis_kind_of(made);
}

using R = AxisRole;
using H = Horizontal;

}  // namespace

TEST_CASE("an axis is known by its attributes first, by its name last", "[cf][axis]") {
  struct Row {
    const char* name;
    std::vector<Attribute> attributes;
    R role;
    H horizontal;
    bool down = false;
  };
  const std::vector<Row> rows{
      {"a", {text("units", "degrees_east")}, R::X, H::Globe},
      {"a", {text("units", "degreeN")}, R::Y, H::Globe},
      {"a", {text("standard_name", "longitude"), text("units", "degrees")}, R::X, H::Globe},
      {"x", {text("standard_name", "longitude"), text("units", "degrees")}, R::X, H::Globe},
      {"a", {text("standard_name", "latitude")}, R::Y, H::Globe},
      {"rlon",
       {text("standard_name", "grid_longitude"), text("units", "degrees")},
       R::X,
       H::Rotated},
      {"a",
       {text("standard_name", "projection_x_coordinate"), text("units", "km")},
       R::X,
       H::Projected},
      {"a",
       {text("standard_name", "projection_y_coordinate"), text("units", "rad")},
       R::Y,
       H::Angular},
      {"nx",
       {text("standard_name", "projection_x_angular_coordinate"), text("units", "radian")},
       R::X,
       H::Angular},
      {"a", {text("_CoordinateAxisType", "Lon")}, R::X, H::Globe},
      {"a", {text("_CoordinateAxisType", "GeoY"), text("units", "km")}, R::Y, H::Projected},
      {"ensemble",
       {text("_CoordinateAxisType", "Ensemble"), text("units", "seconds since 1970-01-01")},
       R::Member,
       H::None},
      {"a", {text("axis", "X"), text("units", "degrees_east")}, R::X, H::Globe},
      {"b", {text("axis", "Y")}, R::Y, H::Unsaid},
      {"lat", {text("axis", "Y"), text("units", "degrees")}, R::Y, H::Globe},
      {"lon", {}, R::X, H::Globe},
      {"LONGITUDE", {}, R::X, H::Globe},
      {"x", {text("units", "m")}, R::X, H::Unsaid},
      {"lon", {text("units", "km")}, R::X, H::Unsaid},
      {"group/lat", {}, R::Y, H::Globe},
      {"a", {text("units", "days since 2000-01-01")}, R::Time, H::None},
      {"a", {text("standard_name", "time")}, R::Time, H::None},
      {"TIME", {text("units", "hours since 2000-01-01")}, R::Time, H::None},
      {"a", {text("standard_name", "forecast_reference_time")}, R::ReferenceTime, H::None},
      {"step",
       {text("standard_name", "forecast_period"), text("units", "hours")},
       R::Other,
       H::None},
      {"a", {text("standard_name", "realization")}, R::Member, H::None},
      {"number", {}, R::Member, H::None},
      {"a", {text("positive", "down"), text("units", "m")}, R::Vertical, H::None, true},
      {"a", {text("positive", "UP")}, R::Vertical, H::None},
      {"p", {text("units", "hPa")}, R::Vertical, H::None, true},
      {"p", {text("units", "hPa"), text("positive", "up")}, R::Vertical, H::None},
      {"lev", {text("standard_name", "depth"), text("units", "m")}, R::Vertical, H::None, true},
      {"depth", {}, R::Vertical, H::None, true},
      {"a", {text("axis", "Z"), text("units", "1")}, R::Vertical, H::None},
      {"a", {text("units", "sigma_level")}, R::Vertical, H::None},
      {"a", {text("standard_name", "ocean_s_coordinate_g2")}, R::Vertical, H::None},
      {"wavelength",
       {text("standard_name", "radiation_wavelength"), text("units", "nm")},
       R::Other,
       H::None},
      {"extra", {text("standard_name", "extra")}, R::Other, H::None},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name, row.attributes.empty() ? "" : row.attributes.front().name);
    const AxisKind kind = kind_of(row.name, row.attributes);
    CHECK(kind.role == row.role);
    CHECK(kind.horizontal == row.horizontal);
    CHECK(kind.positive_down == row.down);
  }
}

TEST_CASE("where standard_name and positive disagree positive wins, with a warning", "[cf][axis]") {
  const AxisKind up = kind_of("z", {text("standard_name", "depth"), text("positive", "up")});
  CHECK_FALSE(up.positive_down);
  CHECK_FALSE(up.warning.empty());
  const AxisKind down = kind_of("z", {text("standard_name", "height"), text("positive", "down")});
  CHECK(down.positive_down);
  CHECK_FALSE(down.warning.empty());
  CHECK(kind_of("z", {text("standard_name", "depth"), text("positive", "Down")}).warning.empty());
}
