#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "coverage/base/export.h"
#include "coverage/geometry/curvilinear_grid.h"
#include "coverage/geometry/mesh.h"
#include "coverage/model/axis.h"

namespace gyre::coverage::geometry {

/// One geometry, and one axis, for all holdings that have the same coordinates: files of one model
/// share theirs. Thread-safe.
class GYRE_API GeometryStore {
 public:
  /// @param folder keeps lookups as files; empty: memory only
  explicit GeometryStore(std::filesystem::path folder = {}) : folder_(std::move(folder)) {}

  /// @param origin names for good what the coordinates were made of; empty: nobody will ask by it
  [[nodiscard]] std::shared_ptr<const CellGeometry> curvilinear(CurvilinearCoordinates coordinates,
                                                                const std::string& origin = {});
  /// What curvilinear() made of this origin, in this process or an earlier one: without a look at
  /// the coordinates. Null: not known.
  [[nodiscard]] std::shared_ptr<const CellGeometry> curvilinear_of(
      const std::string& origin, const std::string& longitude_variable,
      const std::string& latitude_variable);
  /// @pre !problem_of(data)
  [[nodiscard]] std::shared_ptr<const Mesh> mesh(MeshData data);
  [[nodiscard]] std::shared_ptr<const CellGeometry> cells_of(std::shared_ptr<const Mesh> mesh,
                                                             MeshElement element);
  /// @throws what Axis does
  [[nodiscard]] Axis axis(AxisData data);

 private:
  std::filesystem::path folder_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const CellGeometry>> known_;
  std::map<std::string, std::weak_ptr<const CellGeometry>> origins_;
  std::map<std::string, std::weak_ptr<const Mesh>> meshes_;
  std::multimap<std::string, Axis> axes_;  ///< by label and hash of the centres
  std::size_t axes_in_use_ = 0;            ///< when those that nobody has were dropped last
};

}  // namespace gyre::coverage::geometry
