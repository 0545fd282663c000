#include "coverage/cf/mesh.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/axis_kind.h"
#include "coverage/cf/text.h"
#include "coverage/cf/units.h"
#include "coverage/geometry/geometry_store.h"
#include "coverage/geometry/unit_vector.h"

namespace gyre::coverage::cf {
namespace {

using geometry::MeshData;
using geometry::MeshElement;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// A table of indices with more columns is the other way round.
constexpr std::size_t kMostColumns = geometry::Mesh::kMostCorners;

[[noreturn]] void refuse(const VariableSchema& variable, const std::string& why) {
  throw Error(ErrorKind::UnsupportedHolding, variable.name, why);
}

bool has_dimension(const VariableSchema& variable, const std::string& dimension) {
  return std::find(variable.dimensions.begin(), variable.dimensions.end(), dimension) !=
         variable.dimensions.end();
}

bool is_topology(const VariableSchema& variable) {
  return variable.attributes.text("cf_role") == "mesh_topology";
}

bool is_table(const VariableSchema& variable) {
  return variable.dimensions.size() == 2 && variable.type != ElementType::String &&
         variable.dimensions[0] != variable.dimensions[1];
}

struct Pair {
  const VariableSchema* longitude = nullptr;
  const VariableSchema* latitude = nullptr;
  [[nodiscard]] bool complete() const { return longitude != nullptr && latitude != nullptr; }
};

/// Is it a longitude (X) or latitude (Y)? Radians count (MPAS and others have their cells so).
std::optional<AxisRole> globe_role(const VariableSchema& variable) {
  if (variable.dimensions.size() != 1 || variable.type == ElementType::String) return std::nullopt;
  const AxisKind kind = axis_kind_of(variable);
  if (kind.horizontal == Horizontal::Globe) return kind.role;
  if (!is_radians(variable.attributes.text("units").value_or(""))) return std::nullopt;
  const std::string name = lower(last_part(variable.name));
  if (name.find("lon") != std::string::npos) return AxisRole::X;
  if (name.find("lat") != std::string::npos) return AxisRole::Y;
  return std::nullopt;
}

Pair pair_among(const std::vector<const VariableSchema*>& variables) {
  Pair pair;
  for (const VariableSchema* const variable : variables) {
    const auto role = globe_role(*variable);
    if (role == AxisRole::X && pair.longitude == nullptr) pair.longitude = variable;
    if (role == AxisRole::Y && pair.latitude == nullptr) pair.latitude = variable;
  }
  if (pair.complete() && pair.longitude->dimensions != pair.latitude->dimensions) return {};
  return pair;
}

/// Which of a table's two dimensions counts its rows; the other runs along one row.
struct Rows {
  const VariableSchema* table;
  std::size_t dimension;  ///< 0 or 1
  [[nodiscard]] std::size_t count() const { return table->shape[dimension]; }
  [[nodiscard]] std::size_t columns() const { return table->shape[1 - dimension]; }
};

// ---- UGRID -------------------------------------------------------------------------------------

/// The table that an attribute of the mesh names; null where there is none.
const VariableSchema* table_named(const Holding& holding, const VariableSchema& topology,
                                  const char* attribute) {
  const auto name = topology.attributes.text(attribute);
  const VariableSchema* const table = name ? holding.named(topology, *name) : nullptr;
  return table != nullptr && is_table(*table) ? table : nullptr;
}

/// Does a field of this mesh lie on `location` along `dimension`?
bool carries(const Holding& holding, const VariableSchema& topology, const char* location,
             const std::string& dimension) {
  const auto& variables = holding.schema().variables;
  return std::any_of(variables.begin(), variables.end(), [&](const VariableSchema& variable) {
    return variable.attributes.text("mesh") == last_part(topology.name) &&
           lower(variable.attributes.text("location").value_or("")) == location &&
           has_dimension(variable, dimension);
  });
}

/// Which dimension of a table counts faces (edges): the one that the mesh names; that of their
/// coordinates; that of data; the longer beside one of a few corners; else the first (UGRID 1.0).
std::string counted_dimension(const Holding& holding, const VariableSchema& topology,
                              const VariableSchema& table, const std::string& location,
                              const VariableSchema* coordinate) {
  if (const auto said = topology.attributes.text(location + "_dimension")) {
    for (const std::string& dimension : table.dimensions) {
      if (last_part(dimension) == last_part(*said)) return dimension;
    }
  }
  if (coordinate != nullptr && has_dimension(table, coordinate->dimensions.front())) {
    return coordinate->dimensions.front();
  }
  for (const std::string& dimension : table.dimensions) {
    if (carries(holding, topology, location.c_str(), dimension)) return dimension;
  }
  constexpr std::size_t kFew = 4;
  if (table.shape[0] <= kFew && table.shape[1] > kFew) return table.dimensions[1];
  return table.dimensions[0];
}

MeshVariables ugrid_mesh(const Holding& holding, const VariableSchema& topology) {
  MeshVariables mesh;
  mesh.topology = &topology;
  const double rank = topology.attributes.number("topology_dimension")
                          .value_or(topology.attributes.number("dimension").value_or(2));
  if (rank != 2) {
    refuse(topology, fmt::format("its mesh '{}' has topology_dimension {}; meshes of faces (2) "
                                 "are served",
                                 topology.name, rank));
  }
  const Pair nodes = pair_among(holding.listed(topology, "node_coordinates"));
  if (!nodes.complete()) {
    refuse(topology,
           fmt::format("the node_coordinates '{}' of its mesh '{}' name no longitudes "
                       "and latitudes over one dimension",
                       topology.attributes.text("node_coordinates").value_or(""), topology.name));
  }
  mesh.node_longitude = nodes.longitude;
  mesh.node_latitude = nodes.latitude;
  mesh.node_dimension = nodes.longitude->dimensions.front();
  const auto table = topology.attributes.text("face_node_connectivity");
  mesh.face_nodes = table_named(holding, topology, "face_node_connectivity");
  if (mesh.face_nodes == nullptr) {
    refuse(topology,
           table ? fmt::format("the face_node_connectivity '{}' of its mesh '{}' is no table of "
                               "two dimensions in the holding",
                               *table, topology.name)
                 : fmt::format("its mesh '{}' has no face_node_connectivity", topology.name));
  }
  const Pair faces = pair_among(holding.listed(topology, "face_coordinates"));
  mesh.face_dimension =
      counted_dimension(holding, topology, *mesh.face_nodes, "face", faces.longitude);
  if (faces.complete() && faces.longitude->dimensions.front() == mesh.face_dimension) {
    mesh.face_longitude = faces.longitude;
    mesh.face_latitude = faces.latitude;
  }
  if (const VariableSchema* edges = table_named(holding, topology, "edge_node_connectivity")) {
    const Pair places = pair_among(holding.listed(topology, "edge_coordinates"));
    mesh.edge_dimension = counted_dimension(holding, topology, *edges, "edge", places.longitude);
    mesh.edge_nodes = edges;
    if (places.complete() && places.longitude->dimensions.front() == mesh.edge_dimension) {
      mesh.edge_longitude = places.longitude;
      mesh.edge_latitude = places.latitude;
    }
  }
  const VariableSchema* links = table_named(holding, topology, "face_face_connectivity");
  if (links != nullptr && has_dimension(*links, mesh.face_dimension)) mesh.face_faces = links;
  return mesh;
}

// ---- FVCOM -------------------------------------------------------------------------------------

/// The longitudes and latitudes along a dimension, by the names of FVCOM or by what they say.
Pair pair_along(const Holding& holding, const std::string& dimension) {
  std::vector<const VariableSchema*> along;
  for (const VariableSchema& variable : holding.schema().variables) {
    if (variable.dimensions.size() == 1 && variable.dimensions.front() == dimension) {
      along.push_back(&variable);
    }
  }
  return pair_among(along);
}

bool is_corners(std::size_t count) { return count == 3 || count == 4; }

bool is_triangles(const VariableSchema& variable) {
  if (!is_table(variable) || !is_integer(variable.type)) return false;
  if (!is_corners(variable.shape[0]) && !is_corners(variable.shape[1])) return false;
  const auto said = [&](const char* attribute) {
    return lower(variable.attributes.text(attribute).value_or(""));
  };
  return last_part(variable.name) == "nv" || said("cf_role") == "face_node_connectivity" ||
         said("standard_name") == "face_node_connectivity" ||
         said("standard_name") == "connectivity_array";
}

/// Files without a mesh topology variable: one table of triangles, coordinates of nodes, and of
/// elements along the other dimension of that table.
std::optional<MeshVariables> fvcom_mesh(const Holding& holding) {
  for (const VariableSchema& table : holding.schema().variables) {
    if (!is_triangles(table)) continue;
    MeshVariables mesh;
    mesh.face_nodes = &table;
    mesh.face_dimension = table.dimensions[is_corners(table.shape[0]) ? 1 : 0];
    const Pair faces = pair_along(holding, mesh.face_dimension);
    if (faces.complete()) {
      mesh.face_longitude = faces.longitude;
      mesh.face_latitude = faces.latitude;
    }
    for (const DimensionSchema& dimension : holding.schema().dimensions) {
      if (dimension.name == mesh.face_dimension) continue;
      const Pair nodes = pair_along(holding, dimension.name);
      if (!nodes.complete()) continue;
      if (mesh.node_longitude != nullptr) return std::nullopt;  // which ones is not said
      mesh.node_longitude = nodes.longitude;
      mesh.node_latitude = nodes.latitude;
      mesh.node_dimension = dimension.name;
    }
    if (mesh.node_longitude == nullptr) return std::nullopt;
    for (const VariableSchema& links : holding.schema().variables) {
      if (last_part(links.name) == "nbe" && links.dimensions == table.dimensions) {
        mesh.face_faces = &links;
      }
    }
    return mesh;
  }
  return std::nullopt;
}

// ---- a field on it -----------------------------------------------------------------------------

std::optional<MeshElement> element_called(const std::string& location) {
  for (const MeshElement element : {MeshElement::Node, MeshElement::Edge, MeshElement::Face}) {
    if (location == name_of(element)) return element;
  }
  if (location == "center" || location == "element") return MeshElement::Face;  // FVCOM
  return std::nullopt;
}

const std::string& dimension_of(const MeshVariables& mesh, MeshElement element) {
  return element == MeshElement::Node   ? mesh.node_dimension
         : element == MeshElement::Edge ? mesh.edge_dimension
                                        : mesh.face_dimension;
}

/// By `location`, else by the one dimension of the mesh that the field has.
std::optional<OnMesh> place_on(const MeshVariables& mesh, const VariableSchema& field,
                               bool by_dimension_only) {
  std::vector<MeshElement> found;
  for (const MeshElement element : {MeshElement::Node, MeshElement::Edge, MeshElement::Face}) {
    const std::string& dimension = dimension_of(mesh, element);
    if (!dimension.empty() && has_dimension(field, dimension)) found.push_back(element);
  }
  const auto location = field.attributes.text("location");
  if (!by_dimension_only && location) {
    const auto element = element_called(lower(*location));
    if (!element) {
      refuse(field, fmt::format("it is on location '{}' of its mesh; node, edge and face are "
                                "served",
                                *location));
    }
    const std::string& dimension = dimension_of(mesh, *element);
    if (dimension.empty()) {
      refuse(field, fmt::format("it is on the {}s of its mesh, which has no {}_node_connectivity",
                                *location, name_of(*element)));
    }
    if (!has_dimension(field, dimension)) {
      refuse(field, fmt::format("it is on the {}s of its mesh, but has no dimension '{}', along "
                                "which they are",
                                name_of(*element), dimension));
    }
    return OnMesh{mesh, *element, dimension};
  }
  if (found.size() != 1) return std::nullopt;
  return OnMesh{mesh, found.front(), dimension_of(mesh, found.front())};
}

// ---- numbers -----------------------------------------------------------------------------------

std::vector<double> degrees_of(const VariableSchema& variable, AxisMaker& maker, double most) {
  std::vector<double> values = maker.numbers(variable);
  const auto radians = radians_of(variable.attributes.text("units").value_or(""));
  for (double& value : values) {
    if (radians) value *= *radians / geometry::kRadiansPerDegree;
    if (!(std::abs(value) <= most)) value = kNaN;
  }
  return values;
}

std::string counted_as(std::int64_t start, std::size_t count) {
  return fmt::format("{} to {}", start, start + static_cast<std::int64_t>(count) - 1);
}

/// `use(row, index from 0)` for each entry that is not fill.
template <typename Use>
void each_index(const Rows& rows, std::int64_t start, std::size_t limit, const char* what,
                const std::vector<double>& values, Use&& use) {
  for (std::size_t row = 0; row < rows.count(); ++row) {
    for (std::size_t k = 0; k < rows.columns(); ++k) {
      const double value =
          rows.dimension == 0 ? values[row * rows.columns() + k] : values[k * rows.count() + row];
      if (std::isnan(value)) continue;
      const double index = value - static_cast<double>(start);
      if (!(index >= 0 && index < static_cast<double>(limit)) || index != std::floor(index)) {
        refuse(*rows.table,
               fmt::format("its mesh's table '{}' has index {} at {} {}, and nodes are counted {}: "
                           "see its start_index and _FillValue",
                           rows.table->name, value, what, row, counted_as(start, limit)));
      }
      use(row, static_cast<std::uint32_t>(index));
    }
  }
}

Rows rows_of(const VariableSchema& table, const std::string& dimension) {
  return {&table, table.dimensions[0] == dimension ? std::size_t{0} : std::size_t{1}};
}

/// The number of the first node: as said; else 0 in UGRID, and 1 in FVCOM's files (Fortran's),
/// unless they have a 0.
std::int64_t start_of(const VariableSchema& table, bool ugrid, const std::vector<double>& values) {
  if (const auto said = table.attributes.number("start_index")) {
    if (*said == 0 || *said == 1) return static_cast<std::int64_t>(*said);
    refuse(table, fmt::format("the start_index of its mesh's table '{}' is {}; it is 0 or 1",
                              table.name, *said));
  }
  const bool has_zero = std::find(values.begin(), values.end(), 0.0) != values.end();
  return ugrid || has_zero ? 0 : 1;
}

void add_faces(const MeshVariables& mesh, AxisMaker& maker, MeshData& data) {
  const Rows rows = rows_of(*mesh.face_nodes, mesh.face_dimension);
  if (rows.columns() > kMostColumns) {
    refuse(*mesh.face_nodes,
           fmt::format("its mesh's table '{}' has up to {} nodes a face; {} at most are served",
                       mesh.face_nodes->name, rows.columns(), kMostColumns));
  }
  const std::vector<double> values = maker.numbers(*mesh.face_nodes);
  const std::int64_t start = start_of(*mesh.face_nodes, mesh.topology != nullptr, values);
  data.names.face_nodes = {mesh.face_nodes->name, start};
  data.face_begin.reserve(rows.count() + 1);
  data.face_nodes.reserve(values.size());
  const auto finish_until = [&](std::size_t row) {
    while (data.face_begin.size() < row + 1) {
      // A last node that is the first again closes the outline, and says nothing.
      if (!data.face_begin.empty() && data.face_nodes.size() > data.face_begin.back() + 1 &&
          data.face_nodes.back() == data.face_nodes[data.face_begin.back()]) {
        data.face_nodes.pop_back();
      }
      data.face_begin.push_back(static_cast<std::uint32_t>(data.face_nodes.size()));
    }
  };
  each_index(rows, start, data.node_longitudes.size(), "face", values,
             [&](std::size_t row, std::uint32_t node) {
               finish_until(row);
               // Triangles in a table of quadrilaterals may have a node twice in place of fill.
               const bool first = data.face_nodes.size() == data.face_begin.back();
               if (first || data.face_nodes.back() != node) data.face_nodes.push_back(node);
             });
  finish_until(rows.count());
}

void add_edges(const MeshVariables& mesh, AxisMaker& maker, MeshData& data) {
  const Rows rows = rows_of(*mesh.edge_nodes, mesh.edge_dimension);
  const std::vector<double> values = maker.numbers(*mesh.edge_nodes);
  const std::int64_t start = start_of(*mesh.edge_nodes, mesh.topology != nullptr, values);
  std::vector<std::uint32_t> nodes;
  each_index(rows, start, data.node_longitudes.size(), "edge", values,
             [&](std::size_t, std::uint32_t node) { nodes.push_back(node); });
  if (rows.columns() != 2 || nodes.size() != 2 * rows.count()) {
    refuse(*mesh.edge_nodes,
           fmt::format("its mesh's table '{}' does not have two nodes for each edge",
                       mesh.edge_nodes->name));
  }
  data.edge_nodes = std::move(nodes);
  data.names.edge_nodes = {mesh.edge_nodes->name, start};
  data.names.edge.dimension = mesh.edge_dimension;
  if (mesh.edge_longitude != nullptr) {
    data.names.edge.longitude = mesh.edge_longitude->name;
    data.names.edge.latitude = mesh.edge_latitude->name;
  }
}

std::shared_ptr<const geometry::Mesh> read_mesh(const MeshVariables& mesh, bool edges_needed,
                                                AxisMaker& maker) {
  MeshData data;
  if (mesh.topology != nullptr) data.names.topology = mesh.topology->name;
  data.names.node = {mesh.node_dimension, mesh.node_longitude->name, mesh.node_latitude->name};
  data.names.face.dimension = mesh.face_dimension;
  data.node_longitudes = degrees_of(*mesh.node_longitude, maker, 1080);
  data.node_latitudes = degrees_of(*mesh.node_latitude, maker, 90.001);
  add_faces(mesh, maker, data);
  if (mesh.face_longitude != nullptr) {
    data.names.face.longitude = mesh.face_longitude->name;
    data.names.face.latitude = mesh.face_latitude->name;
    data.face_longitudes = degrees_of(*mesh.face_longitude, maker, 1080);
    data.face_latitudes = degrees_of(*mesh.face_latitude, maker, 90.001);
  }
  if (mesh.edge_nodes != nullptr) {
    try {
      add_edges(mesh, maker, data);
    } catch (const Error& error) {
      if (edges_needed) throw;
      maker.warn(
          fmt::format("{}: {}; the edges are left out", mesh.edge_nodes->name, error.what()));
    }
  }
  if (mesh.face_faces != nullptr) {
    const auto start = mesh.face_faces->attributes.number("start_index");
    data.names.face_faces = {mesh.face_faces->name, start ? static_cast<std::int64_t>(*start)
                                                          : data.names.face_nodes.start};
  }
  if (const auto problem = problem_of(data)) {
    refuse(*mesh.face_nodes,
           fmt::format("its mesh's table '{}' {}", mesh.face_nodes->name, *problem));
  }
  return maker.geometries().mesh(std::move(data));
}

}  // namespace

bool is_connectivity(const VariableSchema& variable) {
  static constexpr std::array<std::string_view, 4> kTables{"nv", "nbe", "nbsn", "nbve"};
  if (lower(variable.attributes.text("standard_name").value_or("")) == "connectivity_array") {
    return true;
  }
  return is_table(variable) && is_integer(variable.type) &&
         std::find(kTables.begin(), kTables.end(), last_part(variable.name)) != kTables.end();
}

std::optional<OnMesh> mesh_of(const Holding& holding, const VariableSchema& field) {
  const auto name = field.attributes.text("mesh");
  if (name) {
    const VariableSchema* const topology = holding.named(field, *name);
    if (topology != nullptr) {
      auto place = place_on(ugrid_mesh(holding, *topology), field, false);
      if (place) return place;
      refuse(field, fmt::format("which elements of its mesh '{}' it is on is not said: give it "
                                "an attribute location",
                                *name));
    }
  }
  std::optional<OnMesh> found;
  std::optional<Error> unusable;
  bool topologies = false;
  for (const VariableSchema& variable : holding.schema().variables) {
    if (!is_topology(variable)) continue;
    topologies = true;
    try {
      auto place = place_on(ugrid_mesh(holding, variable), field, true);
      if (!place) continue;
      if (found) return std::nullopt;  // of two meshes
      found = std::move(place);
    } catch (const Error& error) {
      unusable = error;
    }
  }
  if (!topologies) {
    if (const auto mesh = fvcom_mesh(holding)) found = place_on(*mesh, field, !name);
  }
  if (found || !name) return found;
  if (unusable) throw *unusable;
  refuse(field, fmt::format("its mesh '{}' is not there: add the mesh topology variable (UGRID) "
                            "or correct its attribute mesh",
                            *name));
}

std::shared_ptr<const CellGeometry> geometry_of(const OnMesh& place, AxisMaker& maker) {
  const bool edges = place.element == MeshElement::Edge;
  const std::string name =
      place.mesh.topology != nullptr ? place.mesh.topology->name : place.mesh.face_nodes->name;
  return maker.geometry(fmt::format("mesh {} {}", name, geometry::name_of(place.element)), [&] {
    return maker.geometries().cells_of(read_mesh(place.mesh, edges, maker), place.element);
  });
}

}  // namespace gyre::coverage::cf
