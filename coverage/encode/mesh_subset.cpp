#include "coverage/encode/mesh_subset.h"

#include <numeric>

namespace gyre::coverage {

using geometry::MeshElement;

std::optional<MeshSubset> mesh_subset(const View& view) {
  const DomainSet& domain_set = view.coverage().domain_set;
  const geometry::MeshCells* const cells = geometry::mesh_cells(domain_set.geometry());
  if (cells == nullptr) return std::nullopt;
  const ViewAxis& axis = view.axes()[domain_set.x()];
  if (axis.dropped) return std::nullopt;
  const geometry::Mesh& mesh = cells->mesh();
  if (!mesh.names().has_tables()) return std::nullopt;  // its cells go by their bounds
  const MeshElement element = cells->element();
  MeshSubset subset{&mesh, element, {}, {}, {}};
  const auto all = [](std::size_t count) {
    std::vector<std::size_t> indices(count);
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    return indices;
  };
  if (axis.source.size() == axis.axis->size()) {
    subset.nodes = all(mesh.count(MeshElement::Node));
    subset.edges = all(mesh.count(MeshElement::Edge));
    subset.faces = all(mesh.count(MeshElement::Face));
    return subset;
  }
  const auto& trimmed = view.query().mesh_faces;
  subset.faces = trimmed ? *trimmed : mesh.faces_within(element, axis.source);
  if (subset.faces.empty()) return std::nullopt;
  subset.nodes = element == MeshElement::Node ? axis.source
                                              : mesh.elements_of(MeshElement::Node, subset.faces);
  subset.edges = element == MeshElement::Edge ? axis.source
                                              : mesh.elements_of(MeshElement::Edge, subset.faces);
  if (element == MeshElement::Edge) {  // edges by number may lie beside all whole faces
    std::vector<bool> used(mesh.count(MeshElement::Node), false);
    for (const std::size_t node : subset.nodes) used[node] = true;
    for (const std::size_t edge : subset.edges) {
      for (const std::uint32_t node : mesh.nodes_of_edge(edge)) used[node] = true;
    }
    subset.nodes.clear();
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (used[i]) subset.nodes.push_back(i);
    }
  }
  return subset;
}

}  // namespace gyre::coverage
