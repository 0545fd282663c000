#include <algorithm>

#include "coverage/cf/mesh.h"
#include "coverage/cf/text.h"

namespace gyre::coverage::cf {
namespace {

// ---- FVCOM -------------------------------------------------------------------------------------

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

// ---- MPAS --------------------------------------------------------------------------------------

/// The variable of that name, whatever its group, over `rank` dimensions.
const VariableSchema* variable_called(const Holding& holding, const char* name, std::size_t rank) {
  for (const VariableSchema& variable : holding.schema().variables) {
    if (last_part(variable.name) == name && variable.dimensions.size() == rank &&
        variable.type != ElementType::String) {
      return &variable;
    }
  }
  return nullptr;
}

Places places_called(const Holding& holding, const char* x, const char* y) {
  const Places places{variable_called(holding, x, 1), variable_called(holding, y, 1)};
  if (!places.complete() || places.x->dimensions != places.y->dimensions) return {};
  return places;
}

// ---- cells by their bounds ---------------------------------------------------------------------

const VariableSchema* bounds_of(const Holding& holding, const VariableSchema& variable) {
  const auto name = variable.attributes.text("bounds");
  const VariableSchema* const bounds = name ? holding.named(variable, *name) : nullptr;
  const bool vertices = bounds != nullptr && bounds->type != ElementType::String &&
                        bounds->dimensions.size() == 2 &&
                        bounds->dimensions[0] == variable.dimensions[0] && bounds->shape[1] >= 3;
  return vertices ? bounds : nullptr;
}

/// Places with vertices.
std::optional<MeshVariables> with_bounds(const Holding& holding, const Places& places) {
  if (!places.complete()) return std::nullopt;
  MeshVariables mesh;
  mesh.kind = MeshKind::Bounds;
  mesh.faces = places;
  mesh.face_dimension = places.dimension();
  mesh.bounds_x = bounds_of(holding, *places.x);
  mesh.bounds_y = bounds_of(holding, *places.y);
  if (mesh.bounds_x == nullptr || mesh.bounds_y == nullptr ||
      mesh.bounds_x->shape != mesh.bounds_y->shape) {
    return std::nullopt;
  }
  return mesh;
}

}  // namespace

/// Files without a mesh topology variable: one table of triangles, coordinates of nodes, and of
/// elements along the other dimension of that table.
std::optional<MeshVariables> fvcom_mesh(const Holding& holding) {
  for (const VariableSchema& table : holding.schema().variables) {
    if (!is_triangles(table)) continue;
    MeshVariables mesh;
    mesh.kind = MeshKind::Fvcom;
    mesh.face_nodes = &table;
    mesh.face_dimension = table.dimensions[is_corners(table.shape[0]) ? 1 : 0];
    const Places faces = places_along(holding, mesh.face_dimension);
    if (faces.complete()) mesh.faces = faces;
    for (const DimensionSchema& dimension : holding.schema().dimensions) {
      if (dimension.name == mesh.face_dimension) continue;
      const Places nodes = places_along(holding, dimension.name);
      if (!nodes.complete()) continue;
      if (mesh.nodes.complete()) return std::nullopt;  // which ones is not said
      mesh.nodes = nodes;
      mesh.node_dimension = dimension.name;
    }
    if (!mesh.nodes.complete()) return std::nullopt;
    for (const VariableSchema& links : holding.schema().variables) {
      if (last_part(links.name) == "nbe" && links.dimensions == table.dimensions) {
        mesh.face_faces = &links;
      }
    }
    return mesh;
  }
  return std::nullopt;
}

std::optional<MeshVariables> mpas_mesh(const Holding& holding) {
  MeshVariables mesh;
  mesh.kind = MeshKind::Mpas;
  mesh.face_nodes = variable_called(holding, "verticesOnCell", 2);
  mesh.face_sizes = variable_called(holding, "nEdgesOnCell", 1);
  mesh.nodes = places_called(holding, "lonVertex", "latVertex");
  mesh.faces = places_called(holding, "lonCell", "latCell");
  if (mesh.face_nodes == nullptr || !mesh.nodes.complete()) return std::nullopt;
  mesh.node_dimension = mesh.nodes.dimension();
  mesh.face_dimension = mesh.face_nodes->dimensions[0];
  if (mesh.faces.complete() && mesh.faces.dimension() != mesh.face_dimension) mesh.faces = {};
  if (mesh.face_sizes != nullptr && mesh.face_sizes->dimensions[0] != mesh.face_dimension) {
    mesh.face_sizes = nullptr;
  }
  if (const VariableSchema* const edges = variable_called(holding, "verticesOnEdge", 2)) {
    mesh.edge_nodes = edges;
    mesh.edge_dimension = edges->dimensions[0];
    mesh.edges = places_called(holding, "lonEdge", "latEdge");
    if (mesh.edges.complete() && mesh.edges.dimension() != mesh.edge_dimension) mesh.edges = {};
  }
  const VariableSchema* const links = variable_called(holding, "cellsOnCell", 2);
  if (links != nullptr && links->dimensions[0] == mesh.face_dimension) mesh.face_faces = links;
  return mesh;
}

std::optional<OnMesh> cells_by_bounds(const Holding& holding, const VariableSchema& field) {
  const auto placed = [&](const Places& places) -> std::optional<OnMesh> {
    auto mesh = with_bounds(holding, places);
    if (!mesh) return std::nullopt;
    const auto& own = field.dimensions;
    if (std::find(own.begin(), own.end(), mesh->face_dimension) == own.end()) return std::nullopt;
    const std::string dimension = mesh->face_dimension;
    return OnMesh{*std::move(mesh), geometry::MeshElement::Face, dimension};
  };
  if (auto place = placed(longitudes_and_latitudes(holding.listed(field, "coordinates")))) {
    return place;
  }
  for (const std::string& dimension : field.dimensions) {
    if (auto place = placed(places_along(holding, dimension))) return place;
  }
  return std::nullopt;
}

}  // namespace gyre::coverage::cf
