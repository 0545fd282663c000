#pragma once

#include <memory>
#include <optional>
#include <string>

#include "coverage/cf/coordinate_axis.h"
#include "coverage/cf/holding.h"
#include "coverage/cf/mesh_places.h"
#include "coverage/geometry/mesh.h"

namespace gyre::coverage::cf {

/// What tells a mesh.
enum class MeshKind : std::uint8_t {
  Ugrid,  ///< a topology variable and what it names (UGRID 1.0, 0.9)
  Fvcom,  ///< nv beside coordinates of nodes and elements
  Mpas,   ///< verticesOnCell, nEdgesOnCell; radians; counted from 1, filled with 0
  Bounds  ///< cells without neighbours: the vertices around each (CF 1.11, 7.1)
};

/// The variables that tell a mesh.
struct MeshVariables {
  MeshKind kind = MeshKind::Ugrid;
  const VariableSchema* topology = nullptr;  ///< UGRID
  Places nodes, faces, edges;                ///< incomplete: not told
  const VariableSchema* face_nodes = nullptr;
  const VariableSchema* face_sizes = nullptr;  ///< how many nodes each face has; null: see fill
  const VariableSchema* edge_nodes = nullptr;  ///< null: not told
  const VariableSchema* face_faces = nullptr;  ///< null: not told
  const VariableSchema* bounds_x = nullptr;    ///< MeshKind::Bounds: over faces and vertices
  const VariableSchema* bounds_y = nullptr;
  std::string node_dimension, edge_dimension, face_dimension;
  std::optional<Projection> projection;  ///< of those places that are projected

  /// What it is called in words for operators, and told apart by.
  [[nodiscard]] const std::string& name() const {
    return topology != nullptr     ? topology->name
           : face_nodes != nullptr ? face_nodes->name
                                   : faces.x->name;
  }
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

/// Meshes that no topology variable tells: FVCOM's and MPAS'; absent when the holding is neither.
[[nodiscard]] std::optional<MeshVariables> fvcom_mesh(const Holding& holding);
[[nodiscard]] std::optional<MeshVariables> mpas_mesh(const Holding& holding);
/// Cells along one dimension of the field, each with its vertices in the bounds of its longitude
/// and latitude.
[[nodiscard]] std::optional<OnMesh> cells_by_bounds(const Holding& holding,
                                                    const VariableSchema& field);

/// Reads coordinates and connectivity.
/// @throws Error{UnsupportedHolding} with the reason why no mesh can be made of them
[[nodiscard]] std::shared_ptr<const CellGeometry> geometry_of(const OnMesh& place,
                                                              AxisMaker& maker);

/// Is it a table of indices into a mesh, by its attributes or as FVCOM and MPAS call them, or a
/// list that goes with MPAS' tables? No field: it means nothing beside a part of the mesh.
[[nodiscard]] bool is_connectivity(const VariableSchema& variable);

/// Has it rows and columns of numbers?
[[nodiscard]] bool is_table(const VariableSchema& variable);

}  // namespace gyre::coverage::cf
