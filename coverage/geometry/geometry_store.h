#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "coverage/base/export.h"
#include "coverage/geometry/curvilinear_grid.h"
#include "coverage/geometry/mesh.h"

namespace gyre::coverage::geometry {

/// One geometry for all holdings that have the same coordinates: files of one model share theirs.
class GYRE_API GeometryStore {
 public:
  /// @param folder keeps lookups as files; empty: memory only
  explicit GeometryStore(std::filesystem::path folder = {}) : folder_(std::move(folder)) {}

  [[nodiscard]] std::shared_ptr<const CellGeometry> curvilinear(CurvilinearCoordinates coordinates);
  /// @pre !problem_of(data)
  [[nodiscard]] std::shared_ptr<const Mesh> mesh(MeshData data);
  [[nodiscard]] std::shared_ptr<const CellGeometry> cells_of(std::shared_ptr<const Mesh> mesh,
                                                             MeshElement element);

 private:
  std::filesystem::path folder_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const CellGeometry>> known_;
  std::map<std::string, std::weak_ptr<const Mesh>> meshes_;
};

}  // namespace gyre::coverage::geometry
