#pragma once

#include <memory>
#include <optional>
#include <string>

#include "coverage/cf/coordinate_axis.h"
#include "coverage/cf/holding.h"
#include "coverage/geometry/mesh.h"

namespace gyre::coverage::cf {

/// The variables that tell a mesh: a topology variable and what it names (UGRID 1.0, 0.9), or the
/// tables of connectivity and the coordinates that FVCOM's files have without one.
struct MeshVariables {
  const VariableSchema* topology = nullptr;  ///< null: FVCOM
  const VariableSchema* node_longitude = nullptr;
  const VariableSchema* node_latitude = nullptr;
  const VariableSchema* face_longitude = nullptr;  ///< null: not told
  const VariableSchema* face_latitude = nullptr;
  const VariableSchema* edge_longitude = nullptr;
  const VariableSchema* edge_latitude = nullptr;
  const VariableSchema* face_nodes = nullptr;
  const VariableSchema* edge_nodes = nullptr;  ///< null: not told
  const VariableSchema* face_faces = nullptr;  ///< null: not told
  std::string node_dimension, edge_dimension, face_dimension;
};

/// A field's place on a mesh.
struct OnMesh {
  MeshVariables mesh;
  geometry::MeshElement element = geometry::MeshElement::Node;
  std::string dimension;  ///< the field's, along the nodes, edges or faces
};

/// Absent when nothing says that the field lies on a mesh.
/// @throws Error{UnsupportedHolding} with the reason why its mesh cannot be used
[[nodiscard]] std::optional<OnMesh> mesh_of(const Holding& holding, const VariableSchema& field);

/// Reads coordinates and connectivity.
/// @throws Error{UnsupportedHolding} with the reason why no mesh can be made of them
[[nodiscard]] std::shared_ptr<const CellGeometry> geometry_of(const OnMesh& place,
                                                              AxisMaker& maker);

/// Is it a table of indices into a mesh, by its attributes or as FVCOM calls them? No field: the
/// indices mean nothing beside a part of the mesh.
[[nodiscard]] bool is_connectivity(const VariableSchema& variable);

}  // namespace gyre::coverage::cf
