#include "coverage/geometry/mesh.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include <catch2/catch.hpp>

#include "coverage/geometry/geometry_store.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using namespace gyre::coverage::geometry;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kNone = CellGeometry::kNone;
using Faces = std::vector<std::vector<std::uint32_t>>;

MeshData data_of(std::vector<double> longitudes, std::vector<double> latitudes,
                 const Faces& faces) {
  MeshData data;
  data.node_longitudes = std::move(longitudes);
  data.node_latitudes = std::move(latitudes);
  data.face_begin.push_back(0);
  for (const auto& face : faces) {
    data.face_nodes.insert(data.face_nodes.end(), face.begin(), face.end());
    data.face_begin.push_back(static_cast<std::uint32_t>(data.face_nodes.size()));
  }
  return data;
}

/// A triangle, a square and a pentagon side by side from `west`; node 9 belongs to no face.
MeshData mixed(double west = 10) {
  MeshData data =
      data_of({west, west + 1, west + 2, west + 3, west, west + 1, west + 2, west + 3, west + 2.5,
               west + 1},
              {0, 0, 0, 0, 1, 1, 1, 1, 2, 0.4}, {{0, 1, 5}, {1, 2, 6, 5}, {2, 3, 7, 8, 6}});
  data.edge_nodes = {0, 1, 1, 5, 5, 0, 1, 2, 2, 6, 6, 5, 2, 3, 3, 7, 7, 8, 8, 6};
  return data;
}

/// Triangles round both poles and the globe: an octahedron, turned.
MeshData octahedron() {
  return data_of(
      {0, 90, 180, 270, 10, 190}, {-20, 5, 20, -5, 70, -70},
      {{0, 1, 4}, {1, 2, 4}, {2, 3, 4}, {3, 0, 4}, {0, 1, 5}, {1, 2, 5}, {2, 3, 5}, {3, 0, 5}});
}

std::shared_ptr<const CellGeometry> cells(const MeshData& data, MeshElement element) {
  GeometryStore store;
  return store.cells_of(store.mesh(data), element);
}

}  // namespace

TEST_CASE("a place belongs to the face whose polygon holds it", "[geometry][mesh]") {
  const double west = GENERATE(10.0, 178.5, -181.5, 358.5);
  const auto faces = cells(mixed(west), MeshElement::Face);
  REQUIRE(faces->rows() == 1);
  REQUIRE(faces->columns() == 3);
  CHECK(faces->on_one_axis());
  for (const double turn : {0.0, 360.0, -720.0}) {
    CHECK(faces->cell_at(west + 0.9 + turn, 0.5) == 0);
    CHECK(faces->cell_at(west + 1.1 + turn, 0.5) == 1);
    CHECK(faces->cell_at(west + 2.5 + turn, 1.9) == 2);
    CHECK(faces->cell_at(west + 0.3 + turn, 0.8) == kNone);  // beside the triangle
    CHECK(faces->cell_at(west + 2.1 + turn, 1.9) == kNone);
    CHECK(faces->cell_at(west + 180 + turn, 0.5) == kNone);
  }
  CHECK(faces->cell_at(kNaN, 0.5) == kNone);
  CHECK(faces->cell_at(west + 0.9, 91) == kNone);
}

TEST_CASE("a side belongs to the first of its faces, whatever the order of nodes",
          "[geometry][mesh]") {
  MeshData data = data_of({0, 1, 1, 0}, {0, 0, 1, 1}, {{0, 1, 2}, {2, 3, 0}});
  CHECK(cells(data, MeshElement::Face)->cell_at(1, 0.5) == 0);
  CHECK(cells(data, MeshElement::Face)->cell_at(0, 0) == 0);
  data.face_nodes = {2, 1, 0, 0, 2, 3};
  CHECK(cells(data, MeshElement::Face)->cell_at(0.9, 0.5) == 0);
  CHECK(cells(data, MeshElement::Face)->cell_at(0.1, 0.5) == 1);
}

TEST_CASE("nodes and edges hold what is nearest to them within faces", "[geometry][mesh]") {
  const auto nodes = cells(mixed(), MeshElement::Node);
  CHECK(nodes->columns() == 10);
  CHECK(nodes->cell_at(11.1, 0.1) == 1);
  CHECK(nodes->cell_at(10.95, 0.4) == 1);  // node 9 is nearer and in no face
  CHECK(nodes->cell_at(12.5, 1.9) == 8);
  CHECK(nodes->cell_at(10.0, 0.9) == kNone);
  const auto edges = cells(mixed(), MeshElement::Edge);
  CHECK(edges->columns() == 10);
  CHECK(edges->cell_at(11.05, 0.5) == 1);
  CHECK(edges->longitude(1) == Approx(11));
  CHECK(edges->latitude(1) == Approx(0.5).margin(1e-4));
  CHECK(edges->cell_at(12.5, 0.1) == 6);
  CHECK(nodes->hash() != edges->hash());
}

TEST_CASE("every place of the globe lies in a face of a mesh that covers it", "[geometry][mesh]") {
  const auto faces = cells(octahedron(), MeshElement::Face);
  const GeographicExtent extent = faces->extent();
  CHECK(extent.south == -90);
  CHECK(extent.north == 90);
  CHECK(extent.east - extent.west == 360);
  for (double latitude = -90; latitude <= 90; latitude += 7.5) {
    for (double longitude = -180; longitude <= 540; longitude += 11) {
      CAPTURE(longitude, latitude);
      CHECK(faces->cell_at(longitude, latitude) < 8);
    }
  }
}

TEST_CASE("an extent holds the sides of faces, which are great circles", "[geometry][mesh]") {
  const auto faces = cells(data_of({170, 230, 200}, {50, 50, 40}, {{0, 1, 2}}), MeshElement::Face);
  CHECK(faces->extent().west == 170);
  CHECK(faces->extent().east == 230);
  CHECK(faces->extent().south == 40);
  CHECK(faces->extent().north ==
        Approx(std::atan(std::tan(50 * kRadiansPerDegree) / std::cos(30 * kRadiansPerDegree)) /
               kRadiansPerDegree));
}

TEST_CASE("elements that belong to faces, and faces between elements", "[geometry][mesh]") {
  GeometryStore store;
  const auto mesh = store.mesh(mixed());
  using Indices = std::vector<std::size_t>;
  const Indices two{0, 1};
  CHECK(mesh->elements_of(MeshElement::Node, two) == Indices{0, 1, 2, 5, 6});
  CHECK(mesh->elements_of(MeshElement::Edge, two) == Indices{0, 1, 2, 3, 4, 5});
  CHECK(mesh->elements_of(MeshElement::Face, two) == two);
  CHECK(mesh->faces_within(MeshElement::Node, Indices{0, 1, 2, 5}) == Indices{0});
  CHECK(mesh->faces_within(MeshElement::Edge, Indices{1, 3, 4, 5}) == Indices{1});
  CHECK(mesh->faces_within(MeshElement::Node, Indices{3}).empty());
}

TEST_CASE("centres of faces are the holding's, else the middles of their nodes",
          "[geometry][mesh]") {
  MeshData data = mixed(358);
  CHECK(cells(data, MeshElement::Face)->longitude(1) == Approx(359.5));
  CHECK(cells(data, MeshElement::Face)->longitude(2) == Approx(360.5).margin(0.02));
  data.face_longitudes = {1, 2, 3};
  data.face_latitudes = {4, 5, 6};
  CHECK(cells(data, MeshElement::Face)->longitude(1) == 2);
  CHECK(cells(data, MeshElement::Face)->latitude(2) == 6);
}

TEST_CASE("what makes no mesh is told by what to mend", "[geometry][mesh]") {
  MeshData data = mixed();
  CHECK_FALSE(problem_of(data));
  data.node_longitudes[9] = kNaN;  // no face needs it
  CHECK_FALSE(problem_of(data));
  data.node_latitudes[6] = kNaN;
  data.names.node = {"node", "lon", "lat"};
  CHECK(problem_of(data) == "has no coordinates ('lon', 'lat') at node 6, which face 1 uses");
  CHECK(problem_of(data_of({0, 1}, {0, 0}, {{0, 1}})) == "has 2 nodes at face 0");
  CHECK(problem_of(data_of({0, 1}, {0, 0}, {{}})) == "has no faces");
  CHECK_FALSE(problem_of(data_of({0, 1, 1}, {0, 0, 1}, {{}, {0, 1, 2}})));
}

TEST_CASE("holdings with the same mesh share it", "[geometry][mesh]") {
  GeometryStore store;
  const auto one = store.cells_of(store.mesh(mixed()), MeshElement::Face);
  CHECK(store.cells_of(store.mesh(mixed()), MeshElement::Face) == one);
  CHECK(store.cells_of(store.mesh(mixed(11)), MeshElement::Face) != one);
  MeshData renamed = mixed();
  renamed.names.topology = "other";
  CHECK(store.cells_of(store.mesh(renamed), MeshElement::Face) != one);
}

TEST_CASE("a mesh kept in a file answers as the one in memory", "[geometry][mesh]") {
  const gyre::test::TemporaryFolder temporary;
  const std::filesystem::path folder = temporary.path();
  constexpr std::uint32_t kSide = 120;  // 2 * 119 * 119 triangles: worth a file
  const auto lattice = [](bool centres) {
    std::vector<double> longitudes, latitudes;
    Faces faces;
    for (std::uint32_t row = 0; row < kSide; ++row) {
      for (std::uint32_t column = 0; column < kSide; ++column) {
        longitudes.push_back(0.1 * column + 0.03 * std::sin(row * 7.0 + column));
        latitudes.push_back(0.1 * row + 0.03 * std::cos(column * 5.0 + row));
        if (row + 1 == kSide || column + 1 == kSide) continue;
        const std::uint32_t a = row * kSide + column;
        faces.push_back({a, a + 1, a + kSide});
        faces.push_back({a + 1, a + kSide + 1, a + kSide});
      }
    }
    MeshData data = data_of(longitudes, latitudes, faces);
    for (std::uint32_t a = 0; a + 1 < kSide; ++a) {
      data.edge_nodes.push_back(a);
      data.edge_nodes.push_back(a + 1);
    }
    if (centres) {
      data.face_longitudes.assign(faces.size(), 1);
      data.face_latitudes.assign(faces.size(), 2);
    }
    return data;
  };
  const Mesh memory(lattice(false));
  const Mesh written(lattice(false), folder);
  const std::filesystem::path file = folder / (memory.hash() + ".mesh");
  REQUIRE(std::filesystem::exists(file));
  const auto check_same = [&](const Mesh& other) {
    CHECK(other.hash() == memory.hash());
    CHECK(other.extent() == memory.extent());
    for (const MeshElement element : {MeshElement::Node, MeshElement::Edge, MeshElement::Face}) {
      REQUIRE(other.count(element) == memory.count(element));
      CHECK(other.longitude(element, 77) == memory.longitude(element, 77));
      for (double lon = -1; lon < 13; lon += 0.67) {
        for (double lat = -1; lat < 13; lat += 0.71) {
          const UnitVector place = unit_vector(lon, lat);
          CHECK(other.locate(element, place) == memory.locate(element, place));
        }
      }
    }
  };
  check_same(written);
  check_same(Mesh(lattice(false), folder));
  SECTION("centres of its own are of another mesh") {
    const Mesh other(lattice(true), folder);
    CHECK(other.hash() != memory.hash());
    CHECK(other.longitude(MeshElement::Face, 5) == 1);
  }
  SECTION("a file that is not whole is made anew") {
    const auto size = std::filesystem::file_size(file);
    std::filesystem::resize_file(file, size / 2);
    check_same(Mesh(lattice(false), folder));
    CHECK(std::filesystem::file_size(file) == size);
  }
  SECTION("a file with other numbers is made anew") {
    {
      std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
      const std::vector<char> noise(static_cast<std::size_t>(std::filesystem::file_size(file)) / 2,
                                    '\x7F');
      out.seekp(1024);
      out.write(noise.data(), static_cast<std::streamsize>(noise.size()));
    }
    check_same(Mesh(lattice(false), folder));
  }
  check_same(Mesh(lattice(false), "/proc/none/grids"));
}
