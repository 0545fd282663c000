#include "coverage/subset/plane_rule.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/geometry/mesh.h"
#include "coverage/subset/clip_box.h"
#include "coverage/subset/position.h"

namespace gyre::coverage {
namespace {

[[noreturn]] void refuse(ErrorKind kind, const DimensionSubset& subset, const std::string& why) {
  throw Error(kind, subset.axis_label, why);
}

struct Bounds {
  double low, high;
  bool slice = false;
};

double number_of(const DimensionSubset& subset, const std::string& text) {
  const auto number = number_in(text);
  if (!number) {
    refuse(ErrorKind::InvalidPosition, subset,
           fmt::format("'{}' is no number of degrees on '{}'.", text.substr(0, 80),
                       subset.axis_label));
  }
  return *number;
}

Bounds bounds_of(const std::optional<DimensionSubset>& subset, double low, double high) {
  if (!subset) return {low, high};
  if (const auto* slice = std::get_if<Slice>(&subset->extent)) {
    const double at = number_of(*subset, slice->at);
    return {at, at, true};
  }
  const Trim& trim = std::get<Trim>(subset->extent);
  Bounds bounds{low, high};
  if (!is_open(trim.low)) bounds.low = number_of(*subset, *trim.low);
  if (!is_open(trim.high)) bounds.high = number_of(*subset, *trim.high);
  if (!is_open(trim.low) && !is_open(trim.high) && bounds.low > bounds.high) {
    refuse(ErrorKind::InvalidInterval, *subset,
           fmt::format("On '{}' the lower bound {} is above the upper bound {}.",
                       subset->axis_label, bounds.low, bounds.high));
  }
  return bounds;
}

/// An open end is that of the grid in the turn of the other end.
Bounds longitudes_of(const std::optional<DimensionSubset>& subset, const GeographicExtent& extent) {
  Bounds bounds = bounds_of(subset, extent.west, extent.east);
  const Trim* const trim = subset ? std::get_if<Trim>(&subset->extent) : nullptr;
  if (trim == nullptr || is_open(trim->low) == is_open(trim->high)) return bounds;
  constexpr double kTurn = 360;
  const double turns = is_open(trim->low) ? std::floor((bounds.high - bounds.low) / kTurn)
                                          : std::ceil((bounds.low - bounds.high) / kTurn);
  (is_open(trim->low) ? bounds.low : bounds.high) += kTurn * turns;
  return bounds;
}

bool within_turns(double longitude, const Bounds& bounds) {
  const double first = bounds.low + std::fmod(longitude - bounds.low, 360.0);
  return (first >= bounds.low ? first : first + 360) <= bounds.high;
}

/// The shortest run of columns that holds all used ones: round the seam when columns wrap.
AxisSelection columns_of(const std::vector<bool>& used, bool wraps) {
  const std::size_t n = used.size();
  std::size_t begin = 0, end = n;
  while (!used[begin]) ++begin;
  while (!used[end - 1]) --end;
  IndexRange gap{begin, begin};
  for (std::size_t i = begin; i < end;) {
    std::size_t stop = i;
    while (stop < end && !used[stop]) ++stop;
    if (stop - i > gap.size()) gap = {i, stop};
    i = stop + 1;
  }
  // Round the seam only where that leaves out more than it takes in.
  if (!wraps || gap.size() <= n - (end - begin)) return one_run({begin, end});
  AxisSelection selection;
  selection.runs = {{{gap.end, n}, 0}, {{0, gap.begin}, static_cast<double>(n)}};
  return selection;
}

/// No runs: nothing lies there.
PlaneSelection select_on_mesh(const geometry::MeshCells& cells, const Bounds& across,
                              const Bounds& along) {
  using geometry::MeshElement;
  const geometry::Mesh& mesh = cells.mesh();
  std::vector<std::size_t> faces;
  for (std::size_t face = 0; face < mesh.count(MeshElement::Face); ++face) {
    const double latitude = mesh.latitude(MeshElement::Face, face);
    if (!(latitude >= along.low && latitude <= along.high)) continue;
    if (within_turns(mesh.longitude(MeshElement::Face, face), across)) faces.push_back(face);
  }
  if (faces.empty()) {
    const double longitude = (across.low + across.high) / 2;
    const double latitude = (along.low + along.high) / 2;
    if (!(std::abs(latitude) <= 90)) return {};
    const std::size_t face = mesh.face_at(geometry::unit_vector(longitude, latitude));
    if (face == CellGeometry::kNone) return {};
    faces.push_back(face);
  }
  PlaneSelection selection;
  selection.x = runs_of(mesh.elements_of(cells.element(), faces));
  selection.faces = std::move(faces);
  return selection;
}

}  // namespace

PlaneSelection select_on_plane(const DomainSet& domain_set, const PlaneSubsets& subsets) {
  const CellGeometry& geometry = *domain_set.geometry();
  const GeographicExtent& extent = geometry.extent();
  const Bounds across = longitudes_of(subsets.longitude, extent);
  const Bounds along = bounds_of(subsets.latitude, -90, 90);
  const DimensionSubset& first = subsets.longitude ? *subsets.longitude : *subsets.latitude;
  const auto outside = [&]() -> PlaneSelection {
    refuse(ErrorKind::OutsideDomain, first,
           fmt::format("No cell lies there: longitudes go from {} to {} and latitudes from {} to "
                       "{} degrees.",
                       extent.west, extent.east, extent.south, extent.north));
  };
  const std::size_t columns = geometry.columns();
  const auto one = [&](std::size_t cell, bool dropped) -> PlaneSelection {
    PlaneSelection selection{one_sample(cell % columns), one_sample(cell / columns)};
    selection.x.dropped = selection.y.dropped = dropped;
    return selection;
  };
  if (across.slice != along.slice && (across.slice || along.slice)) {
    const DimensionSubset& slice = across.slice ? *subsets.longitude : *subsets.latitude;
    refuse(ErrorKind::InvalidPosition, slice,
           fmt::format("A slice along '{}' alone has no meaning on two-dimensional coordinates: "
                       "slice both Lat and Long, or give an interval.",
                       slice.axis_label));
  }
  if (across.slice) {
    const std::size_t cell = geometry.cell_at(across.low, along.low);
    return cell == CellGeometry::kNone ? outside() : one(cell, true);
  }
  if (const geometry::MeshCells* const mesh = geometry::mesh_cells(&geometry)) {
    PlaneSelection selection = select_on_mesh(*mesh, across, along);
    return selection.x.runs.empty() ? outside() : selection;
  }
  std::vector<bool> used(columns, false);
  IndexRange rows{geometry.rows(), 0};
  for (std::size_t row = 0; row < geometry.rows(); ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t cell = row * columns + column;
      const double latitude = geometry.latitude(cell);
      if (!(latitude >= along.low && latitude <= along.high)) continue;
      const double longitude = geometry.longitude(cell);
      if (!within_turns(longitude, across)) continue;
      used[column] = true;
      rows.begin = std::min(rows.begin, row);
      rows.end = row + 1;
    }
  }
  if (rows.empty()) {
    // As on axes: no centre inside, so the cell that holds the middle.
    const std::size_t cell =
        geometry.cell_at((across.low + across.high) / 2, (along.low + along.high) / 2);
    return cell == CellGeometry::kNone ? outside() : one(cell, false);
  }
  return {columns_of(used, geometry.wraps()), one_run(rows)};
}

std::optional<LonLatBox> clip_box(const DomainSet& domain_set,
                                  const std::vector<DimensionSubset>& subsets) {
  const CellGeometry* const geometry = domain_set.geometry();
  if (geometry == nullptr || geometry->on_one_axis()) return std::nullopt;
  PlaneSubsets plane;
  for (const DimensionSubset& subset : subsets) {
    const auto role = domain_set.coordinate_named(subset.axis_label);
    if (role) (*role == AxisRole::X ? plane.longitude : plane.latitude) = subset;
  }
  if (!plane.longitude && !plane.latitude) return std::nullopt;
  const Bounds across = longitudes_of(plane.longitude, geometry->extent());
  const Bounds along = bounds_of(plane.latitude, -90, 90);
  if (across.slice || along.slice) return std::nullopt;
  LonLatBox box;
  if (plane.longitude) box.longitudes = {across.low, across.high};
  if (plane.latitude) box.latitudes = {along.low, along.high};
  const std::size_t cells = geometry->rows() * geometry->columns();
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const double latitude = geometry->latitude(cell);
    if (!(latitude >= along.low && latitude <= along.high)) continue;
    if (!plane.longitude || within_turns(geometry->longitude(cell), across)) return box;
  }
  return std::nullopt;
}

}  // namespace gyre::coverage
