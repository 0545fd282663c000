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

namespace {

std::string key_of(const std::string& hash, const MeshNames& names) {
  std::string key = hash + " " + names.topology + " " + names.face_nodes.variable + " " +
                    names.edge_nodes.variable + " " + names.face_faces.variable;
  for (const MeshNames::Part* part : {&names.node, &names.edge, &names.face}) {
    key += " " + part->dimension + " " + part->longitude + " " + part->latitude;
  }
  return key;
}

}  // namespace

std::shared_ptr<const CellGeometry> GeometryStore::cells_of(std::shared_ptr<const Mesh> mesh,
                                                            MeshElement element) {
  const std::string key = name_of(element) + " " + key_of(mesh->hash(), mesh->names());
  const std::lock_guard lock(mutex_);
  if (auto known = known_[key].lock()) return known;
  auto made = std::make_shared<const MeshCells>(std::move(mesh), element);
  known_[key] = made;
  return made;
}

std::shared_ptr<const Mesh> GeometryStore::mesh(MeshData data) {
  std::string hash = hash_of(data);
  const std::string key = key_of(hash, data.names);
  const std::lock_guard lock(mutex_);
  if (auto known = meshes_[key].lock()) return known;
  auto made = std::make_shared<const Mesh>(std::move(data), folder_, std::move(hash));
  meshes_[key] = made;
  return made;
}

}  // namespace gyre::coverage::geometry
