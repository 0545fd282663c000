#include "coverage/geometry/mesh.h"

#include <catch2/catch.hpp>

#include "coverage/cf/interpret.h"
#include "tests/coverage/cf/fixture.h"

using namespace gyre::coverage;
using namespace gyre::coverage::test;
using Catch::Contains;
using T = ElementType;

namespace {

/// Two triangles of a square, one degree wide, indices from `start`.
Made square(int start = 0, const std::string& units = "degree", double scale = 1) {
  Made made;
  made.dimension("node", 4).dimension("face", 2).dimension("three", 3).dimension("two", 2);
  const bool radians = units == "radian";
  made.variable(
      "node_lon", {"node"},
      {text("standard_name", "longitude"), text("units", radians ? units : "degrees_east")},
      T::Float64);
  made.variable(
      "node_lat", {"node"},
      {text("standard_name", "latitude"), text("units", radians ? units : "degrees_north")},
      T::Float64);
  made.values<double>("node_lon", T::Float64, {0, scale, scale, 0});
  made.values<double>("node_lat", T::Float64, {0, 0, scale, scale});
  made.values<std::int32_t>("face_nodes", T::Int32,
                            {start, start + 1, start + 2, start, start + 2, start + 3});
  return made;
}

void add_topology(Made& made, std::vector<Attribute> more = {}) {
  more.push_back(text("cf_role", "mesh_topology"));
  more.push_back(number("topology_dimension", 2));
  more.push_back(text("node_coordinates", "node_lon node_lat"));
  more.push_back(text("face_node_connectivity", "face_nodes"));
  made.variable("mesh", {}, std::move(more), T::Int32);
}

void add_field(Made& made, const std::string& location, const std::string& name = "v") {
  made.variable(name, {location}, {text("mesh", "mesh"), text("location", location)});
}

const Coverage& only(const Interpretation& result) {
  CAPTURE(result.not_served.empty() ? std::string() : result.not_served.front().reason);
  REQUIRE(result.coverages.size() == 1);
  return result.coverages.front();
}

std::string reason(const Made& made) {
  const Interpretation result = made.interpreted();
  CHECK(result.coverages.empty());
  REQUIRE(result.not_served.size() == 1);
  CHECK(result.not_served.front().variable == "v");
  return result.not_served.front().reason;
}

}  // namespace

TEST_CASE("UGRID: one axis counts the faces, and stands for x and y", "[cf][mesh]") {
  Made made = square(1);
  made.variable("face_nodes", {"face", "three"}, {number("start_index", 1)}, T::Int32);
  add_topology(made);
  made.axis("time", {0, 24}, {text("units", "hours since 2000-01-01")});
  made.variable("v", {"time", "face"}, {text("mesh", "mesh"), text("location", "face")});
  const Interpretation result = made.interpreted();
  const DomainSet& domain_set = only(result).domain_set;
  CHECK(result.not_served.empty());
  REQUIRE(domain_set.axes().size() == 2);
  CHECK(domain_set.x() == 1);
  CHECK(domain_set.y() == 1);
  CHECK(domain_set.crs_order() == std::vector<std::size_t>{1, 0});
  REQUIRE(geometry::mesh_cells(domain_set.geometry()) != nullptr);
  CHECK(domain_set.geometry()->cell_at(0.9, 0.5) == 0);
  CHECK(domain_set.geometry()->cell_at(0.1, 0.5) == 1);
  CHECK(domain_set.coordinate_named("lon") == AxisRole::X);
  const geometry::MeshNames& names = geometry::mesh_cells(domain_set.geometry())->mesh().names();
  CHECK(names.topology == "mesh");
  CHECK(names.face_nodes.start == 1);
  CHECK(names.node.dimension == "node");
  CHECK(names.face.dimension == "face");
}

TEST_CASE("UGRID: tables with corners first, by face_dimension or by their shape", "[cf][mesh]") {
  const bool said = GENERATE(true, false);
  Made made = square();
  made.values<std::int32_t>("face_nodes", T::Int32, {0, 0, 1, 2, 2, 3});
  made.variable("face_nodes", {"three", "face"}, {}, T::Int32);
  std::vector<Attribute> more;
  if (said) more.push_back(text("face_dimension", "face"));
  add_topology(made, more);
  add_field(made, "face");
  CHECK(only(made.interpreted()).domain_set.geometry()->cell_at(0.9, 0.5) == 0);
}

TEST_CASE("UGRID: nodes, edges and faces are coverages of their own", "[cf][mesh]") {
  Made made = square();
  made.dimension("edge", 5);
  made.variable("face_nodes", {"face", "three"}, {}, T::Int32);
  made.variable("edge_nodes", {"edge", "two"}, {}, T::Int32);
  made.values<std::int32_t>("edge_nodes", T::Int32, {0, 1, 1, 2, 2, 3, 3, 0, 0, 2});
  add_topology(made, {text("edge_node_connectivity", "edge_nodes")});
  add_field(made, "face", "on_faces");
  add_field(made, "node", "on_nodes");
  add_field(made, "edge", "on_edges");
  made.variable("unsaid", {"node"}, {});  // by its dimension
  const Interpretation result = made.interpreted();
  CHECK(result.not_served.empty());
  REQUIRE(result.coverages.size() == 3);
  CHECK(result.coverages[0].fields.size() == 2);  // nodes: most fields
  CHECK(result.coverages[1].domain_set.geometry()->columns() == 2);
  CHECK(result.coverages[2].domain_set.geometry()->columns() == 5);
}

TEST_CASE("UGRID: coordinates in radians", "[cf][mesh]") {
  Made made = square(0, "radian", geometry::kRadiansPerDegree);
  made.variable("face_nodes", {"face", "three"}, {}, T::Int32);
  add_topology(made);
  add_field(made, "face");
  CHECK(only(made.interpreted()).domain_set.geometry()->cell_at(0.9, 0.5) == 0);
}

TEST_CASE("UGRID: polygons of any length end at their fill value", "[cf][mesh]") {
  Made made = square();
  made.variable("face_nodes", {"face", "three"}, {number("_FillValue", -1, T::Int32)}, T::Int32);
  made.dimension("four", 4);
  made.schema.variables.back().dimensions = {"face", "four"};
  made.schema.variables.back().shape = {2, 4};
  made.schema.variables.back().attributes = Attributes({integers("_FillValue", {-1}, T::Int32)});
  made.values<std::int32_t>("face_nodes", T::Int32, {0, 1, 2, -1, 0, 2, 3, 3});
  add_topology(made);
  add_field(made, "face");
  const Interpretation result = made.interpreted();
  const auto& mesh = geometry::mesh_cells(only(result).domain_set.geometry())->mesh();
  CHECK(mesh.nodes_of_face(0).size() == 3);
  CHECK(mesh.nodes_of_face(1).size() == 3);  // a node twice is one
}

TEST_CASE("FVCOM: nv beside coordinates of nodes and elements is a mesh", "[cf][mesh]") {
  Made made = square(1);
  made.variable("lonc", {"face"}, {text("units", "degrees_east")}, T::Float32);
  made.variable("latc", {"face"}, {text("units", "degrees_north")}, T::Float32);
  made.values<float>("lonc", T::Float32, {0.7F, 0.3F})
      .values<float>("latc", T::Float32, {.3F, .7F});
  made.variable("nv", {"three", "face"}, {}, T::Int32);
  made.variable("nbe", {"three", "face"}, {}, T::Int32);
  made.values<std::int32_t>("nv", T::Int32, {1, 1, 2, 3, 3, 4});
  made.axis("time", {0, 1}, {text("units", "days since 0.0")});
  made.variable("zeta", {"time", "node"}, {text("coordinates", "time node_lat node_lon")});
  made.variable("u", {"time", "face"}, {text("mesh", "fvcom_mesh"), text("location", "face")});
  const Interpretation result = made.interpreted();
  CHECK(result.not_served.empty());  // tables of indices are no fields
  REQUIRE(result.coverages.size() == 2);
  CHECK(result.coverages[0].fields[0].name == "zeta");
  CHECK(result.coverages[0].domain_set.geometry()->cell_at(0.9, 0.1) == 1);
  CHECK(result.coverages[1].domain_set.geometry()->longitude_variable() == "lonc");
  // Models that run without a date count from their own beginning.
  CHECK_FALSE(result.coverages[0].domain_set.axes()[0].is_time());
  REQUIRE(result.warnings.size() == 1);
  CHECK_THAT(result.warnings[0], Contains("no reference time"));
}

TEST_CASE("UGRID: nodes in metres go by the grid mapping of whoever names one", "[cf][mesh]") {
  Made made;
  made.dimension("node", 4).dimension("face", 2).dimension("three", 3);
  const std::string namer = GENERATE("field", "topology", "coordinate", "nobody");
  const auto naming = [&](const std::string& who, std::vector<Attribute> attributes) {
    if (who == namer) attributes.push_back(text("grid_mapping", "utm"));
    return attributes;
  };
  for (const char* const axis : {"x", "y"}) {
    made.variable(std::string("node_") + axis, {"node"},
                  naming("coordinate",
                         {text("standard_name", std::string("projection_") + axis + "_coordinate"),
                          text("units", "m")}),
                  T::Float64);
  }
  made.values<double>("node_x", T::Float64, {500000, 600000, 600000, 500000});
  made.values<double>("node_y", T::Float64, {0, 0, 100000, 100000});
  made.variable("face_nodes", {"face", "three"}, {}, T::Int32);
  made.values<std::int32_t>("face_nodes", T::Int32, {0, 1, 2, 0, 2, 3});
  made.variable(
      "mesh", {},
      naming("topology", {text("cf_role", "mesh_topology"), number("topology_dimension", 2),
                          text("node_coordinates", "node_x node_y"),
                          text("face_node_connectivity", "face_nodes")}),
      T::Int32);
  made.variable("v", {"node"}, naming("field", {text("mesh", "mesh"), text("location", "node")}));
  SECTION("there is one") {
    made.variable("utm", {},
                  {text("grid_mapping_name", "Unknown projected"), text("EPSG_code", "EPSG:32632")},
                  T::Int32);
    const Interpretation result = made.interpreted();
    const DomainSet& domain_set = only(result).domain_set;
    CHECK(domain_set.geometry()->longitude(0) == Approx(9).margin(1e-9));
    CHECK(domain_set.geometry()->latitude(2) == Approx(0.9045).margin(1e-3));
    CHECK(domain_set.geometry()->cell_at(9.8, 0.05) == 1U);
    CHECK(domain_set.grid_mapping_variable() == "utm");
  }
  SECTION("there is none") { CHECK_THAT(reason(made), Contains("no grid_mapping says of which")); }
}

TEST_CASE("cells along one dimension may be told by their bounds", "[cf][mesh]") {
  Made made;
  made.dimension("cell", 2).dimension("nv", 4);
  made.variable("clon", {"cell"}, {text("units", "radian"), text("bounds", "clon_vertices")},
                T::Float64);
  made.variable("clat", {"cell"}, {text("units", "radian"), text("bounds", "clat_vertices")},
                T::Float64);
  made.values<double>("clon", T::Float64, {0.05, 0.15}).values<double>("clat", T::Float64, {0, 0});
  made.variable("clon_vertices", {"cell", "nv"}, {}, T::Float64);
  made.variable("clat_vertices", {"cell", "nv"}, {}, T::Float64);
  // A square, and a triangle whose last corner is repeated.
  made.values<double>("clon_vertices", T::Float64, {0, 0.1, 0.1, 0, 0.1, 0.2, 0.15, 0.15});
  made.values<double>("clat_vertices", T::Float64, {-0.1, -0.1, 0.1, 0.1, -0.1, -0.1, 0.1, 0.1});
  made.variable("v", {"cell"}, {text("coordinates", "clat clon")});
  SECTION("as ICON has them") {
    const Interpretation result = made.interpreted();
    const DomainSet& domain_set = only(result).domain_set;
    CHECK(domain_set.geometry()->cell_at(2, 5) == 0U);
    CHECK(domain_set.geometry()->cell_at(8.5, 0) == 1U);
    CHECK(domain_set.geometry()->cell_at(11.3, 5) == CellGeometry::kNone);
    CHECK(domain_set.geometry()->longitude_variable() == "clon");
  }
  SECTION("bounds have to surround the cells") {
    made.values<double>("clat", T::Float64, {0.5, 0.5});
    CHECK_THAT(reason(made), Contains("do not surround the cells"));
  }
}

TEST_CASE("MPAS: verticesOnCell counts from 1, as many as nEdgesOnCell says", "[cf][mesh]") {
  Made made;
  made.dimension("nCells", 2).dimension("nVertices", 5).dimension("maxEdges", 5);
  made.dimension("nEdges", 1).dimension("TWO", 2);
  const std::string units = GENERATE("rad", "");
  const auto place = [&](const std::string& name, const std::string& dimension,
                         const std::vector<double>& values) {
    std::vector<Attribute> attributes;
    if (!units.empty()) attributes.push_back(text("units", units));
    made.variable(name, {dimension}, attributes, T::Float64);
    made.values<double>(name, T::Float64, values);
  };
  place("lonVertex", "nVertices", {0, 0.1, 0.1, 0, 0.2});
  place("latVertex", "nVertices", {0, 0, 0.1, 0.1, 0.05});
  place("lonCell", "nCells", {0.05, 0.13});
  place("latCell", "nCells", {0.05, 0.05});
  made.variable("nEdgesOnCell", {"nCells"}, {}, T::Int32);
  made.variable("verticesOnCell", {"nCells", "maxEdges"}, {}, T::Int32);
  made.variable("verticesOnEdge", {"nEdges", "TWO"}, {}, T::Int32);
  made.values<std::int32_t>("nEdgesOnCell", T::Int32, {4, 3});
  made.values<std::int32_t>("verticesOnCell", T::Int32, {1, 2, 3, 4, 99, 2, 5, 3, 0, 0});
  made.values<std::int32_t>("verticesOnEdge", T::Int32, {1, 2});
  made.variable("v", {"nCells"}, {});
  made.variable("u", {"nEdges"}, {});
  const Interpretation result = made.interpreted();
  REQUIRE(result.coverages.size() == 2);  // tables and coordinates are no fields
  CHECK(result.coverages[0].domain_set.geometry()->cell_at(3, 3) == 0U);
  CHECK(result.coverages[0].domain_set.geometry()->cell_at(7, 3) == 1U);
  CHECK(result.coverages[1].fields[0].name == "u");
}

TEST_CASE("meshes that cannot be used say what to mend", "[cf][mesh]") {
  Made made = square();
  SECTION("an index out of range") {
    made.variable("face_nodes", {"face", "three"}, {number("start_index", 1)}, T::Int32);
    add_topology(made);
    add_field(made, "face");
    CHECK_THAT(reason(made),
               Contains("index 0 at face 0") && Contains("1 to 4") && Contains("start_index"));
  }
  SECTION("a table that is not there") {
    add_topology(made);
    add_field(made, "face");
    CHECK_THAT(reason(made), Contains("face_node_connectivity 'face_nodes'"));
  }
  SECTION("coordinates that are not there") {
    made.variable("face_nodes", {"face", "three"}, {}, T::Int32);
    add_topology(made);
    made.schema.variables.erase(made.schema.variables.begin());
    add_field(made, "face");
    CHECK_THAT(reason(made), Contains("node_coordinates 'node_lon node_lat'"));
  }
  SECTION("a mesh that is not there") {
    add_field(made, "face");
    CHECK_THAT(reason(made), Contains("mesh 'mesh' is not there"));
  }
  SECTION("a place that is none") {
    made.variable("face_nodes", {"face", "three"}, {}, T::Int32);
    add_topology(made);
    made.variable("v", {"face"}, {text("mesh", "mesh"), text("location", "volume")});
    CHECK_THAT(reason(made), Contains("location 'volume'"));
  }
  SECTION("edges without a table of edges") {
    made.variable("face_nodes", {"face", "three"}, {}, T::Int32);
    add_topology(made);
    made.dimension("edge", 5);
    add_field(made, "edge");
    CHECK_THAT(reason(made), Contains("edge_node_connectivity"));
  }
  SECTION("a network of edges alone") {
    made.variable("mesh", {},
                  {text("cf_role", "mesh_topology"), number("topology_dimension", 1),
                   text("node_coordinates", "node_lon node_lat")},
                  T::Int32);
    add_field(made, "node");
    CHECK_THAT(reason(made), Contains("topology_dimension 1"));
  }
}

TEST_CASE("levels of a mesh may follow a formula", "[cf][mesh][vertical]") {
  Made made = square();
  made.variable("face_nodes", {"face", "three"}, {}, T::Int32);
  add_topology(made);
  made.axis("sigma", {-0.75, -0.25},
            {text("standard_name", "ocean_sigma_coordinate"), text("positive", "up"),
             text("formula_terms", "sigma: sigma eta: eta depth: depth")});
  const auto with_depth_on = [&](const char* terms, const char* field) {
    add_field(made, terms, "depth");
    add_field(made, "node", "eta");
    made.variable("v", {"sigma", field}, {text("mesh", "mesh"), text("location", field)});
    Interpretation result = made.interpreted();
    REQUIRE_FALSE(result.coverages.empty());
    CHECK(result.coverages[0].fields[0].name == "v");
    CHECK(result.coverages[0].domain_set.vertical() == 0U);
    return result;
  };
  SECTION("its terms on the elements of the field, or on the nodes around them") {
    const Interpretation result = with_depth_on("face", "face");
    const auto& vertical = result.coverages[0].vertical;
    REQUIRE(vertical != nullptr);
    REQUIRE(vertical->terms.size() == 3);
    CHECK(vertical->terms[0].axes == std::vector<std::size_t>{0});
    CHECK(vertical->terms[1].axes == std::vector<std::size_t>{FormulaTerm::kNodes});  // eta
    CHECK(vertical->terms[2].axes == std::vector<std::size_t>{1});
  }
  SECTION("nodes have no terms of the faces around them") {
    const Interpretation result = with_depth_on("face", "node");
    CHECK(result.coverages[0].vertical == nullptr);
    REQUIRE_FALSE(result.warnings.empty());
    CHECK_THAT(result.warnings.back(), Contains("'depth', varies along 'face'"));
  }
}

TEST_CASE("edges that cannot be used do not spoil the rest of a mesh", "[cf][mesh]") {
  Made made = square();
  made.dimension("edge", 1);
  made.variable("face_nodes", {"face", "three"}, {}, T::Int32);
  made.variable("edge_nodes", {"edge", "two"}, {}, T::Int32);
  made.values<std::int32_t>("edge_nodes", T::Int32, {0, 7});
  add_topology(made, {text("edge_node_connectivity", "edge_nodes")});
  add_field(made, "face", "on_faces");
  add_field(made, "edge");
  const Interpretation result = made.interpreted();
  CHECK(only(result).fields[0].name == "on_faces");
  REQUIRE(result.not_served.size() == 1);
  CHECK_THAT(result.not_served[0].reason, Contains("index 7 at edge 0"));
}
