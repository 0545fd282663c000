#include "coverage/derive/grid_angle.h"

#include <cmath>
#include <numbers>

#include <catch2/catch.hpp>

#include "coverage/geometry/curvilinear_grid.h"
#include "coverage/model/x_axis_angle.h"

using namespace gyre::coverage;

namespace {

constexpr double kRadians = std::numbers::pi / 180;

double angle_at(const Crs& crs, double x, double y) {
  double angle = 7;
  x_axis_angles(crs, {&x, 1}, {&y, 1}, {&angle, 1});
  return angle;
}

double off(double one, double other) {
  return std::abs(std::remainder(one - other, 2 * std::numbers::pi));
}

}  // namespace

TEST_CASE("the x axis of a polar stereographic CRS turns with the meridian", "[derive]") {
  for (const bool south : {false, true}) {
    const Crs crs = Crs::from_user_input(south ? "EPSG:3031" : "EPSG:3995");
    for (int lon = -170; lon <= 180; lon += 10) {
      for (const double lat : {89.9999, 85.0, 60.0}) {
        double x = lon, y = south ? -lat : lat;
        transform_between(Crs(), crs).forward({&x, 1}, {&y, 1});
        CAPTURE(south, lon, lat);
        CHECK(off(angle_at(crs, x, y), (south ? lon : -lon) * kRadians) < 1e-8);
      }
    }
    CHECK(std::isnan(angle_at(crs, 0, 0)));
  }
}

TEST_CASE("the x axis of a Lambert conic turns by the constant of the cone", "[derive]") {
  const Crs crs =
      Crs::from_definition("+proj=lcc +lat_1=30 +lat_2=60 +lat_0=45 +lon_0=15 +R=6371229");
  const double n = std::log(std::cos(30 * kRadians) / std::cos(60 * kRadians)) /
                   std::log(std::tan(75 * kRadians) / std::tan(60 * kRadians));
  for (int lon = -60; lon <= 90; lon += 10) {
    double x = lon, y = 52;
    const Crs globe = Crs::from_definition("+proj=longlat +R=6371229 +no_defs");
    transform_between(globe, crs).forward({&x, 1}, {&y, 1});
    CHECK(off(angle_at(crs, x, y), -n * (lon - 15) * kRadians) < 1e-8);
  }
}

TEST_CASE("in a geographic CRS and in Mercator's x is east", "[derive]") {
  CHECK(angle_at(Crs(), 170, 89) == 0);
  CHECK(angle_at(Crs(), 0, 90) == 0);
  CHECK(off(angle_at(Crs::from_user_input("EPSG:3857"), 2e7, 1.5e7), 0) < 1e-8);
}

TEST_CASE("the x axis of a rotated pole is at a right angle to the bearing of that pole",
          "[derive]") {
  const double pole_lon = -162, pole_lat = 39.25;
  const Crs crs = Crs::from_definition(
      "+proj=ob_tran +o_proj=longlat +o_lat_p=39.25 +o_lon_p=0 +lon_0=18 "
      "+to_meter=0.0174532925199433 +R=6371229");
  REQUIRE(crs.is_rotated_pole());
  for (double x = -35; x <= 35; x += 7) {
    for (double y = -30; y <= 60; y += 9) {
      double lon = x, lat = y;
      transform_between(crs, Crs()).forward({&lon, 1}, {&lat, 1});
      const double a = (pole_lon - lon) * kRadians, p = pole_lat * kRadians, f = lat * kRadians;
      const double bearing =
          std::atan2(std::sin(a) * std::cos(p),
                     std::cos(f) * std::sin(p) - std::sin(f) * std::cos(p) * std::cos(a));
      CAPTURE(x, y);
      CHECK(off(angle_at(crs, x, y), -bearing) < 1e-8);
    }
  }
}

namespace {

/// Circles about 10 E 50 N, turned: row j is a circle, along which the columns go.
geometry::CurvilinearGrid rings(double step_deg) {
  geometry::CurvilinearCoordinates c;
  c.rows = 5;
  c.columns = 40;
  c.longitude_variable = "lon";
  c.latitude_variable = "lat";
  for (std::size_t j = 0; j < c.rows; ++j) {
    for (std::size_t i = 0; i < c.columns; ++i) {
      // From the centre at azimuth a (clockwise from north), distance d.
      const double a = -static_cast<double>(i) * step_deg * kRadians;
      const double d = (20.0 - static_cast<double>(j)) * kRadians;
      const double f = 50 * kRadians;
      const double lat =
          std::asin(std::sin(f) * std::cos(d) + std::cos(f) * std::sin(d) * std::cos(a));
      const double lon = std::atan2(std::sin(a) * std::sin(d) * std::cos(f),
                                    std::cos(d) - std::sin(f) * std::sin(lat));
      c.longitudes.push_back(10 + lon / kRadians);
      c.latitudes.push_back(lat / kRadians);
    }
  }
  return {std::move(c), {}};
}

/// Along the ring anticlockwise: the centre is to the left, at the bearing of north turned by it.
double true_angle(const CellGeometry& grid, std::size_t cell) {
  const double a = (10 - grid.longitude(cell)) * kRadians, p = 50 * kRadians;
  const double f = grid.latitude(cell) * kRadians;
  const double bearing =
      std::atan2(std::sin(a) * std::cos(p),
                 std::cos(f) * std::sin(p) - std::sin(f) * std::cos(p) * std::cos(a));
  return -bearing;
}

}  // namespace

TEST_CASE("on two-dimensional coordinates the tangent tells x, exactly on circles", "[derive]") {
  const auto grid = rings(2);
  for (std::size_t row = 0; row < grid.rows(); ++row) {
    for (std::size_t column = 0; column < grid.columns(); ++column) {
      CAPTURE(row, column);
      // Inside, neighbours lie evenly on a circle: the chord is along the tangent. At the ends the
      // parabola through three places is off by 2/3 of the square of the step's angle.
      const bool inside = column > 0 && column + 1 < grid.columns();
      const double bound = inside ? 1e-12 : std::pow(2 * kRadians, 2);
      const double angle = angle_along_columns(grid, row, column);
      const double expected = true_angle(grid, row * grid.columns() + column);
      CHECK(off(angle, expected) < bound);
    }
  }
}
