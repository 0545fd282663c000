#include "coverage/subset/regridding.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/grid_mapping.h"
#include "coverage/cf/room_for_missing.h"
#include "coverage/derive/vectors.h"
#include "coverage/geometry/unit_vector.h"
#include "coverage/source/dataset_schema.h"
#include "coverage/subset/box_transform.h"
#include "coverage/subset/cell_finder.h"
#include "coverage/subset/pixel_map.h"
#include "coverage/subset/regridded_source.h"

namespace gyre::coverage {
namespace {

constexpr double kEarthRadius_m = 6371008.8;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

[[noreturn]] void nowhere(const Crs& crs) {
  throw Error(ErrorKind::OutsideDomain, crs.authority_code().value_or(crs.name()),
              fmt::format("The coverage, or the part asked for, has no place in the CRS {}.",
                          crs.authority_code().value_or(crs.name())));
}

// ---- the grid ---------------------------------------------------------------------------------

/// Edges of what is selected of an axis.
Axis::Interval extent_of(const Axis& axis, const AxisSelection& selection) {
  Axis::Interval extent{kInfinity, -kInfinity};
  for (const AxisRun& run : selection.runs) {
    for (const std::size_t i : {run.range.begin, run.range.end - 1}) {
      const Axis::Interval cell = axis.footprint(i);
      extent.low = std::min(extent.low, cell.low + run.shift);
      extent.high = std::max(extent.high, cell.high + run.shift);
    }
  }
  return extent;
}

/// Grows with places whose longitudes are counted next to that of the first one.
struct GrowingBox {
  Envelope box{kInfinity, kInfinity, -kInfinity, -kInfinity};
  double first = std::numeric_limits<double>::quiet_NaN();

  double beside(double longitude) const {
    return std::isnan(first) ? longitude : first + std::remainder(longitude - first, 360.0);
  }
  void add(double longitude, double latitude) {
    if (std::isnan(longitude) || std::isnan(latitude)) return;
    if (std::isnan(first)) first = longitude;
    longitude = beside(longitude);
    box.min_x = std::min(box.min_x, longitude);
    box.max_x = std::max(box.max_x, longitude);
    box.min_y = std::min(box.min_y, latitude);
    box.max_y = std::max(box.max_y, latitude);
  }
};

/// Half way from a cell to the eight around it; at the rim of the grid as far outwards as inwards.
void add_outline(GrowingBox& growing, const CellGeometry& geometry, std::size_t row,
                 std::size_t column) {
  const auto rows = static_cast<std::ptrdiff_t>(geometry.rows());
  const auto columns = static_cast<std::ptrdiff_t>(geometry.columns());
  const auto cell_beside = [&](std::ptrdiff_t down, std::ptrdiff_t right) {
    const std::ptrdiff_t r = static_cast<std::ptrdiff_t>(row) + down;
    std::ptrdiff_t c = static_cast<std::ptrdiff_t>(column) + right;
    if (geometry.wraps()) c = (c + columns) % columns;
    return r < 0 || r >= rows || c < 0 || c >= columns ? CellGeometry::kNone
                                                       : static_cast<std::size_t>(r * columns + c);
  };
  const std::size_t cell = cell_beside(0, 0);
  const double lon = growing.beside(geometry.longitude(cell)), lat = geometry.latitude(cell);
  for (std::ptrdiff_t down = -1; down <= 1; ++down) {
    for (std::ptrdiff_t right = -1; right <= 1; ++right) {
      double sign = 0.5;
      std::size_t other = cell_beside(down, right);
      if (other == CellGeometry::kNone) {
        other = cell_beside(-down, -right);
        sign = -0.5;
      }
      if (other == CellGeometry::kNone) continue;
      growing.add(lon + sign * std::remainder(geometry.longitude(other) - lon, 360.0),
                  std::clamp(lat + sign * (geometry.latitude(other) - lat), -90.0, 90.0));
    }
  }
}

/// Of the cells of two-dimensional coordinates or of a mesh that are selected, outlines included:
/// longitudes next to one another.
Envelope extent_of_cells(const ResolvedQuery& query) {
  const DomainSet& domain_set = query.coverage->domain_set;
  const CellGeometry& geometry = *domain_set.geometry();
  const AxisSelection& x = query.axes[domain_set.x()];
  const AxisSelection one_row{{{{0, 1}, 0}}, false};
  const AxisSelection& y = geometry.on_one_axis() ? one_row : query.axes[domain_set.y()];
  if (x.size() == geometry.columns() && y.size() == geometry.rows()) return domain_set.envelope();
  GrowingBox growing;
  for (const AxisRun& rows : y.runs) {
    for (std::size_t row = rows.range.begin; row < rows.range.end; ++row) {
      const bool outer_row = row == rows.range.begin || row + 1 == rows.range.end;
      for (const AxisRun& columns : x.runs) {
        for (std::size_t column = columns.range.begin; column < columns.range.end; ++column) {
          const std::size_t cell = row * geometry.columns() + column;
          growing.add(geometry.longitude(cell), geometry.latitude(cell));
          const bool outer =
              outer_row || column == columns.range.begin || column + 1 == columns.range.end;
          if (outer && !geometry.on_one_axis()) add_outline(growing, geometry, row, column);
        }
      }
    }
  }
  Envelope box = growing.box;
  if (!(box.min_x <= box.max_x)) nowhere(Crs());
  if (geometry.on_one_axis()) {
    const double half = std::sqrt(box.width() * box.height() / static_cast<double>(x.size())) / 2;
    box = {box.min_x - half, std::max(-90.0, box.min_y - half), box.max_x + half,
           std::min(90.0, box.max_y + half)};
  }
  return box;
}

Envelope selected_envelope(const ResolvedQuery& query) {
  const DomainSet& domain_set = query.coverage->domain_set;
  if (domain_set.geometry() != nullptr) return extent_of_cells(query);
  const Axis::Interval x = extent_of(domain_set.axes()[domain_set.x()], query.axes[domain_set.x()]);
  const Axis::Interval y = extent_of(domain_set.axes()[domain_set.y()], query.axes[domain_set.y()]);
  return {x.low, y.low, x.high, y.high};
}

/// A lattice misses a pole between its nodes: around one all longitudes meet.
void include_poles(Envelope& geographic, const Crs& crs, const Envelope& selected) {
  for (const double pole : {-90.0, 90.0}) {
    double x = 0, y = pole;
    transform_between(Crs(), crs).forward({&x, 1}, {&y, 1});
    if (crs.is_rotated_pole()) {
      const double middle = (selected.min_x + selected.max_x) / 2;
      x = middle + std::remainder(x - middle, 360.0);
    }
    if (!(x >= selected.min_x && x <= selected.max_x)) continue;
    if (!(y >= selected.min_y && y <= selected.max_y)) continue;
    geographic = {-180, std::min(geographic.min_y, pole), 180, std::max(geographic.max_y, pole)};
  }
}

/// The part of `all` that `asked` holds in any turn of x, in the turn where they meet most.
Axis::Interval shared_in_turns(const Axis::Interval& asked, const Axis::Interval& all,
                               double turn) {
  if (all.high - all.low > turn * (1 - 1e-9)) {
    return {asked.low, std::min(asked.high, asked.low + turn)};
  }
  const double shift = turn * std::round((asked.low + asked.high - all.low - all.high) / 2 / turn);
  Axis::Interval shared{kInfinity, -kInfinity};
  for (const double by : {shift, shift - turn, shift + turn}) {
    const double low = std::max(asked.low - by, all.low);
    const double high = std::min(asked.high - by, all.high);
    if (low > high || (low == high && asked.high > asked.low)) continue;
    shared = {std::min(shared.low, low), std::max(shared.high, high)};
  }
  return {shared.low + shift, shared.high + shift};
}

/// Degrees of the globe from Greenwich as a geographic CRS counts them. Its datum is metres away
/// at most, which is not looked at: at the poles that would be all longitudes.
Envelope from_its_meridian(Envelope degrees, const Crs& crs) {
  constexpr double kApart = 0.01;
  double x = 0, y = 0;
  transform_between(Crs(), crs).forward({&x, 1}, {&y, 1});
  const bool is_whole = degrees.width() > 360 - 1e-6;
  if (is_whole || !(std::abs(x) > kApart)) return degrees;
  degrees.min_x += x;
  degrees.max_x += x;
  return degrees;
}

/// The selection's box in another CRS, within where that is meant to be used.
Envelope envelope_in(const Crs& crs, const DomainSet& domain_set, const Envelope& selected) {
  Envelope geographic = selected;
  if (!domain_set.crs().is_geographic()) {
    const auto box = transformed(selected, domain_set.crs(), Crs());
    if (!box) nowhere(crs);
    geographic = *box;
    include_poles(geographic, domain_set.crs(), selected);
  }
  if (crs.is_geographic()) {
    geographic.min_y = std::max(geographic.min_y, -90.0);
    geographic.max_y = std::min(geographic.max_y, 90.0);
    return from_its_meridian(geographic, crs);
  }
  if (const auto area = crs.area_of_use(); area && (*area)[0] < (*area)[2]) {
    if (geographic.width() > 360 - 1e-6) {
      geographic.min_x = -180;
      geographic.max_x = 180;
    }
    const Axis::Interval across =
        shared_in_turns({geographic.min_x, geographic.max_x}, {(*area)[0], (*area)[2]}, 360);
    geographic.min_x = across.low;
    geographic.max_x = across.high;
    geographic.min_y = std::max(geographic.min_y, (*area)[1]);
    geographic.max_y = std::min(geographic.max_y, (*area)[3]);
  }
  const auto box = geographic.width() > 0 && geographic.height() > 0
                       ? transformed(geographic, Crs(), crs)
                       : std::nullopt;
  if (!box || !(box->width() > 0 && box->height() > 0)) nowhere(crs);
  return *box;
}

/// The box of a request in its CRS: no larger than the coverage, in the turn of x it was asked in.
Envelope box_asked_for(const Envelope& asked, const Crs& crs, const DomainSet& domain_set,
                       const Envelope& selected) {
  Envelope box = asked;
  const Envelope all = envelope_in(crs, domain_set, selected);
  if (!std::isfinite(box.min_x)) box.min_x = all.min_x;
  if (!std::isfinite(box.max_x)) box.max_x = all.max_x;
  if (!std::isfinite(box.min_y)) box.min_y = all.min_y;
  if (!std::isfinite(box.max_y)) box.max_y = all.max_y;
  const Envelope whole = box;
  Axis::Interval across{std::max(box.min_x, all.min_x), std::min(box.max_x, all.max_x)};
  const double turn = x_period(crs);
  if (turn > 0 && (crs.is_geographic() || box.width() < turn)) {
    across = shared_in_turns({box.min_x, box.max_x}, {all.min_x, all.max_x}, turn);
  } else if (turn > 0) {
    across = {all.min_x, all.max_x};
  }
  box = {across.low, std::max(box.min_y, all.min_y), across.high, std::min(box.max_y, all.max_y)};
  if (box.min_x > box.max_x || box.min_y > box.max_y ||
      (box.min_x == box.max_x && whole.width() > 0) ||
      (box.min_y == box.max_y && whole.height() > 0)) {
    nowhere(crs);
  }
  return box;
}

/// The box around it in the CRS of the answer.
Envelope in_target(const AskedRegion& asked, const Crs& target) {
  if (transform_between(asked.crs, target).identity()) return asked.box;
  const auto there = transformed(asked.box, asked.crs, target);
  if (!there) nowhere(target);
  return *there;
}

/// Is a box in one of them a box in the other? Columns are meridians in both, and rows parallels.
bool has_same_boxes(const Crs& a, const Crs& b) {
  if (transform_between(a, b).identity()) return true;
  return x_period(a) > 0 && x_period(b) > 0 && !a.is_rotated_pole() && !b.is_rotated_pole();
}

/// Does the place of a CRS lie within what was asked for?
bool is_asked_for(const std::optional<AskedRegion>& asked, const Crs& crs, double x, double y) {
  if (!asked) return true;
  transform_between(crs, asked->crs).forward({&x, 1}, {&y, 1});
  return asked->holds(x, y);
}

/// The side of a square as large as the cell of samples at a place of the target, in its unit.
std::optional<double> cell_side_at(const DomainSet& domain_set, const Crs& crs, double at_x,
                                   double at_y) {
  double x = at_x, y = at_y;
  transform_between(crs, domain_set.crs()).forward({&x, 1}, {&y, 1});
  if (!std::isfinite(x) || !std::isfinite(y)) return std::nullopt;
  std::array<double, 3> xs{}, ys{};
  if (const CellGeometry* const geometry = domain_set.geometry()) {
    const std::size_t cell = geometry->cell_at(x, y);
    if (cell == CellGeometry::kNone) return std::nullopt;
    const std::size_t columns = geometry->columns();
    const std::size_t row = cell / columns, column = cell % columns;
    if (columns < 2 || geometry->rows() < 2) return std::nullopt;
    const std::size_t beside = column + 1 < columns ? cell + 1 : cell - 1;
    const std::size_t below = row + 1 < geometry->rows() ? cell + columns : cell - columns;
    xs = {geometry->longitude(cell), geometry->longitude(beside), geometry->longitude(below)};
    ys = {geometry->latitude(cell), geometry->latitude(beside), geometry->latitude(below)};
    for (double& lon : xs) lon = xs[0] + std::remainder(lon - xs[0], 360.0);
  } else {
    const Axis& across = domain_set.axes()[domain_set.x()];
    const Axis& along = domain_set.axes()[domain_set.y()];
    const auto i = across.cell_at_modular(x);
    const auto j = along.cell_at(y);
    if (!i || !j) return std::nullopt;
    const Axis::Interval width = across.footprint(*i), height = along.footprint(*j);
    xs = {width.low, width.high, width.low};
    ys = {height.low, height.low, height.high};
  }
  transform_between(domain_set.crs(), crs).forward(xs, ys);
  if (const double turn = x_period(crs); turn > 0) {  // the seam may lie across the cell
    for (double& one : xs) one = xs[0] + std::remainder(one - xs[0], turn);
  }
  const double area =
      std::abs((xs[1] - xs[0]) * (ys[2] - ys[0]) - (ys[1] - ys[0]) * (xs[2] - xs[0]));
  return std::isfinite(area) && area > 0 ? std::optional(std::sqrt(area)) : std::nullopt;
}

/// That of the middle; else, where no cell lies there, or none that was asked for, or a pole around
/// which cells are narrow, the median of several places.
double cell_side(const DomainSet& domain_set, const TargetGrid& target,
                 const std::optional<AskedRegion>& asked, std::size_t cells) {
  const Envelope& box = target.envelope;
  const auto side_at = [&](double u, double v, bool any) -> std::optional<double> {
    const double x = box.min_x + u * box.width(), y = box.min_y + v * box.height();
    if (!any && !is_asked_for(asked, target.crs, x, y)) return std::nullopt;
    return cell_side_at(domain_set, target.crs, x, y);
  };
  for (const bool any : {false, true}) {
    if (any && !asked) break;
    std::vector<double> around;
    for (const auto& [u, v] : {std::pair{0.3, 0.4},
                               {0.7, 0.6},
                               {0.4, 0.7},
                               {0.6, 0.3},
                               {0.15, 0.5},
                               {0.85, 0.5},
                               {0.5, 0.15},
                               {0.5, 0.85}}) {
      if (const auto side = side_at(u, v, any)) around.push_back(*side);
    }
    std::ranges::sort(around);
    const std::optional<double> middle = side_at(0.5, 0.5, any);
    if (middle && (around.empty() || *middle > around[around.size() / 2] / 2)) return *middle;
    if (!around.empty()) return around[around.size() / 2];
  }
  return std::sqrt(box.width() * box.height() /
                   static_cast<double>(std::max<std::size_t>(1, cells)));
}

/// Cells along one side of the answer.
double scaled(double cells, const std::optional<double>& factor,
              const std::optional<std::size_t>& size) {
  if (size) return static_cast<double>(*size);
  return std::max(1.0, std::round(cells * factor.value_or(1)));
}

void check_size(const Envelope& box, double width, double height) {
  constexpr double kMost = 268435456, kMostAlong = 1e6;
  if (!(width <= kMostAlong && height <= kMostAlong && width * height <= kMost)) {
    throw Error(ErrorKind::TooLarge, "scale",
                fmt::format("The answer would have {:.7g} x {:.7g} cells a section; it may have "
                            "{:.0f} along a side and {:.3g} in all. Ask for a smaller box, or "
                            "fewer cells by SCALESIZE.",
                            width, height, kMostAlong, kMost));
  }
  const double finest = 8 * std::numeric_limits<double>::epsilon();
  if (box.width() / width <= finest * std::max(std::abs(box.min_x), std::abs(box.max_x)) ||
      box.height() / height <= finest * std::max(std::abs(box.min_y), std::abs(box.max_y))) {
    throw Error(ErrorKind::TooLarge, "scale",
                fmt::format("{:.0f} x {:.0f} cells in a box of {:.3g} x {:.3g} are finer than "
                            "coordinates can tell. Ask for a larger box, or fewer cells.",
                            width, height, box.width(), box.height()));
  }
}

// ---- the coverage on it -----------------------------------------------------------------------

Attribute text_attribute(const char* name, std::string text) {
  return {name, ElementType::String, std::move(text)};
}

/// How one field goes onto the new grid.
RegriddedField field_on_grid(const Field& base, std::size_t index, Interpolation wanted,
                             const std::string& container) {
  RegriddedField made;
  made.base = index;
  made.field = base;
  made.field.chunk_shape.clear();
  Attributes& attributes = made.field.attributes;
  for (const char* const gone : {"cell_measures", "mesh", "location", "grid", "actual_range"}) {
    attributes.remove(gone);
  }
  attributes.set(text_attribute("grid_mapping", container));
  made.interpolation = base.flags.empty() ? wanted : Interpolation::Nearest;
  if (made.interpolation == Interpolation::Linear) {
    made.direction = is_direction(base);
    const bool is_float64 =
        base.packing.unpacked == ElementType::Float64 ||
        (!base.packing.packed && !is_float(base.storage) && size_of(base.storage) >= 4);
    const ElementType type = is_float64 ? ElementType::Float64 : ElementType::Float32;
    made.field.declared = made.field.storage = type;
    made.field.packing = {};
    made.field.packing.unpacked = type;
    made.field.missing = {};
    made.fill = std::numeric_limits<double>::quiet_NaN();
    for (const char* const gone : {"scale_factor", "add_offset", "valid_min", "valid_max",
                                   "valid_range", "missing_value", "_Unsigned"}) {
      attributes.remove(gone);
    }
    attributes.set(
        {"_FillValue", type, std::vector<double>{std::numeric_limits<double>::quiet_NaN()}});
    attributes.set(text_attribute("interpolation", "linear"));
    return made;
  }
  attributes.set(text_attribute("interpolation", "nearest_neighbor"));
  cf::RoomForMissing room = cf::with_room_for_missing(made.field);
  made.field = std::move(room.field);
  made.fill = room.fill;
  made.remask = room.widened;
  return made;
}

/// Does a variable lie on x or y of the domain?
bool is_on_grid(const VariableSchema& variable, const DomainSet& domain_set) {
  return std::any_of(
      variable.dimensions.begin(), variable.dimensions.end(), [&](const std::string& name) {
        return !name.empty() && (name == domain_set.axes()[domain_set.x()].data().dimension ||
                                 name == domain_set.axes()[domain_set.y()].data().dimension);
      });
}

struct Names {
  std::string x, y, container;
};

/// As the holding calls its axes where the CRS is the same; else as CF writers call such axes.
Names names_for(const ResolvedQuery& query, const Crs& crs, const HoldingSchema& schema) {
  const DomainSet& domain_set = query.coverage->domain_set;
  // What lies on the old grid does not go along, fields aside.
  std::set<std::string> taken;
  for (const VariableSchema& variable : schema.variables) {
    if (!is_on_grid(variable, domain_set)) taken.insert(variable.name);
  }
  for (const Field& field : query.coverage->fields) taken.insert(field.name);
  const auto free = [&](std::string name) {
    const std::string plain = name;
    for (int n = 2; !taken.insert(name).second; ++n) name = fmt::format("{}_{}", plain, n);
    return name;
  };
  const bool same =
      domain_set.geometry() == nullptr && transform_between(domain_set.crs(), crs).identity();
  Names names;
  if (same) {
    names.x = domain_set.axes()[domain_set.x()].label();
    names.y = domain_set.axes()[domain_set.y()].label();
  } else {
    for (const std::size_t i : {domain_set.x(), domain_set.y()}) {
      const Axis& axis = domain_set.axes()[i];
      taken.erase(axis.data().variable.empty() ? axis.label() : axis.data().variable);
    }
    names.x = free(crs.is_geographic() ? "longitude" : "x");
    names.y = free(crs.is_geographic() ? "latitude" : "y");
  }
  taken.erase(domain_set.grid_mapping_variable());
  names.container = free("crs");
  return names;
}

AxisData axis_data(const Crs& crs, const std::string& name, bool is_x, double first, double step,
                   std::size_t cells) {
  AxisData data;
  data.label = data.dimension = data.variable = name;
  data.role = is_x ? AxisRole::X : AxisRole::Y;
  if (crs.is_geographic()) {
    data.uom = is_x ? "degrees_east" : "degrees_north";
    data.standard_name = is_x ? "longitude" : "latitude";
    data.geographic_longitude = is_x;
    data.geographic_latitude = !is_x;
  } else if (crs.is_rotated_pole()) {
    data.uom = "degrees";
    data.standard_name = is_x ? "grid_longitude" : "grid_latitude";
  } else {
    data.uom = crs.uom();
    data.standard_name = is_x ? "projection_x_coordinate" : "projection_y_coordinate";
  }
  std::vector<double> centres(cells);
  for (std::size_t i = 0; i < cells; ++i) centres[i] = first + step * static_cast<double>(i);
  data.centres = std::move(centres);
  if (cells == 1) data.bounds = {first - std::abs(step) / 2, first + std::abs(step) / 2};
  return data;
}

OwnVariable coordinate_variable(const AxisData& data) {
  OwnVariable own;
  own.schema.name = data.variable;
  own.schema.type = ElementType::Float64;
  own.schema.dimensions = {data.dimension};
  own.schema.shape = {data.centres.size()};
  own.schema.attributes.set(text_attribute("standard_name", data.standard_name));
  own.schema.attributes.set(text_attribute("units", data.uom));
  own.schema.attributes.set(text_attribute("axis", data.role == AxisRole::X ? "X" : "Y"));
  own.values.assign(data.centres.begin(), data.centres.end());
  return own;
}

/// x and y of the new grid.
std::pair<AxisData, AxisData> axes_on(const TargetGrid& target, const Names& names) {
  const Envelope& box = target.envelope;
  const double step_x = box.width() / static_cast<double>(target.width);
  const double step_y = box.height() / static_cast<double>(target.height);
  return {axis_data(target.crs, names.x, true, box.min_x + step_x / 2, step_x, target.width),
          axis_data(target.crs, names.y, false, box.max_y - step_y / 2, -step_y, target.height)};
}

/// The grid mapping of the new grid.
OwnVariable container_variable(const Crs& crs, const std::string& name) {
  OwnVariable container;
  container.schema.name = name;
  container.schema.type = ElementType::Int32;
  container.schema.attributes = grid_mapping_from_crs(crs);
  container.values = {0};
  return container;
}

/// What the holding says that goes along: neither what lies on the old grid, nor the fields, nor
/// what new variables replace.
HoldingSchema schema_without_grid(const HoldingSchema& given, const ResolvedQuery& query,
                                  const Names& names) {
  const DomainSet& base = query.coverage->domain_set;
  const std::set<std::string> replaced{names.x, names.y, names.container};
  HoldingSchema schema;
  schema.format = given.format;
  schema.attributes = given.attributes;
  for (const DimensionSchema& dimension : given.dimensions) {
    const std::string& name = dimension.name;
    if (name != base.axes()[base.x()].data().dimension &&
        name != base.axes()[base.y()].data().dimension && !replaced.contains(name)) {
      schema.dimensions.push_back(dimension);
    }
  }
  for (const VariableSchema& variable : given.variables) {
    const bool is_field = std::any_of(query.fields.begin(), query.fields.end(), [&](std::size_t k) {
      return query.coverage->fields[k].name == variable.name;
    });
    if (!is_field && !is_on_grid(variable, base) && !replaced.contains(variable.name) &&
        variable.name != base.grid_mapping_variable()) {
      schema.variables.push_back(variable);
    }
  }
  return schema;
}

/// @param distance_m what each field says of the farthest sample; absent: nothing
std::vector<RegriddedField> fields_on_grid(const ResolvedQuery& query, const Regridding& regridding,
                                           const Names& names,
                                           const std::optional<double>& distance_m) {
  const DomainSet& base = query.coverage->domain_set;
  const bool axes_change = base.geometry() != nullptr ||
                           !transform_between(base.crs(), regridding.target.crs).identity();
  std::vector<RegriddedField> fields;
  for (std::size_t k = 0; k < query.fields.size(); ++k) {
    const Field& from = query.coverage->fields[query.fields[k]];
    fields.push_back(field_on_grid(from, k, regridding.interpolation, names.container));
    Attributes& attributes = fields.back().field.attributes;
    if (distance_m) {
      attributes.set(
          {"largest_sample_distance_m", ElementType::Float64, std::vector<double>{*distance_m}});
    }
    if (!axes_change) continue;
    if (const auto note = note_on_grid_component(*query.dataset, from)) {
      const std::string before = from.attributes.text("comment").value_or("");
      attributes.set(text_attribute("comment", before.empty() ? *note : before + " " + *note));
    }
  }
  return fields;
}

/// As a file would declare it.
VariableSchema declared(const Field& field, const DomainSet& domain_set) {
  VariableSchema variable;
  variable.name = field.name;
  variable.type = field.declared;
  for (const Axis& axis : domain_set.axes()) {
    if (axis.is_scalar()) continue;
    variable.dimensions.push_back(axis.data().dimension);
    variable.shape.push_back(axis.size());
  }
  variable.attributes = field.attributes;
  return variable;
}

/// The largest distance from the centre of a cell to that of its nearest sample, in metres: over
/// all cells, of very large grids over some rows and a tenth more.
double largest_distance_m(const DomainSet& domain_set, const TargetGrid& target,
                          const AbortToken& abort) {
  constexpr std::size_t kMost = 4'000'000;
  const std::size_t stride =
      std::max<std::size_t>(1, target.width * target.height / std::max<std::size_t>(1, kMost));
  const CrsTransform& from_target = transform_between(target.crs, Crs());
  const CrsTransform& from_native = transform_between(domain_set.crs(), Crs());
  double largest = 0;
  for (std::size_t row = 0; row < target.height; row += stride) {
    abort.check();
    const PixelMap map(domain_set, target, {0, row, target.width, 1});
    std::vector<double> x(target.width), y(target.width), lon(target.width), lat(target.width);
    for (std::size_t i = 0; i < target.width; ++i) {
      x[i] = target.envelope.min_x + (static_cast<double>(i) + 0.5) * target.envelope.width() /
                                         static_cast<double>(target.width);
      y[i] = target.envelope.max_y - (static_cast<double>(row) + 0.5) * target.envelope.height() /
                                         static_cast<double>(target.height);
      const auto [column, line] = map.at(i, 0);
      lon[i] = lat[i] = std::numeric_limits<double>::quiet_NaN();
      if (column == CellFinder::kNone) continue;
      const auto cx = static_cast<std::size_t>(column), cy = static_cast<std::size_t>(line);
      if (const CellGeometry* const geometry = domain_set.geometry()) {
        lon[i] = geometry->longitude(cy * geometry->columns() + cx);
        lat[i] = geometry->latitude(cy * geometry->columns() + cx);
      } else {
        lon[i] = domain_set.axes()[domain_set.x()].centres()[cx];
        lat[i] = domain_set.axes()[domain_set.y()].centres()[cy];
      }
    }
    from_target.forward(x, y);
    from_native.forward(lon, lat);
    for (std::size_t i = 0; i < target.width; ++i) {
      if (!std::isfinite(lon[i]) || !std::isfinite(x[i])) continue;
      const double chord = std::sqrt(geometry::squared_chord(
          geometry::unit_vector(x[i], y[i]), geometry::unit_vector(lon[i], lat[i])));
      largest = std::max(largest, 2 * std::asin(std::min(1.0, chord / 2)) * kEarthRadius_m);
    }
  }
  return std::ceil(stride > 1 ? 1.1 * largest : largest);
}

}  // namespace

Regridding plan_regridding(const ResolvedQuery& query, const RegriddingWishes& wishes) {
  const DomainSet& domain_set = query.coverage->domain_set;
  Regridding made;
  const bool on_mesh = domain_set.geometry() != nullptr && domain_set.geometry()->on_one_axis();
  // Cells of a mesh have no rows and columns of neighbours to weigh.
  made.interpolation = on_mesh ? Interpolation::Nearest : wishes.interpolation;
  made.target.crs = wishes.crs.value_or(domain_set.crs());
  const AxisSelection& x = query.axes[domain_set.x()];
  const AxisSelection& y = query.axes[domain_set.y()];
  const Envelope selected = selected_envelope(query);
  const bool same = domain_set.geometry() == nullptr &&
                    transform_between(domain_set.crs(), made.target.crs).identity();
  AskedRegion asked{wishes.box ? wishes.box_crs.value_or(domain_set.crs()) : domain_set.crs(),
                    selected};
  if (wishes.box) asked.box = box_asked_for(*wishes.box, asked.crs, domain_set, selected);
  Envelope box = selected;
  if (wishes.box) {
    box = in_target(asked, made.target.crs);
  } else if (!same) {
    box = envelope_in(made.target.crs, domain_set, selected);
  }
  const bool is_part = wishes.box || x.size() < domain_set.axes()[domain_set.x()].size() ||
                       y.size() < domain_set.axes()[domain_set.y()].size();
  // A line is as wide as the cells that it becomes.
  const bool is_area = asked.box.width() > 0 && asked.box.height() > 0;
  if (is_part && is_area && !has_same_boxes(asked.crs, made.target.crs)) made.asked = asked;
  made.target.envelope = box;
  double cell_x = selected.width() / static_cast<double>(x.size());
  double cell_y = selected.height() / static_cast<double>(y.size());
  if (!same || !(cell_x > 0 && cell_y > 0)) {
    cell_x = cell_y =
        cell_side(domain_set, made.target, made.asked, on_mesh ? x.size() : x.size() * y.size());
  }
  if (!(box.width() > 0)) {
    box = {box.min_x - cell_x / 2, box.min_y, box.max_x + cell_x / 2, box.max_y};
  }
  if (!(box.height() > 0)) {
    box = {box.min_x, box.min_y - cell_y / 2, box.max_x, box.max_y + cell_y / 2};
  }
  if (!(box.width() > 0 && box.height() > 0)) nowhere(made.target.crs);
  made.target.envelope = box;
  const double width = scaled(box.width() / cell_x, wishes.factor_x, wishes.size_x);
  const double height = scaled(box.height() / cell_y, wishes.factor_y, wishes.size_y);
  check_size(box, width, height);
  made.target.width = static_cast<std::size_t>(width);
  made.target.height = static_cast<std::size_t>(height);
  return made;
}

ResolvedQuery regridded(const ResolvedQuery& query, const Regridding& regridding,
                        const AbortToken& abort, Distance distance) {
  const DomainSet& base = query.coverage->domain_set;
  const TargetGrid& target = regridding.target;
  const std::shared_ptr<const HoldingSchema> given = schema_of(*query.dataset);
  const Names names = names_for(query, target.crs, *given);
  const auto [x, y] = axes_on(target, names);

  // Axes: the others in their order, y, x, scalars; what is selected of the others stays.
  std::vector<Axis> axes;
  ResolvedQuery made;
  const auto keep = [&](bool scalars) {
    for (std::size_t a = 0; a < base.axes().size(); ++a) {
      if (a == base.x() || a == base.y() || base.axes()[a].is_scalar() != scalars) continue;
      axes.push_back(base.axes()[a]);
      made.axes.push_back(query.axes[a]);
    }
  };
  keep(false);
  for (const AxisData& data : {y, x}) {
    axes.emplace_back(data);
    made.axes.push_back(whole_axis(axes.back()));
  }
  keep(true);

  std::vector<OwnVariable> own{coordinate_variable(x), coordinate_variable(y),
                               container_variable(target.crs, names.container)};
  HoldingSchema schema = schema_without_grid(*given, query, names);
  schema.dimensions.push_back({names.y, target.height});
  schema.dimensions.push_back({names.x, target.width});
  for (const OwnVariable& one : own) schema.variables.push_back(one.schema);

  std::optional<double> distance_m;
  if (distance == Distance::Told) distance_m = largest_distance_m(base, target, abort);
  Coverage coverage{query.coverage->id, DomainSet(axes, target.crs, names.container), {}, {}};
  std::vector<RegriddedField> fields = fields_on_grid(query, regridding, names, distance_m);
  for (std::size_t k = 0; k < fields.size(); ++k) {
    schema.variables.push_back(declared(fields[k].field, coverage.domain_set));
    coverage.fields.push_back(fields[k].field);
    if (query.fields[k] < query.coverage->colour_ranges.size()) {
      coverage.colour_ranges.push_back(query.coverage->colour_ranges[query.fields[k]]);
    }
    made.fields.push_back(k);
  }

  const std::shared_ptr<Dataset> dataset = without_coverages(*query.dataset);
  dataset->coverages = {std::move(coverage)};
  dataset->schema = std::make_shared<const HoldingSchema>(schema);
  dataset->source = std::make_shared<const RegriddedSource>(
      query, regridding, std::move(schema), std::move(own), std::move(fields), abort);
  made.coverage = &dataset->coverages.front();
  made.dataset = dataset;
  made.format = query.format;
  made.warnings = query.warnings;
  return made;
}

}  // namespace gyre::coverage
