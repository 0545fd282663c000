#include "coverage/geometry/geometry_store.h"

#include "coverage/geometry/coordinate_hash.h"

namespace gyre::coverage::geometry {

namespace {

// What is made of coordinates is part of the name: rules that change get another version.
constexpr ArrayFileKind kOrigin{'G', 'Y', 'R', 'E', 'G', 'O', '0', '1'};
constexpr std::size_t kHashDigits = 32;

/// The names of the variables are part of what is shared: encoders write them.
std::string key_of(const std::string& hash, const std::string& longitudes,
                   const std::string& latitudes) {
  return hash + " " + longitudes + " " + latitudes;
}

std::filesystem::path origin_path(const std::filesystem::path& folder, const std::string& origin) {
  return folder / (origin + ".origin");
}

}  // namespace

std::shared_ptr<const CellGeometry> GeometryStore::curvilinear(CurvilinearCoordinates coordinates,
                                                               const std::string& origin) {
  const LookupShape shape{coordinates.rows, coordinates.columns, coordinates.corners};
  const std::string key =
      key_of(hash_of(coordinates), coordinates.longitude_variable, coordinates.latitude_variable);
  const std::lock_guard lock(mutex_);
  auto geometry = known_[key].lock();
  if (!geometry) {
    geometry = std::make_shared<const CurvilinearGrid>(std::move(coordinates), folder_);
    known_[key] = geometry;
  }
  if (origin.empty()) return geometry;
  origins_[origin] = geometry;
  if (CurvilinearGrid::is_kept(folder_, shape)) {
    const std::string& hash = geometry->hash();
    // One that cannot be written is made again at the next start.
    (void)ArrayFile::write(
        origin_path(folder_, origin), kOrigin,
        {as_written(std::span(hash.data(), hash.size())), as_written(std::span(&shape, 1))});
  }
  return geometry;
}

std::shared_ptr<const CellGeometry> GeometryStore::curvilinear_of(
    const std::string& origin, const std::string& longitude_variable,
    const std::string& latitude_variable) {
  if (origin.empty()) return nullptr;
  const std::lock_guard lock(mutex_);
  auto& made = origins_[origin];
  if (auto known = made.lock()) return known;
  if (folder_.empty()) return nullptr;
  const auto file = ArrayFile::open(origin_path(folder_, origin), kOrigin, 2);
  if (!file) return nullptr;
  const auto digits = file->array<char>(0);
  const auto shape = file->array<LookupShape>(1);
  if (digits.size() != kHashDigits || shape.size() != 1) return nullptr;
  const std::string hash(digits.begin(), digits.end());
  if (hash.find_first_not_of("0123456789abcdef") != std::string::npos) return nullptr;
  auto& known = known_[key_of(hash, longitude_variable, latitude_variable)];
  auto geometry = known.lock();
  if (!geometry) {
    geometry =
        CurvilinearGrid::kept(hash, shape.front(), longitude_variable, latitude_variable, folder_);
    if (geometry) known = geometry;
  }
  if (geometry) made = geometry;
  return geometry;
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

Axis GeometryStore::axis(AxisData data) {
  CoordinateHash hash;
  hash.add(data.label);
  hash.add(data.centres);
  const std::string key = hash.text();
  {
    const std::lock_guard lock(mutex_);
    const auto [begin, end] = axes_.equal_range(key);
    for (auto known = begin; known != end; ++known) {
      if (known->second.data() == data) return known->second;
    }
  }
  Axis made(std::move(data));
  const std::lock_guard lock(mutex_);
  constexpr std::size_t kFew = 64;
  if (axes_.size() >= 2 * axes_in_use_ + kFew) {
    std::erase_if(axes_, [](const auto& known) { return known.second.copies() == 1; });
    axes_in_use_ = axes_.size();
  }
  axes_.emplace(key, made);
  return made;
}

}  // namespace gyre::coverage::geometry
