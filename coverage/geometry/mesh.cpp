#include "coverage/geometry/mesh.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "coverage/geometry/cell_polygon.h"
#include "coverage/geometry/coordinate_hash.h"
#include "coverage/geometry/grid_extent.h"

namespace gyre::coverage::geometry {
namespace {

/// Smaller meshes are looked up faster than a file is opened.
constexpr std::size_t kWorthAFile = 20'000;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool has_place(double longitude, double latitude) {
  return std::isfinite(longitude) && std::isfinite(latitude);
}

/// The side between two nodes, whichever way round.
std::uint64_t side(std::uint32_t one, std::uint32_t other) {
  return std::uint64_t{std::min(one, other)} << 32U | std::max(one, other);
}

/// Points along a side, close enough for an extent to see no gap; and the one furthest north or
/// south, which may lie between its ends.
template <typename Use>
void each_between(const UnitVector& one, const UnitVector& other, Use&& use) {
  constexpr double kStep = 0.15;  // about 9 degrees
  const UnitVector normal = cross(one, other);
  const double chord = std::sqrt(squared_chord(one, other));
  const auto steps = static_cast<int>(chord / kStep);
  for (int i = 1; i <= steps; ++i) {
    const double share = i / (steps + 1.0);
    use(normalised(one * (1 - share) + other * share));
  }
  const double length2 = dot(normal, normal);
  if (length2 == 0) return;
  UnitVector top = normalised(UnitVector{0, 0, 1} - normal * (normal.z / length2));
  for (int turn = 0; turn < 2; ++turn, top = top * -1) {
    if (dot(cross(one, top), normal) > 0 && dot(cross(top, other), normal) > 0) use(top);
  }
}

}  // namespace

std::string name_of(MeshElement element) {
  return element == MeshElement::Node ? "node" : element == MeshElement::Edge ? "edge" : "face";
}

std::string hash_of(const MeshData& data) {
  CoordinateHash hash;
  for (const auto* numbers :
       {&data.node_longitudes, &data.node_latitudes, &data.face_longitudes, &data.face_latitudes}) {
    hash.add(*numbers);
  }
  for (const auto* indices : {&data.face_begin, &data.face_nodes, &data.edge_nodes}) {
    hash.add(*indices);
  }
  return hash.text();
}

std::optional<std::string> problem_of(const MeshData& data) {
  constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max() - 1;
  const std::size_t nodes = data.node_longitudes.size();
  const std::size_t faces = data.face_begin.empty() ? 0 : data.face_begin.size() - 1;
  if (nodes > kMost || faces > kMost) return "has more than 4e9 nodes or faces";
  if (data.face_nodes.empty()) return "has no faces";
  // Models on a plane leave longitudes and latitudes unwritten.
  bool apart = false;
  for (std::size_t i = 1; i < data.face_nodes.size() && !apart; ++i) {
    const std::uint32_t one = data.face_nodes[i - 1], other = data.face_nodes[i];
    apart = data.node_longitudes[one] != data.node_longitudes[other] ||
            data.node_latitudes[one] != data.node_latitudes[other];
  }
  for (std::size_t face = 0; face < faces; ++face) {
    const std::size_t begin = data.face_begin[face], end = data.face_begin[face + 1];
    if (begin == end) continue;  // a face left out: nowhere
    if (end - begin < 3) return fmt::format("has {} nodes at face {}", end - begin, face);
    if (end - begin > Mesh::kMostCorners) {
      return fmt::format("has {} nodes at face {}; {} at most are served", end - begin, face,
                         Mesh::kMostCorners);
    }
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint32_t node = data.face_nodes[i];
      if (has_place(data.node_longitudes[node], data.node_latitudes[node])) continue;
      return fmt::format("has no coordinates ('{}', '{}') at node {}, which face {} uses",
                         data.names.node.longitude, data.names.node.latitude, node, face);
    }
  }
  if (!apart) {
    return fmt::format("has all its nodes ('{}', '{}') at one place", data.names.node.longitude,
                       data.names.node.latitude);
  }
  return std::nullopt;
}

Mesh::Mesh(MeshData data, const std::filesystem::path& folder, std::string hash)
    : data_(std::move(data)), hash_(hash.empty() ? hash_of(data_) : std::move(hash)) {
  look_at_memory();
  const bool keep = !folder.empty() && count(MeshElement::Face) >= kWorthAFile;
  const std::filesystem::path path = keep ? folder / (hash_ + ".mesh") : std::filesystem::path();
  if (keep) file_ = MeshFile::open(path, at_);
  if (!file_) {
    if (data_.face_longitudes.empty() || data_.face_latitudes.empty()) find_centres();
    find_extent();
    if (!keep) return;
    keep_in(path);
    if (!file_) return;  // a full disk: memory does
  }
  const MeshContent& content = file_->content();
  at_ = content.mesh;
  extent_ = content.extent;
  data_ = {std::move(data_.names), {}, {}, {}, {}, {}, {}, {}};
  std::call_once(faces_built_, [] {});
  std::call_once(nodes_.built, [] {});
  std::call_once(edges_.built, [] {});
  faces_memory_ = {};
  nodes_.memory = {};
  edges_.memory = {};
  faces_ = BoxTree(content.faces);
  nodes_.tree = KdTree(content.nodes);
  edges_.tree = KdTree(content.edges);
}

void Mesh::look_at_memory() {
  at_ = {data_.node_longitudes, data_.node_latitudes, data_.face_longitudes, data_.face_latitudes,
         data_.face_begin,      data_.face_nodes,     data_.edge_nodes};
}

void Mesh::keep_in(const std::filesystem::path& path) {
  build_faces();
  build_points(MeshElement::Node, nodes_);
  build_points(MeshElement::Edge, edges_);
  const MeshContent content{at_, faces_memory_.arrays(), nodes_.memory.arrays(),
                            edges_.memory.arrays(), extent_};
  if (MeshFile::write(path, content)) file_ = MeshFile::open(path, at_);
}

void Mesh::find_centres() {
  const std::size_t faces = count(MeshElement::Face);
  data_.face_longitudes.assign(faces, kNaN);
  data_.face_latitudes.assign(faces, kNaN);
  for (std::size_t face = 0; face < faces; ++face) {
    const auto nodes = nodes_of_face(face);
    if (nodes.empty()) continue;
    const UnitVector middle = middle_of(nodes);
    data_.face_longitudes[face] = longitude_beside(nodes.front(), middle);
    data_.face_latitudes[face] = latitude_of(middle);
  }
  look_at_memory();
}

/// In the turn of the holding: within half a turn of one of the nodes.
double Mesh::longitude_beside(std::size_t node, const UnitVector& place) const {
  const double longitude = longitude_of(place);
  return longitude + 360 * std::round((at_.node_longitudes[node] - longitude) / 360);
}

std::size_t Mesh::count(MeshElement element) const {
  switch (element) {
    case MeshElement::Node:
      return at_.node_longitudes.size();
    case MeshElement::Edge:
      return at_.edge_nodes.size() / 2;
    case MeshElement::Face:
      return at_.face_begin.size() - 1;
  }
  return 0;
}

std::span<const std::uint32_t> Mesh::nodes_of_face(std::size_t face) const {
  const std::size_t begin = at_.face_begin[face];
  return at_.face_nodes.subspan(begin, at_.face_begin[face + 1] - begin);
}

std::span<const std::uint32_t> Mesh::nodes_of_edge(std::size_t edge) const {
  return at_.edge_nodes.subspan(2 * edge, 2);
}

UnitVector Mesh::node(std::size_t i) const {
  return unit_vector(at_.node_longitudes[i], at_.node_latitudes[i]);
}

UnitVector Mesh::middle_of(std::span<const std::uint32_t> nodes) const {
  UnitVector sum;
  for (const std::uint32_t i : nodes) sum = sum + node(i);
  return normalised(sum);
}

double Mesh::longitude(MeshElement element, std::size_t i) const {
  if (element == MeshElement::Node) return at_.node_longitudes[i];
  if (element == MeshElement::Face) return at_.face_longitudes[i];
  const auto nodes = nodes_of_edge(i);
  return longitude_beside(nodes.front(), middle_of(nodes));
}

double Mesh::latitude(MeshElement element, std::size_t i) const {
  if (element == MeshElement::Node) return at_.node_latitudes[i];
  if (element == MeshElement::Face) return at_.face_latitudes[i];
  return latitude_of(middle_of(nodes_of_edge(i)));
}

std::size_t Mesh::outline(std::size_t face, std::array<UnitVector, kMostCorners>& corners) const {
  const auto nodes = nodes_of_face(face);
  for (std::size_t i = 0; i < nodes.size(); ++i) corners[i] = node(nodes[i]);
  return nodes.size();
}

void Mesh::find_extent() {
  GridExtent extent;
  std::array<UnitVector, kMostCorners> corners;
  const UnitVector north = unit_vector(0, 90), south = unit_vector(0, -90);
  for (std::size_t face = 0; face < count(MeshElement::Face); ++face) {
    const std::size_t n = outline(face, corners);
    if (n == 0) continue;
    for (const std::uint32_t i : nodes_of_face(face)) {
      extent.add(at_.node_longitudes[i], at_.node_latitudes[i]);
    }
    bool polar = false;
    for (std::size_t i = 0, j = n - 1; i < n; j = i++) {
      each_between(corners[j], corners[i], [&](const UnitVector& place) {
        extent.add_corner(longitude_of(place), latitude_of(place));
      });
      polar = polar || std::abs(corners[i].z) > 0.5;
    }
    if (!polar) continue;
    const std::span<const UnitVector> all(corners.data(), n);
    const UnitVector centre = middle_of(nodes_of_face(face));
    if (centre.z > 0 && holds(all, centre, north)) extent.add_pole(90);
    if (centre.z < 0 && holds(all, centre, south)) extent.add_pole(-90);
  }
  extent_ = extent.result();
}

/// Every place of a face is a sum of its corners with weights that add up to one, drawn out to the
/// sphere: by no more than the sphere rises above the plane of the corners.
void Mesh::build_faces() const {
  std::call_once(faces_built_, [this] {
    std::vector<Box> boxes;
    std::vector<std::uint32_t> ids;
    std::array<UnitVector, kMostCorners> corners;
    boxes.reserve(count(MeshElement::Face));
    ids.reserve(count(MeshElement::Face));
    for (std::size_t face = 0; face < count(MeshElement::Face); ++face) {
      const std::size_t n = outline(face, corners);
      if (n == 0) continue;
      const UnitVector centre = middle_of(nodes_of_face(face));
      Box box;
      double reach = 0;  // squared
      for (std::size_t i = 0; i < n; ++i) {
        box.add(corners[i]);
        reach = std::max(reach, squared_chord(centre, corners[i]));
      }
      constexpr double kSlack = 1e-8;  // what holds() allows at edges, and rounding
      box.grow(reach / 2 + kSlack * std::sqrt(reach) + 1e-12);
      boxes.push_back(box);
      ids.push_back(static_cast<std::uint32_t>(face));
    }
    faces_memory_ = build_box_tree(boxes, ids);
    faces_ = BoxTree(faces_memory_.arrays());
  });
}

std::size_t Mesh::face_at(const UnitVector& place) const {
  build_faces();
  std::size_t found = kNone;
  std::array<UnitVector, kMostCorners> corners;
  faces_.each_at(place, [&](std::uint32_t face) {
    if (face >= found) return;
    const std::size_t n = outline(face, corners);
    const UnitVector centre = middle_of(nodes_of_face(face));
    if (holds(std::span<const UnitVector>(corners.data(), n), centre, place)) found = face;
  });
  return found;
}

void Mesh::build_points(MeshElement element, Lookup& lookup) const {
  std::call_once(lookup.built, [&] {
    std::vector<bool> used(count(MeshElement::Node), false);
    for (const std::uint32_t i : at_.face_nodes) used[i] = true;
    std::vector<UnitVector> points;
    std::vector<std::uint32_t> ids;
    for (std::size_t i = 0; i < count(element); ++i) {
      if (element == MeshElement::Node) {
        if (!used[i]) continue;
        points.push_back(node(i));
      } else {
        const auto nodes = nodes_of_edge(i);
        if (!used[nodes[0]] || !used[nodes[1]]) continue;
        points.push_back(middle_of(nodes));
      }
      ids.push_back(static_cast<std::uint32_t>(i));
    }
    lookup.memory = build_kd_tree(points, ids);
    lookup.tree = KdTree(lookup.memory.arrays());
  });
}

std::size_t Mesh::locate(MeshElement element, const UnitVector& place) const {
  const std::size_t face = face_at(place);
  if (face == kNone || element == MeshElement::Face) return face;
  Lookup& lookup = element == MeshElement::Node ? nodes_ : edges_;
  build_points(element, lookup);
  Neighbour known;
  if (element == MeshElement::Node) {  // a node of that face is near
    const std::uint32_t first = nodes_of_face(face).front();
    known = {first, 0, node(first)};
  }
  const Neighbour found = lookup.tree.nearest(place, known);
  return found.id == Neighbour::kNone ? kNone : found.id;
}

std::vector<std::uint64_t> Mesh::sides_of(std::span<const std::size_t> faces) const {
  std::vector<std::uint64_t> sides;
  for (const std::size_t face : faces) {
    const auto nodes = nodes_of_face(face);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      sides.push_back(side(nodes[i], nodes[(i + 1) % nodes.size()]));
    }
  }
  std::sort(sides.begin(), sides.end());
  sides.erase(std::unique(sides.begin(), sides.end()), sides.end());
  return sides;
}

bool Mesh::has_edge(std::span<const std::uint64_t> sides, std::size_t edge) const {
  const auto nodes = nodes_of_edge(edge);
  return std::binary_search(sides.begin(), sides.end(), side(nodes[0], nodes[1]));
}

std::vector<std::size_t> Mesh::elements_of(MeshElement element,
                                           std::span<const std::size_t> faces) const {
  if (element == MeshElement::Face) return {faces.begin(), faces.end()};
  std::vector<std::size_t> found;
  if (element == MeshElement::Edge) {
    const std::vector<std::uint64_t> sides = sides_of(faces);
    for (std::size_t edge = 0; edge < count(element); ++edge) {
      if (has_edge(sides, edge)) found.push_back(edge);
    }
    return found;
  }
  std::vector<bool> used(count(element), false);
  for (const std::size_t face : faces) {
    for (const std::uint32_t i : nodes_of_face(face)) used[i] = true;
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) found.push_back(i);
  }
  return found;
}

std::vector<std::size_t> Mesh::faces_within(MeshElement element,
                                            std::span<const std::size_t> elements) const {
  if (element == MeshElement::Face) return {elements.begin(), elements.end()};
  std::vector<bool> node_kept(count(MeshElement::Node), false);
  std::vector<std::uint64_t> sides;
  for (const std::size_t i : elements) {
    if (element == MeshElement::Node) {
      node_kept[i] = true;
    } else {
      sides.push_back(side(nodes_of_edge(i)[0], nodes_of_edge(i)[1]));
    }
  }
  std::sort(sides.begin(), sides.end());
  std::vector<std::size_t> faces;
  for (std::size_t face = 0; face < count(MeshElement::Face); ++face) {
    const auto nodes = nodes_of_face(face);
    bool whole = !nodes.empty();
    for (std::size_t i = 0; i < nodes.size() && whole; ++i) {
      whole = element == MeshElement::Node
                  ? node_kept[nodes[i]]
                  : std::binary_search(sides.begin(), sides.end(),
                                       side(nodes[i], nodes[(i + 1) % nodes.size()]));
    }
    if (whole) faces.push_back(face);
  }
  return faces;
}

MeshCells::MeshCells(std::shared_ptr<const Mesh> mesh, MeshElement element)
    : mesh_(std::move(mesh)), element_(element) {
  CoordinateHash hash;
  hash.add(mesh_->hash());
  hash.add(name_of(element));
  hash_ = hash.text();
}

void MeshCells::locate(std::span<const double> longitudes, std::span<const double> latitudes,
                       std::span<std::size_t> cells) const {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = has_place(longitudes[i], latitudes[i]) && std::abs(latitudes[i]) <= 90
                   ? mesh_->locate(element_, unit_vector(longitudes[i], latitudes[i]))
                   : kNone;
  }
}

const std::string& MeshCells::longitude_variable() const {
  return mesh_->names().part(element_).longitude;
}
const std::string& MeshCells::latitude_variable() const {
  return mesh_->names().part(element_).latitude;
}

const MeshCells* mesh_cells(const CellGeometry* geometry) {
  return dynamic_cast<const MeshCells*>(geometry);
}

}  // namespace gyre::coverage::geometry
