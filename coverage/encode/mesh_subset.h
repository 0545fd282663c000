#pragma once

#include <optional>
#include <vector>

#include "coverage/geometry/mesh.h"
#include "coverage/subset/view.h"

namespace gyre::coverage {

/// The part of a mesh that a view keeps: its nodes, edges and faces, ascending.
struct MeshSubset {
  const geometry::Mesh* mesh = nullptr;                         ///< owned by the view's domain set
  geometry::MeshElement element = geometry::MeshElement::Node;  ///< of the view's fields
  std::vector<std::size_t> nodes, edges, faces;

  [[nodiscard]] const std::vector<std::size_t>& kept(geometry::MeshElement of) const {
    return of == geometry::MeshElement::Node   ? nodes
           : of == geometry::MeshElement::Edge ? edges
                                               : faces;
  }
};

/// Absent when the view is on no mesh, or keeps no face of it whole.
[[nodiscard]] std::optional<MeshSubset> mesh_subset(const View& view);

}  // namespace gyre::coverage
