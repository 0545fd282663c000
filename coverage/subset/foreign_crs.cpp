#include "coverage/subset/foreign_crs.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "coverage/model/crs.h"
#include "coverage/subset/position.h"
#include "coverage/subset/rules.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kSteps = 64;  ///< points along each side of a box

struct Points {
  std::vector<double> x, y;
};

/// A lattice over a box, row by row, its border included.
Points lattice(const Envelope& box) {
  Points points;
  for (std::size_t j = 0; j <= kSteps; ++j) {
    for (std::size_t i = 0; i <= kSteps; ++i) {
      points.x.push_back(box.min_x + box.width() * static_cast<double>(i) / kSteps);
      points.y.push_back(box.min_y + box.height() * static_cast<double>(j) / kSteps);
    }
  }
  return points;
}

/// The box of all finite points; empty (min > max) when there are none.
Envelope box_of(const Points& points) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  Envelope box{kInf, kInf, -kInf, -kInf};
  for (std::size_t i = 0; i < points.x.size(); ++i) {
    if (!std::isfinite(points.x[i]) || !std::isfinite(points.y[i])) continue;
    box.min_x = std::min(box.min_x, points.x[i]);
    box.max_x = std::max(box.max_x, points.x[i]);
    box.min_y = std::min(box.min_y, points.y[i]);
    box.max_y = std::max(box.max_y, points.y[i]);
  }
  return box;
}

/// Longitudes of a lattice made continuous, each to its neighbour, so that a box across the
/// dateline is narrow.
void unwrap(Points& points) {
  const auto near = [&](std::size_t i, std::size_t reference) {
    if (!std::isfinite(points.x[i]) || !std::isfinite(points.x[reference])) return;
    points.x[i] += 360 * std::round((points.x[reference] - points.x[i]) / 360);
  };
  const std::size_t row = kSteps + 1;
  for (std::size_t j = 0; j <= kSteps; ++j) {
    if (j > 0) near(j * row, (j - 1) * row);
    for (std::size_t i = 1; i <= kSteps; ++i) near(j * row + i, j * row + i - 1);
  }
}

struct Bounds {
  double low, high;
  bool slice = false;
};

/// What the client asked of one axis, in the foreign CRS; nothing asked: the grid's own extent.
Bounds bounds_of(const Axis& axis, const std::optional<DimensionSubset>& subset, double low,
                 double high) {
  if (!subset) return {low, high, false};
  if (const auto* slice = std::get_if<Slice>(&subset->extent)) {
    const double at = number_on(axis, slice->at);
    return {at, at, true};
  }
  const Trim& trim = std::get<Trim>(subset->extent);
  Bounds bounds{low, high, false};
  if (!is_open(trim.low)) bounds.low = number_on(axis, *trim.low);
  if (!is_open(trim.high)) bounds.high = number_on(axis, *trim.high);
  if (!is_open(trim.low) && !is_open(trim.high) && bounds.low > bounds.high) {
    refuse(ErrorKind::InvalidInterval, axis,
           fmt::format("On axis '{}' the lower bound {} is above the upper bound {}.", axis.label(),
                       bounds.low, bounds.high));
  }
  return bounds;
}

/// Cells whose footprint shares more than an edge with [low, high].
AxisSelection covering(const Axis& axis, double low, double high) {
  if (axis.data().geographic_longitude) {
    if (high - low >= 360) return trim_longitudes(axis, low, high);
    const auto cell_width = [&](std::size_t i) {
      const Axis::Interval cell = axis.footprint(i);
      return cell.high - cell.low;
    };
    double widest = 0;
    for (std::size_t i = 0; i < axis.size(); ++i) widest = std::max(widest, cell_width(i));
    // Centres within one cell of the interval, then the ends that do not reach it are dropped.
    AxisSelection wide =
        trim_longitudes(axis, low - widest, std::min(high + widest, low + 359.999));
    const auto touches = [&](const AxisRun& run, std::size_t i) {
      const Axis::Interval cell = axis.footprint(i);
      return cell.high + run.shift > low && cell.low + run.shift < high;
    };
    AxisSelection kept;
    for (AxisRun run : wide.runs) {
      while (!run.range.empty() && !touches(run, run.range.begin)) ++run.range.begin;
      while (!run.range.empty() && !touches(run, run.range.end - 1)) --run.range.end;
      if (!run.range.empty()) kept.runs.push_back(run);
    }
    return kept.runs.empty() ? trim_longitudes(axis, low, high) : kept;
  }
  IndexRange range{axis.size(), 0};
  for (std::size_t i = 0; i < axis.size(); ++i) {
    const Axis::Interval cell = axis.footprint(i);
    const bool point = cell.low == cell.high;
    if (point ? (cell.low < low || cell.low > high) : (cell.high <= low || cell.low >= high))
      continue;
    range.begin = std::min(range.begin, i);
    range.end = i + 1;
  }
  return range.empty() ? trim_numbers(axis, low, high) : one_run(range);
}

/// Poles of the globe that lie inside the foreign box.
void include_poles(const CrsTransform& to_native, const Bounds& across, const Bounds& along,
                   Envelope& native) {
  for (const double pole : {90.0, -90.0}) {
    // Longitude is free at a pole; some projections map each one to another place.
    Points at{{0, 90, 180, -90}, {pole, pole, pole, pole}};
    to_native.inverse(at.x, at.y);
    for (std::size_t i = 0; i < at.x.size(); ++i) {
      if (at.x[i] < across.low || at.x[i] > across.high || at.y[i] < along.low ||
          at.y[i] > along.high || !std::isfinite(at.x[i]) || !std::isfinite(at.y[i]))
        continue;
      native.min_y = std::min(native.min_y, pole);
      native.max_y = std::max(native.max_y, pole);
      native.min_x = -180;
      native.max_x = 180;
    }
  }
}

AxisSelection slice_of(const Axis& axis, double at) {
  AxisSelection selection =
      axis.data().geographic_longitude ? slice_longitudes(axis, at) : slice_numbers(axis, at);
  selection.dropped = true;
  return selection;
}

}  // namespace

std::pair<AxisSelection, AxisSelection> select_in_crs(const DomainSet& domain_set, const Crs& crs,
                                                      const ForeignSubsets& subsets) {
  const Axis& x = domain_set.axes()[domain_set.x()];
  const Axis& y = domain_set.axes()[domain_set.y()];
  const CrsTransform& to_native = transform_between(crs, domain_set.crs());

  Points grid = lattice(domain_set.envelope());
  to_native.inverse(grid.x, grid.y);
  const Envelope whole = box_of(grid);
  const Bounds across = bounds_of(x, subsets.x, whole.min_x, whole.max_x);
  const Bounds along = bounds_of(y, subsets.y, whole.min_y, whole.max_y);

  const bool geographic = x.data().geographic_longitude;
  Points asked = lattice({across.low, along.low, across.high, along.high});
  to_native.forward(asked.x, asked.y);
  const bool turns = geographic || domain_set.crs().is_rotated_pole();
  if (turns) unwrap(asked);
  Envelope native = box_of(asked);
  if (turns && !geographic) {  // rotated longitudes count on beyond 180: meet the axis's own turn
    const Axis::Interval all = x.extent();
    const double shift =
        360 * std::round((all.low + all.high - native.min_x - native.max_x) / 2 / 360);
    native.min_x += shift;
    native.max_x += shift;
  }
  if (geographic && !(across.slice && along.slice)) include_poles(to_native, across, along, native);
  if (!(native.min_x <= native.max_x)) {
    refuse(ErrorKind::OutsideDomain, subsets.x ? x : y,
           fmt::format("The box asked for has no place in the grid's CRS; axis '{}' goes {}.",
                       x.label(), extent_text(x)));
  }
  const double middle_x = (native.min_x + native.max_x) / 2;
  const double middle_y = (native.min_y + native.max_y) / 2;
  return {across.slice ? slice_of(x, middle_x) : covering(x, native.min_x, native.max_x),
          along.slice ? slice_of(y, middle_y) : covering(y, native.min_y, native.max_y)};
}

}  // namespace gyre::coverage
