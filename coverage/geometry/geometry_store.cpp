#include "coverage/geometry/geometry_store.h"

namespace gyre::coverage::geometry {

std::shared_ptr<const CellGeometry> GeometryStore::curvilinear(CurvilinearCoordinates coordinates) {
  // The names of the variables are part of what is shared: encoders write them.
  const std::string key = hash_of(coordinates) + " " + coordinates.longitude_variable + " " +
                          coordinates.latitude_variable;
  const std::lock_guard lock(mutex_);
  if (auto known = known_[key].lock()) return known;
  auto made = std::make_shared<const CurvilinearGrid>(std::move(coordinates), folder_);
  known_[key] = made;
  return made;
}

}  // namespace gyre::coverage::geometry
