#include "coverage/cf/axis_kind.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "coverage/cf/text.h"
#include "coverage/cf/units.h"

namespace gyre::coverage {
namespace {

struct Row {
  std::string_view name;
  AxisRole role;
  Horizontal horizontal;
};

constexpr auto kNone = Horizontal::None;

constexpr std::array<Row, 12> kStandardNames{
    {{"longitude", AxisRole::X, Horizontal::Globe},
     {"latitude", AxisRole::Y, Horizontal::Globe},
     {"grid_longitude", AxisRole::X, Horizontal::Rotated},
     {"grid_latitude", AxisRole::Y, Horizontal::Rotated},
     {"projection_x_coordinate", AxisRole::X, Horizontal::Projected},
     {"projection_y_coordinate", AxisRole::Y, Horizontal::Projected},
     {"projection_x_angular_coordinate", AxisRole::X, Horizontal::Angular},
     {"projection_y_angular_coordinate", AxisRole::Y, Horizontal::Angular},
     {"time", AxisRole::Time, kNone},
     {"forecast_reference_time", AxisRole::ReferenceTime, kNone},
     {"forecast_period", AxisRole::Other, kNone},
     {"realization", AxisRole::Member, kNone}}};

// CF 1.11, 4.3 and appendix D, and what the standard name table has for heights and pressures.
constexpr std::array<std::string_view, 19> kVerticalNames{
    "depth",
    "height",
    "altitude",
    "air_pressure",
    "sea_water_pressure",
    "model_level_number",
    "geopotential_height",
    "atmosphere_ln_pressure_coordinate",
    "atmosphere_sigma_coordinate",
    "atmosphere_hybrid_sigma_pressure_coordinate",
    "atmosphere_hybrid_sigma_ln_pressure_coordinate",
    "atmosphere_hybrid_height_coordinate",
    "atmosphere_sleve_coordinate",
    "ocean_sigma_coordinate",
    "ocean_s_coordinate",
    "ocean_s_coordinate_g1",
    "ocean_s_coordinate_g2",
    "ocean_sigma_z_coordinate",
    "ocean_double_sigma_coordinate"};

// _CoordinateAxisType of the NetCDF-Java library.
constexpr std::array<Row, 10> kAxisTypes{{{"lon", AxisRole::X, Horizontal::Globe},
                                          {"lat", AxisRole::Y, Horizontal::Globe},
                                          {"geox", AxisRole::X, Horizontal::Projected},
                                          {"geoy", AxisRole::Y, Horizontal::Projected},
                                          {"geoz", AxisRole::Vertical, kNone},
                                          {"height", AxisRole::Vertical, kNone},
                                          {"pressure", AxisRole::Vertical, kNone},
                                          {"time", AxisRole::Time, kNone},
                                          {"runtime", AxisRole::ReferenceTime, kNone},
                                          {"ensemble", AxisRole::Member, kNone}}};

// Not CF: what files without attributes call their axes.
constexpr std::array<Row, 33> kNames{{{"lon", AxisRole::X, Horizontal::Globe},
                                      {"longitude", AxisRole::X, Horizontal::Globe},
                                      {"long", AxisRole::X, Horizontal::Globe},
                                      {"nav_lon", AxisRole::X, Horizontal::Globe},
                                      {"rlon", AxisRole::X, Horizontal::Unsaid},
                                      {"x", AxisRole::X, Horizontal::Unsaid},
                                      {"xc", AxisRole::X, Horizontal::Unsaid},
                                      {"easting", AxisRole::X, Horizontal::Unsaid},
                                      {"lat", AxisRole::Y, Horizontal::Globe},
                                      {"latitude", AxisRole::Y, Horizontal::Globe},
                                      {"nav_lat", AxisRole::Y, Horizontal::Globe},
                                      {"rlat", AxisRole::Y, Horizontal::Unsaid},
                                      {"y", AxisRole::Y, Horizontal::Unsaid},
                                      {"yc", AxisRole::Y, Horizontal::Unsaid},
                                      {"northing", AxisRole::Y, Horizontal::Unsaid},
                                      {"depth", AxisRole::Vertical, kNone},
                                      {"deptht", AxisRole::Vertical, kNone},
                                      {"depthu", AxisRole::Vertical, kNone},
                                      {"depthv", AxisRole::Vertical, kNone},
                                      {"depthw", AxisRole::Vertical, kNone},
                                      {"lev", AxisRole::Vertical, kNone},
                                      {"level", AxisRole::Vertical, kNone},
                                      {"plev", AxisRole::Vertical, kNone},
                                      {"height", AxisRole::Vertical, kNone},
                                      {"altitude", AxisRole::Vertical, kNone},
                                      {"z", AxisRole::Vertical, kNone},
                                      {"time", AxisRole::Time, kNone},
                                      {"t", AxisRole::Time, kNone},
                                      {"time_counter", AxisRole::Time, kNone},
                                      {"member", AxisRole::Member, kNone},
                                      {"ensemble", AxisRole::Member, kNone},
                                      {"number", AxisRole::Member, kNone},
                                      {"realization", AxisRole::Member, kNone}}};

template <std::size_t N>
const Row* find(const std::array<Row, N>& rows, std::string_view name) {
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

struct Evidence {
  std::string standard_name, axis, units, positive, axis_type, name;
};

Evidence evidence_of(const VariableSchema& variable) {
  const auto text = [&](const char* name) {
    return cf::lower(variable.attributes.text(name).value_or(""));
  };
  Evidence found{text("standard_name"),
                 text("axis"),
                 text("units"),
                 text("positive"),
                 text("_CoordinateAxisType"),
                 cf::lower(cf::last_part(variable.name))};
  const auto words = cf::words(found.standard_name);  // a modifier may follow
  found.standard_name = words.empty() ? "" : words.front();
  return found;
}

bool is_vertical_name(std::string_view standard_name) {
  if (standard_name.starts_with("height_above_") || standard_name.starts_with("depth_below_")) {
    return true;
  }
  return std::find(kVerticalNames.begin(), kVerticalNames.end(), standard_name) !=
         kVerticalNames.end();
}

/// X and Y that only `axis` or a name tells: their units say more, or nothing does.
AxisKind unsaid(AxisRole role, const Evidence& e) {
  AxisKind kind{.role = role, .horizontal = Horizontal::Unsaid};
  if (const Row* named = find(kNames, e.name); named != nullptr && named->role == role &&
                                               !cf::metres_of(e.units) &&
                                               !cf::is_radians(e.units)) {
    kind.horizontal = named->horizontal;
  }
  return kind;
}

std::optional<AxisKind> by_attributes(const Evidence& e) {
  if (const Row* row = find(kStandardNames, e.standard_name)) {
    AxisKind kind{.role = row->role, .horizontal = row->horizontal};
    if (kind.horizontal == Horizontal::Projected && cf::is_radians(e.units)) {
      kind.horizontal = Horizontal::Angular;
    }
    return kind;
  }
  if (is_vertical_name(e.standard_name)) return AxisKind{.role = AxisRole::Vertical};
  if (const Row* row = find(kAxisTypes, e.axis_type)) {
    return AxisKind{.role = row->role, .horizontal = row->horizontal};
  }
  if (cf::is_degrees_east(e.units)) {
    return AxisKind{.role = AxisRole::X, .horizontal = Horizontal::Globe};
  }
  if (cf::is_degrees_north(e.units)) {
    return AxisKind{.role = AxisRole::Y, .horizontal = Horizontal::Globe};
  }
  if (cf::is_since(e.units)) return AxisKind{.role = AxisRole::Time};
  if (e.axis == "x") return unsaid(AxisRole::X, e);
  if (e.axis == "y") return unsaid(AxisRole::Y, e);
  if (e.axis == "t") return AxisKind{.role = AxisRole::Time};
  if (e.axis == "e") return AxisKind{.role = AxisRole::Member};
  const bool levels = e.units == "level" || e.units == "layer" || e.units == "sigma_level";
  if (e.axis == "z" || !e.positive.empty() || cf::is_pressure(e.units) || levels) {
    return AxisKind{.role = AxisRole::Vertical};
  }
  return std::nullopt;
}

bool named_depth(const Evidence& e) {
  return e.standard_name.starts_with("depth") ||
         (e.standard_name.empty() && e.name.starts_with("depth"));
}

/// CF 1.11, 4.3: `positive` decides; without it pressure and depth count downwards.
void set_direction(AxisKind& kind, const Evidence& e) {
  const bool pressure = cf::is_pressure(e.units) || e.standard_name == "air_pressure" ||
                        e.standard_name == "sea_water_pressure";
  if (e.positive.empty()) {
    kind.positive_down = pressure || named_depth(e);
    return;
  }
  kind.positive_down = e.positive == "down";
  if (e.standard_name.starts_with("depth") && !kind.positive_down) {
    kind.warning = "its standard_name counts downwards and positive is 'up'; positive is taken";
  } else if ((e.standard_name.starts_with("height") || e.standard_name == "altitude") &&
             kind.positive_down) {
    kind.warning = "its standard_name counts upwards and positive is 'down'; positive is taken";
  }
}

}  // namespace

AxisKind axis_kind_of(const VariableSchema& variable, bool name_counts) {
  const Evidence e = evidence_of(variable);
  AxisKind kind;
  if (const auto said = by_attributes(e)) {
    kind = *said;
  } else if (const Row* row = name_counts ? find(kNames, e.name) : nullptr) {
    kind = AxisKind{.role = row->role, .horizontal = row->horizontal, .by_name = true};
    if (row->horizontal == Horizontal::Globe &&
        (cf::metres_of(e.units) || cf::is_radians(e.units))) {
      kind.horizontal = Horizontal::Unsaid;
    }
  }
  if (kind.horizontal == Horizontal::Unsaid && cf::is_radians(e.units)) {
    kind.horizontal = Horizontal::Angular;
  }
  if (kind.role == AxisRole::Vertical) set_direction(kind, e);
  return kind;
}

}  // namespace gyre::coverage
