#include "services/wcs/grid.h"

#include <catch2/catch.hpp>

#include "services/wcs/crs_uri.h"
#include "tests/coverage/memory_source.h"

namespace gyre::wcs {
namespace {

using coverage::Axis;
using coverage::AxisData;
using coverage::AxisRole;
using coverage::Crs;
using coverage::DomainSet;
using coverage::ElementType;
using coverage::ViewAxis;
using namespace coverage::testing;

constexpr const char* kBase = "http://gyre.test";
using Strings = std::vector<std::string>;

Axis depth_axis() {
  AxisData data;
  data.label = data.dimension = "depth";
  data.role = AxisRole::Vertical;
  data.uom = "m";
  data.standard_name = "depth";
  data.positive_down = true;
  data.type = ElementType::Float32;
  data.centres = {0.494025F, 1.541375F, 10.5F};
  return Axis(std::move(data));
}

/// `axis` cut to [begin, end), dropped or not, as a view would.
ViewAxis cut(const Axis& axis, std::size_t begin, std::size_t end, bool dropped = false) {
  ViewAxis out;
  out.axis = &axis;
  out.dropped = dropped;
  for (std::size_t i = begin; i < end; ++i) {
    out.centres.push_back(axis.centres()[i]);
    out.source.push_back(i);
  }
  return out;
}

TEST_CASE("a regular latitude-longitude grid is rectified, latitude first in the CRS", "[wcs]") {
  std::vector<double> lon;
  for (int i = 0; i < 4; ++i)
    lon.push_back(static_cast<double>(0.05F + 0.1F * static_cast<float>(i)));
  const DomainSet domain(
      {latitude_axis({40.5, 39.5, 38.5}), longitude_axis(lon, ElementType::Float32)}, Crs(), "");
  const Grid grid = make_grid(domain, whole_axes(domain), kBase);
  CHECK(grid.kind == GridKind::Rectified);
  CHECK(grid_kind(domain) == grid.kind);
  CHECK(grid.srs_name == "http://www.opengis.net/def/crs/EPSG/0/4326");
  REQUIRE(grid.crs_axes.size() == 2);
  CHECK(grid.crs_axes[0] == CrsAxis{"lat", "deg", "38", "41", "40.5"});
  CHECK(grid.crs_axes[1].label == "lon");
  CHECK(grid.crs_axes[1].low == "0");
  CHECK(grid.crs_axes[1].origin == "0.05");
  REQUIRE(grid.grid_axes.size() == 2);
  CHECK(grid.grid_axes[0] == GridAxis{"lon", 1, 1, 4, false, "0.1", {}});  // x runs fastest
  CHECK(grid.grid_axes[1] == GridAxis{"lat", 0, 0, 3, false, "-1", {}});
}

TEST_CASE("depth and time make a referenceable grid in a compound CRS", "[wcs]") {
  const DomainSet domain(
      {time_axis("hours since 2024-01-01", {12, 36, 84}, {0, 24, 24, 48, 48, 120}), depth_axis(),
       latitude_axis({-30, 0, 30}), longitude_axis({0, 90, 180})},
      Crs(), "");
  const Grid grid = make_grid(domain, whole_axes(domain), kBase);
  CHECK(grid.kind == GridKind::Referenceable);
  CHECK(grid_kind(domain) == grid.kind);
  CHECK(grid.srs_name ==
        "http://www.opengis.net/def/crs-compound?1=http://www.opengis.net/def/crs/EPSG/0/4326"
        "&2=http://gyre.test/def/crs/vertical/" +
            vertical_hash(domain.axes()[1]) + "&3=http://www.opengis.net/def/crs/OGC/0/UnixTime");
  REQUIRE(grid.crs_axes.size() == 4);
  CHECK(grid.crs_axes[2].label == "depth");
  CHECK(grid.crs_axes[2].origin == "0.494025");
  // Bounds of the first and last step; 1704067200 is 2024-01-01.
  CHECK(grid.crs_axes[3] == CrsAxis{"time", "s", "1704067200", "1704499200", "1704110400"});
  REQUIRE(grid.grid_axes.size() == 4);
  CHECK(grid.grid_axes[0].label == "lon");
  // The file runs northwards, the grid southwards.
  CHECK(grid.crs_axes[0].origin == "30");
  CHECK(grid.grid_axes[1] == GridAxis{"lat", 2, 0, 3, true, "-30", {}});
  CHECK(grid.grid_axes[2].coefficients == Strings{"0", "1.04735", "10.005975"});
  CHECK(grid.grid_axes[3].coefficients == Strings{"0", "86400", "259200"});
}

TEST_CASE("digits that a step loses move no sample", "[wcs]") {
  struct Row {
    ElementType type;
    double first, step;
    const char *offset, *high;
  };
  const auto row = GENERATE(values<Row>({
      {ElementType::Float32, 1e6, 0.125, "0.125", "1000000.3125"},
      {ElementType::Float32, 1e5, 0.015625, "0.015625", "100000.03906"},
      {ElementType::Float32, 40, 0.1F, "0.1", "40.25"},
      {ElementType::Float64, 1e6, 0.1, "0.1", "1000000.25"},
      {ElementType::Float64, 0, 5e-324, "5e-324", "1e-323"},
  }));
  CAPTURE(row.first, row.step);
  std::vector<double> centres;
  for (int i = 0; i < 3; ++i) {
    const double at = row.first + i * row.step;
    centres.push_back(row.type == ElementType::Float32 ? static_cast<float>(at) : at);
  }
  AxisData data = depth_axis().data();
  data.type = row.type;
  data.centres = centres;
  const DomainSet domain({Axis(std::move(data)), latitude_axis({0, 1}), longitude_axis({0, 1})},
                         Crs(), "");
  const Grid grid = make_grid(domain, whole_axes(domain), kBase);
  CHECK(grid.grid_axes[2].offset == row.offset);
  CHECK(grid.crs_axes[2].high == row.high);
}

TEST_CASE("a sliced axis leaves grid and CRS", "[wcs]") {
  const DomainSet domain({time_axis("hours since 2024-01-01", {12, 36}),
                          latitude_axis({-30, 0, 30}), longitude_axis({0, 90, 180})},
                         Crs(), "");
  const auto& axes = domain.axes();

  SECTION("time: the rest is two-dimensional and rectified") {
    const Grid grid = make_grid(
        domain, {cut(axes[0], 1, 2, true), cut(axes[1], 0, 3), cut(axes[2], 1, 3)}, kBase);
    CHECK(grid.kind == GridKind::Rectified);
    CHECK(grid.srs_name == "http://www.opengis.net/def/crs/EPSG/0/4326");
    CHECK(grid.grid_axes.size() == 2);
    CHECK(grid.crs_axes[1] == CrsAxis{"lon", "deg", "45", "225", "90"});
  }
  SECTION("latitude: the grid loses it, the horizontal CRS stays whole") {
    const Grid grid = make_grid(
        domain, {cut(axes[0], 1, 2, true), cut(axes[1], 2, 3, true), cut(axes[2], 0, 3)}, kBase);
    CHECK(grid.crs_axes[0] == CrsAxis{"lat", "deg", "30", "30", "30"});
    REQUIRE(grid.grid_axes.size() == 1);
    CHECK(grid.grid_axes[0].crs_axis == 1);
  }
  SECTION("both horizontal axes: time alone is left") {
    const Grid grid = make_grid(
        domain, {cut(axes[0], 0, 2), cut(axes[1], 2, 3, true), cut(axes[2], 0, 1, true)}, kBase);
    CHECK(grid.srs_name == "http://www.opengis.net/def/crs/OGC/0/UnixTime");
    CHECK(grid.crs_axes.size() == 1);
  }
  SECTION("all: one cell of x and y, since GML has no grid without axes") {
    const Grid grid = make_grid(
        domain, {cut(axes[0], 0, 1, true), cut(axes[1], 2, 3, true), cut(axes[2], 0, 1, true)},
        kBase);
    CHECK(grid.grid_axes.size() == 2);
    CHECK(grid.grid_axes[0].cells == 1);
  }
}

TEST_CASE("a strip across the seam has increasing longitudes and stays regular", "[wcs]") {
  const DomainSet domain({latitude_axis({0, 1}), longitude_axis(every(0, 45, 8))}, Crs(), "");
  ViewAxis strip;
  strip.axis = &domain.axes()[1];
  strip.centres = {-90, -45, 0, 45};
  strip.source = {6, 7, 0, 1};
  const Grid grid = make_grid(domain, {cut(domain.axes()[0], 0, 2), strip}, kBase);
  CHECK(grid.kind == GridKind::Rectified);
  CHECK(grid.crs_axes[1] == CrsAxis{"lon", "deg", "-112.5", "67.5", "-90"});
}

TEST_CASE("calendars other than the Gregorian kind have a CRS of their own", "[wcs]") {
  const DomainSet domain(
      {time_axis("days since 1850-01-01", {15.5, 45}, {}, coverage::Calendar::NoLeap),
       latitude_axis({0, 1}), longitude_axis({0, 1})},
      Crs(), "");
  const Grid grid = make_grid(domain, whole_axes(domain), kBase);
  CHECK_THAT(grid.srs_name,
             Catch::EndsWith("&2=http://gyre.test/def/crs/time/noleap/days/1850-01-01T00:00:00Z"));
  CHECK(grid.crs_axes[2] == CrsAxis{"time", "d", "15.5", "45", "15.5"});
  CHECK(grid.grid_axes[2].coefficients == Strings{"0", "29.5"});
}

TEST_CASE("a time position of four digits cannot be taken for a year", "[wcs]") {
  const DomainSet domain(
      {time_axis("days since 1850-01-01", {3600, 3630}, {}, coverage::Calendar::Day360),
       latitude_axis({0, 1}), longitude_axis({0, 1})},
      Crs(), "");
  const Grid grid = make_grid(domain, whole_axes(domain), kBase);
  CHECK(grid.crs_axes[2] == CrsAxis{"time", "d", "3600.0", "3630.0", "3600.0"});
}

TEST_CASE("what is printed as a CRS is taken back, on any host name", "[wcs]") {
  const DomainSet domain(
      {time_axis("days since 1850-01-01", {15.5, 45}, {}, coverage::Calendar::NoLeap), depth_axis(),
       latitude_axis({0, 1}), longitude_axis({0, 1})},
      Crs(), "");
  CHECK(names_native_crs(domain,
                         make_grid(domain, whole_axes(domain), "https://other.test/x").srs_name));
  CHECK(names_native_crs(domain, "EPSG:4326"));
  CHECK(names_native_crs(domain, "urn:ogc:def:crs:EPSG::4326"));
  CHECK_FALSE(names_native_crs(domain, "http://www.opengis.net/def/crs/EPSG/0/3857"));
  CHECK_FALSE(names_native_crs(domain, "subsettingCrs_bogus"));
  CHECK(names_axis_crs(domain, 0, "http://www.opengis.net/def/crs/OGC/0/AnsiDate"));
  CHECK_FALSE(names_axis_crs(domain, 2, "http://www.opengis.net/def/crs/OGC/0/AnsiDate"));
}

}  // namespace
}  // namespace gyre::wcs
