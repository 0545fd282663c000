#include "coverage/geometry/geometry_store.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "tests/coverage/source/fixture.h"

namespace gyre::coverage::geometry {
namespace {

AxisData axis_data(std::vector<double> centres) {
  AxisData data;
  data.label = data.dimension = "x";
  data.role = AxisRole::X;
  data.centres = std::move(centres);
  return data;
}

CurvilinearCoordinates coordinates(std::size_t rows, std::size_t columns) {
  CurvilinearCoordinates c;
  c.rows = rows;
  c.columns = columns;
  c.longitude_variable = "lon";
  c.latitude_variable = "lat";
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      c.longitudes.push_back(0.1 * static_cast<double>(column) - 0.01 * static_cast<double>(row));
      c.latitudes.push_back(0.1 * static_cast<double>(row) + 0.01 * static_cast<double>(column));
    }
  }
  return c;
}

}  // namespace

TEST_CASE("axes that are equal in all are one", "[geometry]") {
  GeometryStore store;
  const Axis one = store.axis(axis_data({1, 2, 4}));
  CHECK(store.axis(axis_data({1, 2, 4})).is_copy_of(one));
  CHECK_FALSE(store.axis(axis_data({1, 2, 5})).is_copy_of(one));
  AxisData other = axis_data({1, 2, 4});
  other.long_name = "x";  // writers repeat it
  CHECK_FALSE(store.axis(other).is_copy_of(one));
  CHECK(store.axis(other) == one);
  CHECK_THROWS(store.axis(axis_data({1, 1})));
}

TEST_CASE("axes that nobody has any more are dropped", "[geometry]") {
  GeometryStore store;
  const Axis kept = store.axis(axis_data({0, 1}));
  for (int i = 2; i < 1000; ++i) static_cast<void>(store.axis(axis_data({0, 1.0 * i})));
  CHECK(store.axis(axis_data({0, 1})).is_copy_of(kept));
  CHECK(kept.copies() == 2);
}

TEST_CASE("a grid is found by what it was made of, also after a restart", "[geometry]") {
  const gyre::test::TemporaryFolder folder;
  std::string hash;
  {
    GeometryStore store(folder.path());
    CHECK(store.curvilinear_of("abc", "lon", "lat") == nullptr);
    const auto made = store.curvilinear(coordinates(200, 150), "abc");
    CHECK(store.curvilinear_of("abc", "lon", "lat") == made);
    hash = made->hash();
  }
  GeometryStore store(folder.path());
  const auto found = store.curvilinear_of("abc", "lon", "lat");
  REQUIRE(found != nullptr);
  const CurvilinearCoordinates c = coordinates(200, 150);
  CHECK(found->hash() == hash);
  CHECK(found->rows() == 200);
  CHECK(found->longitude(777) == c.longitudes[777]);
  CHECK(found->longitude_variable() == "lon");
  CHECK(found->cell_at(c.longitudes[777], c.latitudes[777]) == 777);
  CHECK(store.curvilinear(coordinates(200, 150)) == found);
  CHECK(store.curvilinear_of("abd", "lon", "lat") == nullptr);
}

TEST_CASE("what is damaged of it is made anew", "[geometry]") {
  const gyre::test::TemporaryFolder folder;
  std::string hash;
  {
    GeometryStore store(folder.path());
    hash = store.curvilinear(coordinates(200, 150), "abc")->hash();
  }
  SECTION("the grid") { std::filesystem::remove(folder.path() / (hash + ".grid")); }
  SECTION("its name") {
    std::ofstream(folder.path() / "abc.origin", std::ios::trunc) << "../../etc/passwd";
  }
  CHECK(GeometryStore(folder.path()).curvilinear_of("abc", "lon", "lat") == nullptr);
}

TEST_CASE("small grids are remembered as long as somebody has them", "[geometry]") {
  const gyre::test::TemporaryFolder folder;
  GeometryStore store(folder.path());
  {
    const auto made = store.curvilinear(coordinates(10, 10), "small");
    CHECK(store.curvilinear_of("small", "lon", "lat") == made);
  }
  CHECK(store.curvilinear_of("small", "lon", "lat") == nullptr);
  CHECK(std::filesystem::is_empty(folder.path()));
}

}  // namespace gyre::coverage::geometry
