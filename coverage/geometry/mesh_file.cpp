#include "coverage/geometry/mesh_file.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace gyre::coverage::geometry {
namespace {

constexpr ArrayFileKind kKind{'G', 'Y', 'R', 'E', 'M', 'S', '0', '1'};
constexpr std::size_t kArrays = 23;

static_assert(std::is_trivially_copyable_v<Box> && std::is_trivially_copyable_v<GeographicExtent>);

/// `use(i, array)` for every array of the file but the extent, in order.
template <typename Content, typename Use>
void each_array(Content& content, Use&& use) {
  std::size_t i = 1;
  const auto next = [&](auto& span) { use(i++, span); };
  next(content.mesh.node_longitudes);
  next(content.mesh.node_latitudes);
  next(content.mesh.face_longitudes);
  next(content.mesh.face_latitudes);
  next(content.mesh.face_begin);
  next(content.mesh.face_nodes);
  next(content.mesh.edge_nodes);
  next(content.faces.boxes);
  next(content.faces.around);
  next(content.faces.ids);
  for (auto* const tree : {&content.nodes, &content.edges}) {
    next(tree->x);
    next(tree->y);
    next(tree->z);
    next(tree->splits);
    next(tree->ids);
    next(tree->dimensions);
  }
}

template <typename T>
bool same(std::span<const T> one, std::span<const T> other) {
  return one.size() == other.size() &&
         (one.empty() || std::memcmp(one.data(), other.data(), one.size_bytes()) == 0);
}

bool is_of(const MeshContent& content, const MeshArrays& mesh) {
  const std::size_t faces = mesh.face_begin.size() - 1;
  const auto same_centres = [&](std::span<const double> kept, std::span<const double> given) {
    return given.empty() ? kept.size() == faces : same(kept, given);
  };
  return same(content.mesh.node_longitudes, mesh.node_longitudes) &&
         same(content.mesh.node_latitudes, mesh.node_latitudes) &&
         same(content.mesh.face_begin, mesh.face_begin) &&
         same(content.mesh.face_nodes, mesh.face_nodes) &&
         same(content.mesh.edge_nodes, mesh.edge_nodes) &&
         same_centres(content.mesh.face_longitudes, mesh.face_longitudes) &&
         same_centres(content.mesh.face_latitudes, mesh.face_latitudes) &&
         is_whole(content.faces, faces) && is_whole(content.nodes, mesh.node_longitudes.size()) &&
         is_whole(content.edges, mesh.edge_nodes.size() / 2);
}

}  // namespace

std::unique_ptr<const MeshFile> MeshFile::open(const std::filesystem::path& path,
                                               const MeshArrays& mesh) {
  auto opened = std::make_unique<MeshFile>();
  opened->file_ = ArrayFile::open(path, kKind, kArrays);
  if (!opened->file_ || opened->file_->array<GeographicExtent>(0).size() != 1) return nullptr;
  MeshContent& content = opened->content_;
  content.extent = opened->file_->array<GeographicExtent>(0).front();
  each_array(content, [&](std::size_t i, auto& span) {
    using T = std::remove_const_t<typename std::decay_t<decltype(span)>::element_type>;
    span = opened->file_->template array<T>(i);
  });
  if (!is_of(content, mesh)) return nullptr;
  return opened;
}

bool MeshFile::write(const std::filesystem::path& path, const MeshContent& content) {
  std::vector<std::span<const std::byte>> arrays(kArrays);
  arrays[0] = as_written(std::span(&content.extent, 1));
  each_array(content, [&](std::size_t i, const auto& span) { arrays[i] = as_written(span); });
  return ArrayFile::write(path, kKind, arrays);
}

}  // namespace gyre::coverage::geometry
