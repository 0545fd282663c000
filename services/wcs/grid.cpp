#include "services/wcs/grid.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "services/wcs/crs_uri.h"
#include "services/wcs/names.h"

namespace gyre::wcs {
namespace {

using coverage::Axis;
using coverage::AxisRole;
using coverage::DomainSet;
using coverage::ElementType;
using coverage::TimeInstant;
using coverage::ViewAxis;

/// Shortest decimal form that reads back the same in `type`.
std::string number_text(ElementType type, double value) {
  if (value == 0) value = 0;  // no "-0"
  return type == ElementType::Float32 ? fmt::format("{}", static_cast<float>(value))
                                      : fmt::format("{}", value);
}

/// Whole seconds and what is left, exactly; trailing zeros go.
std::string seconds_text(std::int64_t microseconds) {
  constexpr std::int64_t kSecond = 1'000'000;
  const std::int64_t magnitude = std::abs(microseconds);
  std::string text = fmt::format("{}{}", microseconds < 0 ? "-" : "", magnitude / kSecond);
  if (magnitude % kSecond != 0) {
    std::string fraction = fmt::format("{:06}", magnitude % kSecond);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text += "." + fraction;
  }
  return text;
}

/// Four digits alone would be read back as a year (subset/time_rule): "3600" is said as "3600.0".
std::string no_year(std::string text) {
  const bool year = text.size() == 4 && text.find_first_not_of("0123456789") == std::string::npos;
  return year ? text + ".0" : text;
}

/// Microseconds of OGC UnixTime: leap seconds of calendar utc do not count there.
std::int64_t unix_us(const TimeInstant& instant) {
  if (instant.calendar() != coverage::Calendar::Utc) return instant.microseconds();
  coverage::CivilTime civil = instant.civil();
  civil.second = std::min(civil.second, 59);
  return TimeInstant::from_civil(coverage::Calendar::ProlepticGregorian, civil)
      .value_or(instant)
      .microseconds();
}

/// To the millisecond: a period's last microsecond becomes its end.
std::int64_t rounded_to_ms(std::int64_t microseconds) {
  return static_cast<std::int64_t>(std::llround(static_cast<double>(microseconds) / 1000.0)) * 1000;
}

struct Extent {
  std::string low, high;
};

/// Envelope of a time axis: over its periods, else over its instants.
Extent time_extent(const ViewAxis& view_axis) {
  const coverage::AxisData& data = view_axis.axis->data();
  const auto [first, last] = std::minmax_element(
      view_axis.source.begin(), view_axis.source.end(),
      [&](std::size_t a, std::size_t b) { return data.instants[a] < data.instants[b]; });
  TimeInstant low = data.instants[*first];
  TimeInstant high = data.instants[*last];
  if (!data.periods.empty() && !view_axis.dropped) {
    low = std::min(low, data.periods[*first].first);
    high = std::max(high, data.periods[*last].last);
  }
  if (is_unix_time(*view_axis.axis)) {
    return {no_year(seconds_text(rounded_to_ms(unix_us(low)))),
            no_year(seconds_text(rounded_to_ms(unix_us(high))))};
  }
  const auto in_units = [&](const TimeInstant& instant) {
    const TimeInstant rounded(instant.calendar(), rounded_to_ms(instant.microseconds()));
    return no_year(number_text(ElementType::Float64, data.time_units->encode(rounded)));
  };
  return {in_units(low), in_units(high)};
}

/// What the stored type can tell about positions of this magnitude.
double rounding(ElementType type, double largest) {
  const double epsilon = type == ElementType::Float32 ? std::numeric_limits<float>::epsilon()
                                                      : std::numeric_limits<double>::epsilon();
  return 2 * largest * epsilon;
}

/// The number that a text of digits names, however small.
double number_in(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

/// The fewest digits of a number within [low, high] that holds `value`; all where they are few.
std::string shortest_within(double value, double low, double high) {
  if (low <= 0 && high >= 0) return "0";
  constexpr int kExact = 17, kFew = 10;
  if (number_in(fmt::format("{:.{}g}", value, kFew)) == value) {
    return number_text(ElementType::Float64, value);
  }
  for (int digits = 1; digits < kExact; ++digits) {
    const double candidate = number_in(fmt::format("{:.{}g}", value, digits));
    if (candidate >= low && candidate <= high) return number_text(ElementType::Float64, candidate);
  }
  return number_text(ElementType::Float64, value);
}

/// Edges of x, y and vertical cells; elsewhere the outer centres. Edges between float32 centres
/// lose their noise, but stay inside of the cell: a slice at a corner must find it.
Extent extent_of(const ViewAxis& view_axis) {
  const Axis& axis = *view_axis.axis;
  if (axis.is_time()) return time_extent(view_axis);
  const bool has_cells =
      axis.role() == AxisRole::X || axis.role() == AxisRole::Y || axis.role() == AxisRole::Vertical;
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const std::size_t i : {std::size_t{0}, view_axis.centres.size() - 1}) {
    const double shift = view_axis.centres[i] - axis.centres()[view_axis.source[i]];
    Axis::Interval cell{axis.centres()[view_axis.source[i]], axis.centres()[view_axis.source[i]]};
    if (has_cells && !view_axis.dropped) cell = axis.footprint(view_axis.source[i]);
    low = std::min(low, cell.low + shift);
    high = std::max(high, cell.high + shift);
  }
  if (!has_cells || view_axis.dropped) {
    return {number_text(axis.data().type, low), number_text(axis.data().type, high)};
  }
  const Axis::Interval cell = axis.footprint(view_axis.source.front());
  const double noise = std::min(rounding(axis.data().type, std::max(std::abs(low), std::abs(high))),
                                2e-3 * (cell.high - cell.low));
  return {shortest_within(low, low, low + noise), shortest_within(high, high - noise, high)};
}

std::string uom_label(const Axis& axis) {
  if (is_unix_time(axis)) return "s";
  if (axis.role() == AxisRole::Member || axis.data().index_only ||
      (axis.role() == AxisRole::Other && axis.uom().empty())) {
    return "GridSpacing";  // the unit of OGC's index CRSs
  }
  if (axis.is_time()) return ncname_of(ucum_from(axis.uom().substr(0, axis.uom().find(' '))));
  const std::string code = ucum_from(axis.uom());
  return code == "1" ? "unity" : ncname_of(code);
}

/// The step of a regular axis in the fewest digits that still lead from the first centre to the
/// last: 0.1 rather than the 0.10000000149 between two float32 centres.
std::string step_text(const ViewAxis& view_axis, double step) {
  const std::vector<double>& centres = view_axis.centres;
  const ElementType type = view_axis.axis->data().type;
  const double intervals = std::max(1.0, static_cast<double>(centres.size() - 1));
  const double first = centres.front();
  const double last = centres.size() > 1 ? centres.back() : first + step;
  // What the stored type cannot tell, as far as no sample moves by it.
  const double tolerance =
      std::min(rounding(type, std::max(std::abs(first), std::abs(last))), 2e-3 * std::abs(step));
  const double off = tolerance / intervals;
  const double exact = (last - first) / intervals;
  return shortest_within(step, exact - off, exact + off);
}

/// The step of what is left of an axis, in the direction it has here, if that is regular. Time
/// never is. A single cell keeps the size of its kind, x eastwards, y southwards.
std::optional<double> step_of(const ViewAxis& view_axis) {
  const Axis& axis = *view_axis.axis;
  const std::optional<double> native = axis.regular_step();
  if (!native || axis.is_time()) return std::nullopt;
  const std::vector<double>& centres = view_axis.centres;
  if (centres.size() < 2) {
    if (axis.role() == AxisRole::X) return std::abs(*native);
    return axis.role() == AxisRole::Y ? -std::abs(*native) : *native;
  }
  const double step = std::copysign(*native, centres[1] - centres[0]);
  // A strip across the seam is regular when the axis goes round the globe in whole steps.
  for (std::size_t i = 1; i < centres.size(); ++i) {
    const double tolerance =
        std::max(2e-3 * std::abs(step), rounding(axis.data().type, std::abs(centres[i])));
    if (std::abs(centres[i] - centres[i - 1] - step) > tolerance) return std::nullopt;
  }
  return (centres.back() - centres.front()) / static_cast<double>(centres.size() - 1);
}

/// Distance of each cell from the first, in the fewest digits that lead back to the stored centre.
std::vector<std::string> coefficient_texts(const ViewAxis& view_axis) {
  const Axis& axis = *view_axis.axis;
  std::vector<std::string> coefficients;
  coefficients.reserve(view_axis.centres.size());
  if (is_unix_time(axis)) {
    const coverage::Instants& instants = axis.data().instants;
    const std::int64_t origin = unix_us(instants[view_axis.source.front()]);
    for (const std::size_t i : view_axis.source) {
      coefficients.push_back(seconds_text(unix_us(instants[i]) - origin));
    }
    return coefficients;
  }
  const ElementType type = axis.data().type;
  const double origin = number_in(position_text(view_axis, 0));
  for (std::size_t i = 0; i < view_axis.centres.size(); ++i) {
    const double position = number_in(position_text(view_axis, i));
    const double distance = position - origin;
    double best = distance;
    for (const int digits : {9, 12, 14, 15, 16}) {
      const double candidate = number_in(fmt::format("{:.{}g}", distance, digits));
      if (number_text(type, origin + candidate) == number_text(type, position)) {
        best = candidate;
        break;
      }
    }
    coefficients.push_back(number_text(ElementType::Float64, best));
  }
  return coefficients;
}

/// `axis` with its last cell first.
ViewAxis reversed(ViewAxis axis) {
  std::reverse(axis.centres.begin(), axis.centres.end());
  std::reverse(axis.source.begin(), axis.source.end());
  axis.bounds.clear();  // not needed here
  return axis;
}

/// Does the grid run against the cells? x goes east, y goes south.
bool runs_backwards(const ViewAxis& axis) {
  if (axis.centres.size() < 2) return false;
  const bool descends = axis.centres.front() > axis.centres.back();
  const AxisRole role = axis.axis->role();
  return (role == AxisRole::X && descends) || (role == AxisRole::Y && !descends);
}

/// Text of a degree as the holding stores it: float32 numbers in their own decimals.
std::string degree_text(double value) {
  if (std::isnan(value)) return "NaN";
  const auto narrow = static_cast<float>(value);
  return static_cast<double>(narrow) == value ? number_text(ElementType::Float32, value)
                                              : number_text(ElementType::Float64, value);
}

/// Cells of two-dimensional coordinates that the view's x and y select, x fastest.
struct PlaneCells {
  std::vector<std::size_t> cells;
  std::size_t first = 0;  ///< the first that has a place
};

PlaneCells plane_cells(const coverage::CellGeometry& geometry, const ViewAxis& x,
                       const ViewAxis& y) {
  PlaneCells plane;
  const std::vector<std::size_t> one_row{0};
  const std::vector<std::size_t>& rows = geometry.on_one_axis() ? one_row : y.source;
  plane.cells.reserve(x.source.size() * rows.size());
  for (const std::size_t row : rows) {
    for (const std::size_t column : x.source) {
      plane.cells.push_back(row * geometry.columns() + column);
    }
  }
  const auto placed = std::find_if(plane.cells.begin(), plane.cells.end(), [&](std::size_t cell) {
    return !std::isnan(geometry.longitude(cell)) && !std::isnan(geometry.latitude(cell));
  });
  plane.first = placed == plane.cells.end() ? plane.cells.front() : *placed;
  return plane;
}

/// The CRS axis of the longitudes or latitudes of two-dimensional coordinates.
CrsAxis plane_crs_axis(const DomainSet& domain_set, const PlaneCells& plane, bool longitudes,
                       bool whole) {
  const coverage::CellGeometry& geometry = *domain_set.geometry();
  const auto at = [&](std::size_t cell) {
    return longitudes ? geometry.longitude(cell) : geometry.latitude(cell);
  };
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const std::size_t cell : plane.cells) {
    if (std::isnan(at(cell))) continue;
    low = std::min(low, at(cell));
    high = std::max(high, at(cell));
  }
  if (whole) {
    const coverage::GeographicExtent& extent = geometry.extent();
    low = longitudes ? extent.west : extent.south;
    high = longitudes ? extent.east : extent.north;
  }
  const PlaneLabels labels = plane_labels(domain_set);
  return {longitudes ? labels.longitude : labels.latitude, "deg", degree_text(low),
          degree_text(high), degree_text(at(plane.first))};
}

PlaneCoordinate plane_coordinate(const DomainSet& domain_set, const PlaneCells& plane,
                                 bool longitudes) {
  const coverage::CellGeometry& geometry = *domain_set.geometry();
  const auto at = [&](std::size_t cell) {
    return longitudes ? geometry.longitude(cell) : geometry.latitude(cell);
  };
  const double origin = std::isnan(at(plane.first)) ? 0 : at(plane.first);
  PlaneCoordinate coordinate;
  coordinate.coefficients.reserve(plane.cells.size());
  for (const std::size_t cell : plane.cells) {
    // Float32 degrees differ by few digits; what is left is the noise of subtracting.
    const double distance = at(cell) - origin;
    coordinate.coefficients.push_back(
        std::isnan(distance) ? "NaN" : number_text(ElementType::Float64, distance));
  }
  return coordinate;
}

/// Which axes make the CRS of the answer: those that stay, and both of x and y when one stays; the
/// one axis of a mesh twice, for longitudes and latitudes.
std::vector<std::size_t> crs_axes_of(const DomainSet& domain_set, const std::vector<bool>& kept) {
  std::vector<std::size_t> axes;
  const bool horizontal = kept[domain_set.x()] || kept[domain_set.y()];
  for (const std::size_t i : domain_set.crs_order()) {
    const bool is_horizontal = i == domain_set.x() || i == domain_set.y();
    if (is_horizontal ? horizontal : kept[i]) axes.push_back(i);
    if (is_horizontal && horizontal && domain_set.x() == domain_set.y()) axes.push_back(i);
  }
  return axes;
}

std::string srs_name_of(const DomainSet& domain_set, const std::vector<std::size_t>& crs_axes,
                        const std::string& base_url) {
  std::vector<std::string> components;
  for (const std::size_t i : crs_axes) {
    if (i == domain_set.x() || i == domain_set.y()) {
      if (!components.empty()) continue;  // x and y come first, together
      components.push_back(horizontal_crs_uri(domain_set.crs(), base_url));
    } else {
      components.push_back(axis_crs_uri(domain_set.axes()[i], base_url));
    }
  }
  return compound_crs_uri(components);
}

}  // namespace

std::vector<ViewAxis> whole_axes(const DomainSet& domain_set) {
  std::vector<ViewAxis> axes;
  for (const Axis& axis : domain_set.axes()) {
    ViewAxis whole;
    whole.axis = &axis;
    whole.centres.assign(axis.centres().begin(), axis.centres().end());
    whole.bounds = axis.data().bounds;
    whole.source.resize(axis.size());
    for (std::size_t i = 0; i < axis.size(); ++i) whole.source[i] = i;
    axes.push_back(std::move(whole));
  }
  return axes;
}

std::string position_text(const ViewAxis& axis, std::size_t i) {
  if (is_unix_time(*axis.axis)) {
    return no_year(seconds_text(unix_us(axis.axis->data().instants[axis.source[i]])));
  }
  if (axis.axis->is_time()) return no_year(number_text(ElementType::Float64, axis.centres[i]));
  return number_text(axis.axis->data().type, axis.centres[i]);
}

std::string coverage_subtype(GridKind kind) {
  switch (kind) {
    case GridKind::Rectified:
      return "RectifiedGridCoverage";
    case GridKind::Referenceable:
      return "ReferenceableGridCoverage";
  }
  return {};
}

GridKind grid_kind(const DomainSet& domain_set) {
  if (domain_set.geometry() != nullptr) return GridKind::Referenceable;
  for (const Axis& axis : domain_set.axes()) {
    if (axis.is_time() || !axis.regular_step()) return GridKind::Referenceable;
  }
  return GridKind::Rectified;
}

Grid make_grid(const DomainSet& domain_set, const std::vector<ViewAxis>& axes,
               const std::string& base_url, const std::string& plane_address) {
  std::vector<bool> kept;
  for (const ViewAxis& axis : axes) kept.push_back(!axis.dropped);
  if (std::find(kept.begin(), kept.end(), true) == kept.end()) {
    kept[domain_set.x()] = kept[domain_set.y()] = true;
  }
  const std::vector<std::string> labels = axis_labels(domain_set);
  const std::vector<std::size_t> crs_axes = crs_axes_of(domain_set, kept);

  Grid grid;
  const auto on_plane = [&](std::size_t i) {
    return domain_set.geometry() != nullptr && (i == domain_set.x() || i == domain_set.y());
  };
  PlaneCells plane;
  bool whole = true;
  if (domain_set.geometry() != nullptr) {
    const ViewAxis& x = axes[domain_set.x()];
    const ViewAxis& y = axes[domain_set.y()];
    plane = plane_cells(*domain_set.geometry(), x, y);
    whole = x.source.size() == x.axis->size() && y.source.size() == y.axis->size();
  }
  // crs_axes begins with the horizontal ones, in the CRS's order.
  const auto is_longitude = [&](std::size_t k) {
    return domain_set.x() == domain_set.y() ? (k == 0) != domain_set.crs().axes_swapped()
                                            : crs_axes[k] == domain_set.x();
  };
  for (std::size_t k = 0; k < crs_axes.size(); ++k) {
    const std::size_t i = crs_axes[k];
    if (on_plane(i)) {
      grid.crs_axes.push_back(plane_crs_axis(domain_set, plane, is_longitude(k), whole));
      continue;
    }
    const auto [low, high] = extent_of(axes[i]);
    const std::size_t first = runs_backwards(axes[i]) ? axes[i].centres.size() - 1 : 0;
    grid.crs_axes.push_back(
        {labels[i], uom_label(*axes[i].axis), low, high, position_text(axes[i], first)});
  }
  std::vector<std::size_t> grid_order = crs_axes;
  std::stable_partition(grid_order.begin(), grid_order.end(),
                        [&](std::size_t i) { return i == domain_set.x(); });
  grid_order.erase(std::unique(grid_order.begin(), grid_order.end()), grid_order.end());
  bool all_regular = true;
  for (const std::size_t i : grid_order) {
    if (!kept[i]) continue;
    GridAxis axis;
    axis.label = labels[i];
    axis.axis = i;
    axis.crs_axis =
        static_cast<std::size_t>(std::find(crs_axes.begin(), crs_axes.end(), i) - crs_axes.begin());
    axis.cells = axes[i].centres.size();
    if (on_plane(i)) {  // it counts
      axis.offset = "1";
      grid.grid_axes.push_back(std::move(axis));
      continue;
    }
    axis.reversed = runs_backwards(axes[i]);
    const ViewAxis cells = axis.reversed ? reversed(axes[i]) : axes[i];
    if (const std::optional<double> step = step_of(cells)) {
      axis.offset = step_text(cells, *step);
    } else {
      axis.offset = "1";
      axis.coefficients = coefficient_texts(cells);
      all_regular = false;
    }
    grid.grid_axes.push_back(std::move(axis));
  }
  if (domain_set.geometry() != nullptr && (kept[domain_set.x()] || kept[domain_set.y()])) {
    all_regular = false;
    if (plane.cells.size() > kMostPlanePoints && !plane_address.empty()) {
      grid.plane_address = plane_address;
    } else {
      for (std::size_t k = 0; k < 2; ++k) {
        PlaneCoordinate one = plane_coordinate(domain_set, plane, is_longitude(k));
        one.crs_axis = k;
        for (const GridAxis& axis : grid.grid_axes) {
          if (on_plane(axis.axis)) one.spanned.push_back(axis.label);
        }
        grid.plane.push_back(std::move(one));
      }
    }
  }
  grid.kind = all_regular ? GridKind::Rectified : GridKind::Referenceable;
  grid.srs_name = srs_name_of(domain_set, crs_axes, base_url);
  return grid;
}

}  // namespace gyre::wcs
