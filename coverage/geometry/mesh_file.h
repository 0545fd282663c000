#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "coverage/base/export.h"
#include "coverage/geometry/array_file.h"
#include "coverage/geometry/box_tree.h"
#include "coverage/geometry/kd_tree.h"
#include "coverage/model/cell_geometry.h"

namespace gyre::coverage::geometry {

/// The numbers of a mesh (MeshData), in memory or mapped.
struct MeshArrays {
  std::span<const double> node_longitudes, node_latitudes, face_longitudes, face_latitudes;
  std::span<const std::uint32_t> face_begin, face_nodes, edge_nodes;
};

/// All that a mesh needs to be looked up in.
struct MeshContent {
  MeshArrays mesh;
  BoxTreeArrays faces;
  KdTreeArrays nodes, edges;
  GeographicExtent extent;
};

/// A mesh with its lookups in a file (ArrayFile).
class GYRE_API MeshFile {
 public:
  /// Null when there is none, or none of just this mesh: what the holding gives is compared, number
  /// by number (face centres where it gives them).
  [[nodiscard]] static std::unique_ptr<const MeshFile> open(const std::filesystem::path& path,
                                                            const MeshArrays& mesh);
  /// False (and a line in the log) when it cannot be written.
  [[nodiscard]] static bool write(const std::filesystem::path& path, const MeshContent& content);

  [[nodiscard]] const MeshContent& content() const { return content_; }

 private:
  std::unique_ptr<const ArrayFile> file_;
  MeshContent content_;
};

}  // namespace gyre::coverage::geometry
