#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

#include "coverage/archive/colour_range.h"

namespace gyre::coverage {
namespace {

/// Units as people write them: value * factor + offset is in the base unit of the quantity.
struct Unit {
  std::string_view name, base;
  double factor, offset;
};

constexpr std::array kUnits{
    Unit{"k", "K", 1, 0},
    Unit{"kelvin", "K", 1, 0},
    Unit{"degk", "K", 1, 0},
    Unit{"deg_k", "K", 1, 0},
    Unit{"degrees_k", "K", 1, 0},
    Unit{"degc", "K", 1, 273.15},
    Unit{"deg_c", "K", 1, 273.15},
    Unit{"deg c", "K", 1, 273.15},
    Unit{"degree_c", "K", 1, 273.15},
    Unit{"degrees_c", "K", 1, 273.15},
    Unit{"celsius", "K", 1, 273.15},
    Unit{"degree_celsius", "K", 1, 273.15},
    Unit{"degrees_celsius", "K", 1, 273.15},
    Unit{"°c", "K", 1, 273.15},
    Unit{"m s-1", "m s-1", 1, 0},
    Unit{"m s^-1", "m s-1", 1, 0},
    Unit{"m.s-1", "m s-1", 1, 0},
    Unit{"m/s", "m s-1", 1, 0},
    Unit{"meter second-1", "m s-1", 1, 0},
    Unit{"meters/second", "m s-1", 1, 0},
    Unit{"cm s-1", "m s-1", 0.01, 0},
    Unit{"cm/s", "m s-1", 0.01, 0},
    Unit{"m", "m", 1, 0},
    Unit{"meter", "m", 1, 0},
    Unit{"meters", "m", 1, 0},
    Unit{"metre", "m", 1, 0},
    Unit{"metres", "m", 1, 0},
    Unit{"cm", "m", 0.01, 0},
    Unit{"mm", "m", 0.001, 0},
    Unit{"km", "m", 1000, 0},
    Unit{"pa", "Pa", 1, 0},
    Unit{"hpa", "Pa", 100, 0},
    Unit{"mbar", "Pa", 100, 0},
    Unit{"millibar", "Pa", 100, 0},
    Unit{"1", "1", 1, 0},
    Unit{"", "1", 1, 0},
    Unit{"%", "1", 0.01, 0},
    Unit{"percent", "1", 0.01, 0},
    Unit{"1e-3", "1e-3", 1, 0},
    Unit{"0.001", "1e-3", 1, 0},
    Unit{"psu", "1e-3", 1, 0},
    Unit{"g kg-1", "1e-3", 1, 0},
    Unit{"g/kg", "1e-3", 1, 0},
    Unit{"kg kg-1", "1", 1, 0},
    Unit{"kg/kg", "1", 1, 0},
    Unit{"degree", "degree", 1, 0},
    Unit{"degrees", "degree", 1, 0},
    Unit{"deg", "degree", 1, 0},
    Unit{"degrees_true", "degree", 1, 0},
    Unit{"degree_true", "degree", 1, 0},
    Unit{"s", "s", 1, 0},
    Unit{"second", "s", 1, 0},
    Unit{"seconds", "s", 1, 0},
    Unit{"mg m-3", "mg m-3", 1, 0},
    Unit{"milligram m-3", "mg m-3", 1, 0},
    Unit{"mg/m3", "mg m-3", 1, 0},
    Unit{"mg m^-3", "mg m-3", 1, 0},
    Unit{"kg m-3", "mg m-3", 1e6, 0},
    Unit{"mmol m-3", "mmol m-3", 1, 0},
    Unit{"millimole m-3", "mmol m-3", 1, 0},
    Unit{"umol l-1", "mmol m-3", 1, 0},
    Unit{"mol m-3", "mmol m-3", 1000, 0},
};

struct Usual {
  std::string_view standard_name, base;
  double low, high;
};

// What maps of the world's oceans and air commonly show; in the base unit. Sorted by theme.
constexpr std::array kUsual{
    Usual{"sea_surface_temperature", "K", 271.15, 305.15},
    Usual{"sea_surface_foundation_temperature", "K", 271.15, 305.15},
    Usual{"sea_surface_subskin_temperature", "K", 271.15, 305.15},
    Usual{"sea_surface_skin_temperature", "K", 271.15, 305.15},
    Usual{"sea_water_temperature", "K", 271.15, 305.15},
    Usual{"sea_water_potential_temperature", "K", 271.15, 305.15},
    Usual{"sea_water_conservative_temperature", "K", 271.15, 305.15},
    Usual{"sea_water_potential_temperature_at_sea_floor", "K", 271.15, 303.15},
    Usual{"sea_water_salinity", "1e-3", 30, 40},
    Usual{"sea_water_practical_salinity", "1", 30, 40},
    Usual{"sea_water_absolute_salinity", "1e-3", 30, 40},
    Usual{"sea_surface_salinity", "1e-3", 30, 40},
    Usual{"sea_surface_height_above_geoid", "m", -2, 2},
    Usual{"sea_surface_height_above_sea_level", "m", -0.5, 0.5},
    Usual{"eastward_sea_water_velocity", "m s-1", -1, 1},
    Usual{"northward_sea_water_velocity", "m s-1", -1, 1},
    Usual{"sea_water_x_velocity", "m s-1", -1, 1},
    Usual{"sea_water_y_velocity", "m s-1", -1, 1},
    Usual{"sea_water_speed", "m s-1", 0, 1.5},
    Usual{"surface_geostrophic_eastward_sea_water_velocity", "m s-1", -1, 1},
    Usual{"surface_geostrophic_northward_sea_water_velocity", "m s-1", -1, 1},
    Usual{"ocean_mixed_layer_thickness_defined_by_sigma_theta", "m", 0, 200},
    Usual{"sea_ice_area_fraction", "1", 0, 1},
    Usual{"sea_ice_thickness", "m", 0, 4},
    Usual{"eastward_sea_ice_velocity", "m s-1", -0.5, 0.5},
    Usual{"northward_sea_ice_velocity", "m s-1", -0.5, 0.5},
    Usual{"sea_surface_wave_significant_height", "m", 0, 10},
    Usual{"sea_surface_wave_from_direction", "degree", 0, 360},
    Usual{"sea_surface_wave_to_direction", "degree", 0, 360},
    Usual{"sea_surface_wave_mean_period", "s", 0, 16},
    Usual{"sea_surface_wave_period_at_variance_spectral_density_maximum", "s", 0, 20},
    Usual{"mass_concentration_of_chlorophyll_a_in_sea_water", "mg m-3", 0, 3},
    Usual{"mole_concentration_of_nitrate_in_sea_water", "mmol m-3", 0, 40},
    Usual{"mole_concentration_of_phosphate_in_sea_water", "mmol m-3", 0, 3},
    Usual{"mole_concentration_of_dissolved_molecular_oxygen_in_sea_water", "mmol m-3", 0, 400},
    Usual{"air_temperature", "K", 233.15, 313.15},
    Usual{"surface_temperature", "K", 233.15, 313.15},
    Usual{"eastward_wind", "m s-1", -20, 20},
    Usual{"northward_wind", "m s-1", -20, 20},
    Usual{"x_wind", "m s-1", -20, 20},
    Usual{"y_wind", "m s-1", -20, 20},
    Usual{"wind_speed", "m s-1", 0, 25},
    Usual{"wind_from_direction", "degree", 0, 360},
    Usual{"wind_to_direction", "degree", 0, 360},
    Usual{"air_pressure_at_mean_sea_level", "Pa", 95000, 105000},
    Usual{"air_pressure_at_sea_level", "Pa", 95000, 105000},
    Usual{"relative_humidity", "1", 0, 1},
    Usual{"cloud_area_fraction", "1", 0, 1},
    Usual{"land_area_fraction", "1", 0, 1},
    Usual{"land_binary_mask", "1", 0, 1},
};

std::string simplified(std::string_view units) {
  std::string text;
  for (const char c : units) {
    if (c == ' ' && (text.empty() || text.back() == ' ')) continue;
    text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace

std::optional<std::pair<double, double>> usual_range(std::string_view standard_name,
                                                     std::string_view units) {
  const auto* const usual = std::find_if(kUsual.begin(), kUsual.end(), [&](const Usual& one) {
    return one.standard_name == standard_name;
  });
  if (usual == kUsual.end()) return std::nullopt;
  const std::string written = simplified(units);
  const auto* const unit = std::find_if(kUnits.begin(), kUnits.end(),
                                        [&](const Unit& one) { return one.name == written; });
  if (unit == kUnits.end()) return std::nullopt;
  // Practical salinity is "1", "psu" or "1e-3", whatever the name says.
  const bool salinity = standard_name.find("salinity") != std::string_view::npos &&
                        (unit->base == "1" || unit->base == "1e-3") && unit->factor == 1;
  if (unit->base != usual->base && !salinity) return std::nullopt;
  const auto in_units = [&](double value) { return (value - unit->offset) / unit->factor; };
  // 271.15 K is -2 degC: without the rounding it would be -1.99999.
  const auto clean = [](double value) { return std::round(value * 1e9) / 1e9; };
  return std::pair{clean(in_units(usual->low)), clean(in_units(usual->high))};
}

}  // namespace gyre::coverage
