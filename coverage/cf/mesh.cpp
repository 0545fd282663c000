#include "coverage/cf/mesh.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/text.h"

namespace gyre::coverage::cf {
namespace {

using geometry::MeshElement;

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
  mesh.nodes = places_among(holding.listed(topology, "node_coordinates"));
  if (!mesh.nodes.complete()) {
    refuse(topology,
           fmt::format("the node_coordinates '{}' of its mesh '{}' name no longitudes "
                       "and latitudes, or x and y of a projection, over one dimension",
                       topology.attributes.text("node_coordinates").value_or(""), topology.name));
  }
  mesh.node_dimension = mesh.nodes.dimension();
  const auto table = topology.attributes.text("face_node_connectivity");
  mesh.face_nodes = table_named(holding, topology, "face_node_connectivity");
  if (mesh.face_nodes == nullptr) {
    refuse(topology,
           table ? fmt::format("the face_node_connectivity '{}' of its mesh '{}' is no table of "
                               "two dimensions in the holding",
                               *table, topology.name)
                 : fmt::format("its mesh '{}' has no face_node_connectivity", topology.name));
  }
  const Places faces = places_among(holding.listed(topology, "face_coordinates"));
  mesh.face_dimension = counted_dimension(holding, topology, *mesh.face_nodes, "face", faces.x);
  const auto usable = [&](const Places& places, const std::string& dimension) {
    // Where nodes have longitudes and latitudes, nothing need say what a projection's x and y are.
    return places.complete() && places.dimension() == dimension &&
           (mesh.nodes.projected || !places.projected);
  };
  if (usable(faces, mesh.face_dimension)) mesh.faces = faces;
  if (const VariableSchema* edges = table_named(holding, topology, "edge_node_connectivity")) {
    const Places places = places_among(holding.listed(topology, "edge_coordinates"));
    mesh.edge_dimension = counted_dimension(holding, topology, *edges, "edge", places.x);
    mesh.edge_nodes = edges;
    if (usable(places, mesh.edge_dimension)) mesh.edges = places;
  }
  const VariableSchema* links = table_named(holding, topology, "face_face_connectivity");
  if (links != nullptr && has_dimension(*links, mesh.face_dimension)) mesh.face_faces = links;
  return mesh;
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

/// By its attribute `mesh`, or by the one mesh that has one of its dimensions.
std::optional<OnMesh> place_of(const Holding& holding, const VariableSchema& field) {
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
    auto mesh = fvcom_mesh(holding);
    if (!mesh) mesh = mpas_mesh(holding);
    if (mesh) found = place_on(*mesh, field, !name);
    if (!found) found = cells_by_bounds(holding, field);
  }
  if (found || !name) return found;
  if (unusable) throw *unusable;
  refuse(field, fmt::format("its mesh '{}' is not there: add the mesh topology variable (UGRID) "
                            "or correct its attribute mesh",
                            *name));
}

}  // namespace

bool is_table(const VariableSchema& variable) {
  return variable.dimensions.size() == 2 && variable.type != ElementType::String &&
         variable.dimensions[0] != variable.dimensions[1];
}

bool is_connectivity(const VariableSchema& variable) {
  static constexpr std::array<std::string_view, 12> kTables{"nv",
                                                            "nbe",
                                                            "nbsn",
                                                            "nbve",
                                                            "verticesOnCell",
                                                            "cellsOnCell",
                                                            "edgesOnCell",
                                                            "verticesOnEdge",
                                                            "cellsOnEdge",
                                                            "edgesOnEdge",
                                                            "cellsOnVertex",
                                                            "edgesOnVertex"};
  static constexpr std::array<std::string_view, 8> kLists{
      "lonCell", "latCell", "lonVertex",    "latVertex",
      "lonEdge", "latEdge", "nEdgesOnCell", "nEdgesOnEdge"};
  if (lower(variable.attributes.text("standard_name").value_or("")) == "connectivity_array") {
    return true;
  }
  const auto called = [&](const auto& names) {
    return std::find(names.begin(), names.end(), last_part(variable.name)) != names.end();
  };
  if (variable.dimensions.size() == 1) return called(kLists);
  return is_table(variable) && is_integer(variable.type) && called(kTables);
}

std::optional<OnMesh> mesh_of(const Holding& holding, const VariableSchema& field) {
  auto place = place_of(holding, field);
  if (!place) return place;
  MeshVariables& mesh = place->mesh;
  if (mesh.nodes.projected) {
    mesh.projection = projection_of(holding, field, mesh.topology, mesh.nodes);
  }
  return place;
}

}  // namespace gyre::coverage::cf
