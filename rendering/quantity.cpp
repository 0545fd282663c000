#include "rendering/quantity.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <numbers>
#include <string>

namespace gyre::rendering {
namespace {

struct Row {
  std::string_view words;  ///< found anywhere in the name
  Suited suited;
};

// The first row that matches wins: what qualifies a quantity stands before the quantity itself.
constexpr std::array kQuantities{
    Row{"sea_floor_depth", {"deep", RangeKind::AsFound}},
    Row{"anomaly", {"balance", RangeKind::Symmetric}},
    Row{"tendency_of", {"balance", RangeKind::Symmetric}},
    Row{"_difference", {"balance", RangeKind::Symmetric}},
    Row{"vorticity", {"curl", RangeKind::Symmetric}},
    Row{"divergence_of", {"curl", RangeKind::Symmetric}},
    Row{"eastward_", {"balance", RangeKind::Symmetric}},
    Row{"northward_", {"balance", RangeKind::Symmetric}},
    Row{"x_velocity", {"balance", RangeKind::Symmetric}},
    Row{"y_velocity", {"balance", RangeKind::Symmetric}},
    Row{"upward_air_velocity", {"balance", RangeKind::Symmetric}},
    Row{"upward_sea_water_velocity", {"balance", RangeKind::Symmetric}},
    Row{"lagrangian_tendency", {"balance", RangeKind::Symmetric}},
    Row{"downward_x_stress", {"balance", RangeKind::Symmetric}},
    Row{"downward_y_stress", {"balance", RangeKind::Symmetric}},
    Row{"sea_surface_height", {"balance", RangeKind::Symmetric}},
    Row{"sea_surface_elevation", {"balance", RangeKind::Symmetric}},
    Row{"_to_direction", {"phase", RangeKind::FullCircle}},
    Row{"_from_direction", {"phase", RangeKind::FullCircle}},
    Row{"direction_of_", {"phase", RangeKind::FullCircle}},
    Row{"sea_ice", {"ice", RangeKind::AsFound}},
    Row{"snow", {"ice", RangeKind::AsFound}},
    Row{"ice_area_fraction", {"ice", RangeKind::AsFound}},
    Row{"temperature", {"thermal", RangeKind::AsFound}},
    Row{"salinity", {"haline", RangeKind::AsFound}},
    Row{"layer_thickness", {"deep", RangeKind::AsFound}},
    Row{"mixed_layer", {"deep", RangeKind::AsFound}},
    Row{"surface_altitude", {"topo", RangeKind::Symmetric}},
    Row{"height_above_mean_sea_level", {"topo", RangeKind::Symmetric}},
    Row{"bedrock_altitude", {"topo", RangeKind::Symmetric}},
    Row{"chlorophyll", {"algae", RangeKind::AsFound}},
    Row{"phytoplankton", {"algae", RangeKind::AsFound}},
    Row{"vegetation", {"algae", RangeKind::AsFound}},
    Row{"primary_production", {"algae", RangeKind::AsFound}},
    Row{"oxygen", {"oxygen", RangeKind::AsFound}},
    Row{"nitrate", {"matter", RangeKind::AsFound}},
    Row{"phosphate", {"matter", RangeKind::AsFound}},
    Row{"silicate", {"matter", RangeKind::AsFound}},
    Row{"turbidity", {"turbid", RangeKind::AsFound}},
    Row{"attenuation", {"turbid", RangeKind::AsFound}},
    Row{"speed", {"speed", RangeKind::AsFound}},
    Row{"wave", {"amplitude", RangeKind::AsFound}},
    Row{"precipitation", {"rain", RangeKind::AsFound}},
    Row{"rainfall", {"rain", RangeKind::AsFound}},
    Row{"humidity", {"rain", RangeKind::AsFound}},
    Row{"moisture", {"rain", RangeKind::AsFound}},
    Row{"runoff", {"rain", RangeKind::AsFound}},
    Row{"cloud", {"grey", RangeKind::AsFound}},
    Row{"land_area_fraction", {"grey", RangeKind::AsFound}},
    Row{"land_binary_mask", {"grey", RangeKind::AsFound}},
    Row{"radiative", {"solar", RangeKind::AsFound}},
    Row{"radiance", {"solar", RangeKind::AsFound}},
    Row{"shortwave", {"solar", RangeKind::AsFound}},
    Row{"longwave", {"solar", RangeKind::AsFound}},
    Row{"pressure", {"dense", RangeKind::AsFound}},
    Row{"density", {"dense", RangeKind::AsFound}},
};

// Where no standard_name helps, words people use in long_name and name.
constexpr std::array kPlainWords{
    Row{"anomal", {"balance", RangeKind::Symmetric}},
    Row{"zonal", {"balance", RangeKind::Symmetric}},
    Row{"meridional", {"balance", RangeKind::Symmetric}},
    Row{"u component", {"balance", RangeKind::Symmetric}},
    Row{"v component", {"balance", RangeKind::Symmetric}},
    Row{"u-component", {"balance", RangeKind::Symmetric}},
    Row{"v-component", {"balance", RangeKind::Symmetric}},
    Row{"x wind", {"balance", RangeKind::Symmetric}},
    Row{"y wind", {"balance", RangeKind::Symmetric}},
    Row{"bathymetry", {"deep", RangeKind::AsFound}},
    Row{"topograph", {"topo", RangeKind::Symmetric}},
    Row{"relief", {"topo", RangeKind::Symmetric}},
    Row{"elevation", {"topo", RangeKind::Symmetric}},
};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_angle(const std::string& units) {
  return one_of(units, {"degree", "degrees", "deg", "degree_true", "degrees_true", "radian",
                        "radians", "rad"});
}

bool both_sides_of_zero(double low, double high) { return low < 0 && high > 0; }

std::optional<Suited> by_units(const std::string& units, const std::string& words, double low,
                               double high) {
  if (one_of(units, {"k", "kelvin", "degc", "degk", "degf", "celsius", "degrees_c", "degree_c",
                     "deg_c", "degree_celsius", "degrees_celsius", "deg c", "deg. c"})) {
    return Suited{"thermal"};
  }
  if (one_of(units, {"psu", "pss", "pss-78", "practical salinity units"})) return Suited{"haline"};
  if (is_angle(units) && words.find("direction") != std::string::npos) {
    return Suited{"phase", RangeKind::FullCircle};
  }
  if (one_of(units, {"m s-1", "m/s", "m.s-1", "meter second-1", "cm/s", "cm s-1", "knots"})) {
    return both_sides_of_zero(low, high) ? Suited{"balance", RangeKind::Symmetric}
                                         : Suited{"speed"};
  }
  if (one_of(units, {"pa", "hpa", "mb", "millibar", "mbar", "dbar"})) return Suited{"dense"};
  return std::nullopt;
}

template <std::size_t N>
std::optional<Suited> first_match(const std::array<Row, N>& table, const std::string& text) {
  for (const Row& row : table) {
    if (text.find(row.words) != std::string::npos) return row.suited;
  }
  return std::nullopt;
}

/// Topography with one side only: heights, or depths.
Suited one_sided(Suited suited, double low, double high) {
  if (suited.palette != "topo" || both_sides_of_zero(low, high)) return suited;
  return high <= 0 ? Suited{"deep-inv"} : Suited{"turbid-inv"};
}

}  // namespace

Suited suited_to(const coverage::Field& field, double low, double high) {
  const std::string standard_name = lower_case(field.standard_name);
  const std::string words = lower_case(field.long_name) + " " + lower_case(field.name);
  std::string underscored = words;
  std::replace(underscored.begin(), underscored.end(), ' ', '_');
  auto suited = first_match(kQuantities, standard_name);
  if (!suited) suited = first_match(kPlainWords, words);
  if (!suited) suited = by_units(lower_case(field.units), words, low, high);
  if (!suited) suited = first_match(kQuantities, underscored);
  if (!suited) suited = Suited{"iris"};
  // An angle is needed to go round; a wave's "direction" in another unit is no circle.
  if (suited->range == RangeKind::FullCircle && !is_angle(lower_case(field.units))) {
    suited = Suited{"iris"};
  }
  return one_sided(*suited, low, high);
}

double full_circle(const coverage::Field& field) {
  return lower_case(field.units).starts_with("rad") ? 2 * std::numbers::pi : 360;
}

}  // namespace gyre::rendering
