#include "coverage/geometry/curvilinear_grid.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <string>

#include <catch2/catch.hpp>

#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using namespace gyre::coverage::geometry;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kNone = CellGeometry::kNone;

struct Place {
  double longitude, latitude;
};

CurvilinearCoordinates coordinates_of(std::size_t rows, std::size_t columns,
                                      const std::function<Place(double row, double column)>& at) {
  CurvilinearCoordinates c;
  c.rows = rows;
  c.columns = columns;
  c.longitude_variable = "lon";
  c.latitude_variable = "lat";
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const Place place = at(static_cast<double>(row), static_cast<double>(column));
      c.longitudes.push_back(place.longitude);
      c.latitudes.push_back(place.latitude);
    }
  }
  return c;
}

/// Degree by degree from 5 E, 40 N, turned a little.
Place leaning(double row, double column) {
  return {5 + column - 0.1 * row, 40 + row + 0.1 * column};
}

/// A grid round the north pole: columns go round, rows towards it from 60 N by 5.
Place cap(double row, double column) { return {10 * column + 73, 62.5 + 5 * row}; }

CurvilinearGrid made(CurvilinearCoordinates c) { return {std::move(c), {}}; }

}  // namespace

TEST_CASE("a position belongs to the nearest centre of the grid", "[geometry]") {
  const CurvilinearGrid grid = made(coordinates_of(10, 20, leaning));
  for (std::size_t cell = 0; cell < 200; ++cell) {
    const double lon = grid.longitude(cell), lat = grid.latitude(cell);
    CHECK(grid.cell_at(lon, lat) == cell);
    CHECK(grid.cell_at(lon + 0.3, lat - 0.3) == cell);
    CHECK(grid.cell_at(lon - 720, lat) == cell);
  }
  CHECK_FALSE(grid.wraps());
  CHECK(grid.cell_at(kNaN, 40) == kNone);
  CHECK(grid.cell_at(5, 91) == kNone);
}

TEST_CASE("cells at the rim end half a step outside", "[geometry]") {
  const CurvilinearGrid grid = made(coordinates_of(10, 20, leaning));
  // Cell 0 is at 5 E, 40 N; outwards lies -0.5 along both steps.
  CHECK(grid.cell_at(4.6, 39.95) == 0U);
  CHECK(grid.cell_at(4.4, 39.9) == kNone);
  CHECK(grid.cell_at(5, 39.6) == 0U);
  CHECK(grid.cell_at(5, 39.3) == kNone);
  CHECK(grid.cell_at(-120, 10) == kNone);
  const GeographicExtent& extent = grid.extent();
  CHECK(extent.west == Approx(5 - 0.9 - 0.5).margin(0.1));
  CHECK(extent.east == Approx(24 + 0.5).margin(0.1));
  CHECK(extent.south == Approx(39.5).margin(0.1));
  CHECK(extent.north == Approx(49 + 1.9 + 0.5).margin(0.1));
}

TEST_CASE("masked coordinates have no place, and their neighbours a rim", "[geometry]") {
  CurvilinearCoordinates c = coordinates_of(10, 20, leaning);
  for (std::size_t row = 4; row < 7; ++row) {
    for (std::size_t column = 8; column < 12; ++column) c.longitudes[row * 20 + column] = kNaN;
  }
  const CurvilinearGrid grid = made(std::move(c));
  const Place hole = leaning(5, 9.5), beside = leaning(5, 7.4);
  CHECK(grid.cell_at(hole.longitude, hole.latitude) == kNone);
  CHECK(grid.cell_at(beside.longitude, beside.latitude) == 5U * 20 + 7);
}

TEST_CASE("columns that go round the globe have no seam", "[geometry]") {
  const CurvilinearGrid grid = made(coordinates_of(6, 36, cap));
  CHECK(grid.wraps());
  for (double lon = -180; lon < 180; lon += 0.7) {
    for (double lat = 61; lat < 90; lat += 1.3) {
      const std::size_t cell = grid.cell_at(lon, lat);
      CAPTURE(lon, lat);
      REQUIRE(cell != kNone);
      CHECK(std::abs(std::remainder(grid.longitude(cell) - lon, 360)) <= 5 + 1e-9);
    }
  }
  CHECK(grid.extent().north == 90);
  CHECK(grid.extent().east - grid.extent().west == 360);
}

TEST_CASE("few columns are no ring", "[geometry]") {
  for (const std::size_t columns : {4U, 5U, 6U}) {
    CHECK_FALSE(made(coordinates_of(3, columns, leaning)).wraps());
  }
}

TEST_CASE("given corners decide, also against the nearest centre", "[geometry]") {
  CurvilinearCoordinates c = coordinates_of(3, 3, [](double row, double column) {
    return Place{column, row};
  });
  c.corners = 4;
  for (std::size_t cell = 0; cell < 9; ++cell) {
    // Each cell reaches 0.2 west and 0.8 east of its centre, half a degree south and north.
    const double lon = c.longitudes[cell], lat = c.latitudes[cell];
    for (const auto& [dx, dy] : {std::pair{-0.2, -0.5}, {0.8, -0.5}, {0.8, 0.5}, {-0.2, 0.5}}) {
      c.corner_longitudes.push_back(lon + dx);
      c.corner_latitudes.push_back(lat + dy);
    }
  }
  CHECK(corners_surround_cells(c));
  const CurvilinearGrid grid = made(c);
  CHECK(grid.cell_at(1.7, 1) == 4U);  // nearer to the centre of cell 5
  CHECK(grid.cell_at(1.85, 1) == 5U);
  CHECK(grid.cell_at(-0.3, 1) == kNone);
  CHECK(grid.cell_at(2.7, 1) == 5U);
  for (double& lon : c.corner_longitudes) lon += 5;
  CHECK_FALSE(corners_surround_cells(c));
}

TEST_CASE("coordinates that make no grid say why", "[geometry]") {
  CurvilinearCoordinates crossed = coordinates_of(10, 20, [](double row, double column) {
    return Place{5 + (column < 12 ? column : 24 - column), 40 + row};
  });
  const auto problem = problem_of(crossed);
  REQUIRE(problem.has_value());
  CHECK_THAT(*problem, Catch::Contains("cross each other, first at index 0, "));
  CurvilinearCoordinates nowhere = coordinates_of(3, 3, [](double, double) {
    return Place{kNaN, kNaN};
  });
  CHECK_THAT(problem_of(nowhere).value_or(""), Catch::Contains("no values"));
  CHECK_FALSE(problem_of(coordinates_of(10, 20, leaning)).has_value());
}

TEST_CASE("a single row or column is as wide as it is long", "[geometry]") {
  const CurvilinearGrid row = made(coordinates_of(1, 10, leaning));
  CHECK(row.cell_at(8, 40.3) == 3U);
  CHECK(row.cell_at(8, 42) == kNone);
  const CurvilinearGrid one = made(coordinates_of(1, 1, leaning));
  CHECK(one.cell_at(7, 40) == kNone);
}

TEST_CASE("a lookup kept in a file answers as the one in memory", "[geometry]") {
  const gyre::test::TemporaryFolder temporary;
  const std::filesystem::path folder = temporary.path();
  const auto wavy = [](double row, double column) {
    return Place{0.1 * column + std::sin(row / 30), 0.1 * row + std::cos(column / 40)};
  };
  const CurvilinearGrid memory = made(coordinates_of(150, 200, wavy));
  const CurvilinearGrid written(coordinates_of(150, 200, wavy), folder);
  const std::filesystem::path file = folder / (memory.hash() + ".grid");
  REQUIRE(std::filesystem::exists(file));
  const CurvilinearGrid read(coordinates_of(150, 200, wavy), folder);
  CHECK(read.extent() == memory.extent());
  CHECK(read.hash() == written.hash());
  for (double lon = -2; lon < 23; lon += 0.37) {
    for (double lat = -2; lat < 18; lat += 0.41) {
      const std::size_t cell = memory.cell_at(lon, lat);
      CHECK(written.cell_at(lon, lat) == cell);
      CHECK(read.cell_at(lon, lat) == cell);
    }
  }
  // A file that is not whole is made anew.
  std::filesystem::resize_file(file, 1000);
  const CurvilinearGrid again(coordinates_of(150, 200, wavy), folder);
  CHECK(again.cell_at(3, 3) == memory.cell_at(3, 3));
  CHECK(std::filesystem::file_size(file) > 1000);
  // A folder that cannot be made costs the file, not the grid.
  const CurvilinearGrid without(coordinates_of(150, 200, wavy), "/proc/none/grids");
  CHECK(without.cell_at(3, 3) == memory.cell_at(3, 3));
}
