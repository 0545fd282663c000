#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/geometry/box_tree.h"
#include "coverage/geometry/kd_tree.h"
#include "coverage/geometry/mesh_file.h"
#include "coverage/model/cell_geometry.h"

namespace gyre::coverage::geometry {

/// What a mesh is made of, and values lie on (UGRID 1.0: location).
enum class MeshElement : std::uint8_t { Node, Edge, Face };

/// "node", "edge" or "face".
[[nodiscard]] GYRE_API std::string name_of(MeshElement element);

/// Which variables and dimensions of the holding tell a mesh; empty where it has none.
struct MeshNames {
  struct Part {
    std::string dimension, longitude, latitude;
    bool operator==(const Part&) const = default;
  };
  /// A table of indices, and the number of the first node (face) in it.
  struct Table {
    std::string variable;
    std::int64_t start = 0;
    std::string sizes = {};  ///< the variable that tells how many entries of each row count; or ""
    bool operator==(const Table&) const = default;
  };
  std::string topology;  ///< the mesh topology variable; FVCOM's files have none
  Part node, edge, face;
  Table face_nodes, edge_nodes, face_faces;  ///< connectivity
  bool operator==(const MeshNames&) const = default;

  /// False of cells that their bounds alone tell: they share no nodes.
  [[nodiscard]] bool has_tables() const { return !face_nodes.variable.empty(); }
  [[nodiscard]] const Part& part(MeshElement element) const {
    return element == MeshElement::Node ? node : element == MeshElement::Edge ? edge : face;
  }
};

/// A mesh as a holding gives it: degrees, NaN where a node has no place; nodes count from 0.
struct MeshData {
  MeshNames names;
  std::vector<double> node_longitudes, node_latitudes;
  std::vector<double> face_longitudes, face_latitudes;  ///< empty: the middles of their nodes
  std::vector<std::uint32_t> face_begin;  ///< where each face begins in face_nodes; and the end
  std::vector<std::uint32_t> face_nodes;  ///< in order round each face
  std::vector<std::uint32_t> edge_nodes;  ///< two an edge; empty: edges are not told
};

/// 32 hex digits over coordinates and connectivity: they name the mesh for good.
[[nodiscard]] GYRE_API std::string hash_of(const MeshData& data);

/// Why no mesh can be made of it ("face 3 has 2 nodes ..."), if so.
[[nodiscard]] GYRE_API std::optional<std::string> problem_of(const MeshData& data);

/// Nodes, and the faces and edges between them, on the sphere: edges are great circles.
class GYRE_API Mesh {
 public:
  static constexpr std::size_t kNone = CellGeometry::kNone;
  static constexpr std::size_t kMostCorners = 64;

  /// @param folder keeps the lookups of large meshes as files, built here once; empty: memory
  /// @param hash hash_of(data), when it is known
  /// @pre !problem_of(data)
  explicit Mesh(MeshData data, const std::filesystem::path& folder = {}, std::string hash = {});

  [[nodiscard]] const MeshNames& names() const { return data_.names; }
  [[nodiscard]] std::size_t count(MeshElement element) const;
  [[nodiscard]] std::span<const std::uint32_t> nodes_of_face(std::size_t face) const;
  [[nodiscard]] std::span<const std::uint32_t> nodes_of_edge(std::size_t edge) const;
  /// Degrees: of nodes as the holding has them; of faces too, else the middle of their nodes; the
  /// middles of edges. NaN where there is no place.
  [[nodiscard]] double longitude(MeshElement element, std::size_t i) const;
  [[nodiscard]] double latitude(MeshElement element, std::size_t i) const;

  /// The face that holds a place, the first of several; kNone outside. Exact. The first call
  /// builds the lookup unless it is kept on disk. Thread-safe.
  [[nodiscard]] std::size_t face_at(const UnitVector& place) const;
  /// Of faces face_at(). Of nodes and edges the nearest (edges: by their middles) of those that
  /// belong to faces, where a face holds the place.
  [[nodiscard]] std::size_t locate(MeshElement element, const UnitVector& place) const;

  [[nodiscard]] const GeographicExtent& extent() const { return extent_; }
  [[nodiscard]] const std::string& hash() const { return hash_; }

  /// The elements, ascending, that belong to `faces`: their nodes; edges between two nodes that
  /// follow each other round one of them.
  [[nodiscard]] std::vector<std::size_t> elements_of(MeshElement element,
                                                     std::span<const std::size_t> faces) const;
  /// The faces all of whose nodes (edges) are among `elements`, ascending.
  [[nodiscard]] std::vector<std::size_t> faces_within(MeshElement element,
                                                      std::span<const std::size_t> elements) const;

 private:
  struct Lookup {
    std::once_flag built;
    KdTreeMemory memory;
    KdTree tree;
  };

  [[nodiscard]] UnitVector node(std::size_t i) const;
  [[nodiscard]] UnitVector middle_of(std::span<const std::uint32_t> nodes) const;
  [[nodiscard]] std::size_t outline(std::size_t face,
                                    std::array<UnitVector, kMostCorners>& corners) const;
  [[nodiscard]] double longitude_beside(std::size_t node, const UnitVector& place) const;
  void look_at_memory();
  void find_centres();
  void find_extent();
  void keep_in(const std::filesystem::path& path);
  void build_faces() const;
  void build_points(MeshElement element, Lookup& lookup) const;
  [[nodiscard]] bool has_edge(std::span<const std::uint64_t> sides, std::size_t edge) const;
  [[nodiscard]] std::vector<std::uint64_t> sides_of(std::span<const std::size_t> faces) const;

  MeshData data_;  ///< without numbers when they are mapped
  MeshArrays at_;  ///< in `data_` or `file_`
  std::string hash_;
  GeographicExtent extent_;
  std::unique_ptr<const MeshFile> file_;
  mutable std::once_flag faces_built_;
  mutable BoxTreeMemory faces_memory_;
  mutable BoxTree faces_;
  mutable Lookup nodes_, edges_;
};

/// The nodes, edges or faces of a mesh as cells: one row of them.
class GYRE_API MeshCells : public CellGeometry {
 public:
  MeshCells(std::shared_ptr<const Mesh> mesh, MeshElement element);

  [[nodiscard]] const Mesh& mesh() const { return *mesh_; }
  [[nodiscard]] MeshElement element() const { return element_; }

  [[nodiscard]] std::size_t rows() const override { return 1; }
  [[nodiscard]] std::size_t columns() const override { return mesh_->count(element_); }
  [[nodiscard]] double longitude(std::size_t cell) const override {
    return mesh_->longitude(element_, cell);
  }
  [[nodiscard]] double latitude(std::size_t cell) const override {
    return mesh_->latitude(element_, cell);
  }
  void locate(std::span<const double> longitudes, std::span<const double> latitudes,
              std::span<std::size_t> cells) const override;
  [[nodiscard]] const GeographicExtent& extent() const override { return mesh_->extent(); }
  [[nodiscard]] bool wraps() const override { return false; }
  [[nodiscard]] bool on_one_axis() const override { return true; }
  [[nodiscard]] const std::string& hash() const override { return hash_; }
  [[nodiscard]] const std::string& longitude_variable() const override;
  [[nodiscard]] const std::string& latitude_variable() const override;

 private:
  std::shared_ptr<const Mesh> mesh_;
  MeshElement element_;
  std::string hash_;
};

/// `geometry` as cells of a mesh; null when it is something else, or null.
[[nodiscard]] GYRE_API const MeshCells* mesh_cells(const CellGeometry* geometry);

}  // namespace gyre::coverage::geometry
