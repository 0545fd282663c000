#include "coverage/source/gdal/grib_parameters.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace gyre::coverage {
namespace {

struct Known {
  int discipline, category, number;
  GribMeaning meaning;
};

/// Of code table 4.2 what oceans and atmospheres are usually told by.
constexpr std::array kKnown{
    Known{0, 0, 0, {"t", "air_temperature", "K", "Temperature"}},
    Known{0, 0, 2, {"pt", "air_potential_temperature", "K", "Potential temperature"}},
    Known{0, 0, 4, {"mx2t", "air_temperature", "K", "Maximum temperature"}},
    Known{0, 0, 5, {"mn2t", "air_temperature", "K", "Minimum temperature"}},
    Known{0, 0, 6, {"dpt", "dew_point_temperature", "K", "Dew point temperature"}},
    Known{0, 0, 10, {"lhtfl", "surface_upward_latent_heat_flux", "W m-2", "Latent heat flux"}},
    Known{0, 0, 11, {"shtfl", "surface_upward_sensible_heat_flux", "W m-2", "Sensible heat flux"}},
    Known{0, 0, 17, {"skt", "surface_temperature", "K", "Skin temperature"}},
    Known{0, 1, 0, {"q", "specific_humidity", "kg kg-1", "Specific humidity"}},
    Known{0, 1, 1, {"r", "relative_humidity", "%", "Relative humidity"}},
    Known{0, 1, 2, {"mixr", "humidity_mixing_ratio", "kg kg-1", "Humidity mixing ratio"}},
    Known{0, 1, 3, {"pwat", "", "kg m-2", "Precipitable water"}},
    Known{0, 1, 7, {"prate", "precipitation_flux", "kg m-2 s-1", "Precipitation rate"}},
    Known{0, 1, 8, {"tp", "precipitation_amount", "kg m-2", "Total precipitation"}},
    Known{0, 1, 11, {"sde", "surface_snow_thickness", "m", "Snow depth"}},
    Known{0, 1, 13, {"sdwe", "surface_snow_amount", "kg m-2", "Water equivalent of snow"}},
    Known{0, 1, 52, {"tprate", "precipitation_flux", "kg m-2 s-1", "Total precipitation rate"}},
    Known{0, 2, 0, {"wdir", "wind_from_direction", "degree", "Wind direction"}},
    Known{0, 2, 1, {"ws", "wind_speed", "m s-1", "Wind speed"}},
    Known{0, 2, 2, {"u", "eastward_wind", "m s-1", "u component of wind", "x_wind"}},
    Known{0, 2, 3, {"v", "northward_wind", "m s-1", "v component of wind", "y_wind"}},
    Known{0, 2, 8, {"w", "lagrangian_tendency_of_air_pressure", "Pa s-1", "Vertical velocity"}},
    Known{0, 2, 9, {"wz", "upward_air_velocity", "m s-1", "Geometric vertical velocity"}},
    Known{0, 2, 10, {"absv", "atmosphere_absolute_vorticity", "s-1", "Absolute vorticity"}},
    Known{0,
          2,
          17,
          {"utaua", "surface_downward_eastward_stress", "Pa", "Momentum flux, u component",
           "surface_downward_x_stress"}},
    Known{0,
          2,
          18,
          {"vtaua", "surface_downward_northward_stress", "Pa", "Momentum flux, v component",
           "surface_downward_y_stress"}},
    Known{0, 2, 22, {"gust", "wind_speed_of_gust", "m s-1", "Wind speed (gust)"}},
    Known{0, 3, 0, {"pres", "air_pressure", "Pa", "Pressure"}},
    Known{0,
          3,
          1,
          {"prmsl", "air_pressure_at_mean_sea_level", "Pa", "Pressure reduced to mean sea level"}},
    Known{0, 3, 4, {"z", "geopotential", "m2 s-2", "Geopotential"}},
    Known{0, 3, 5, {"gh", "geopotential_height", "m", "Geopotential height"}},
    Known{0,
          4,
          7,
          {"dswrf", "surface_downwelling_shortwave_flux_in_air", "W m-2",
           "Downward short-wave radiation flux"}},
    Known{0,
          5,
          3,
          {"dlwrf", "surface_downwelling_longwave_flux_in_air", "W m-2",
           "Downward long-wave radiation flux"}},
    Known{0, 6, 1, {"tcc", "cloud_area_fraction", "%", "Total cloud cover"}},
    Known{0,
          7,
          6,
          {"cape", "atmosphere_convective_available_potential_energy", "J kg-1",
           "Convective available potential energy"}},
    Known{0, 19, 0, {"vis", "visibility_in_air", "m", "Visibility"}},
    Known{2, 0, 0, {"lsm", "land_area_fraction", "1", "Land cover (0 = sea, 1 = land)"}},
    Known{10,
          0,
          3,
          {"swh", "sea_surface_wave_significant_height", "m",
           "Significant height of combined wind waves and swell"}},
    Known{10,
          0,
          4,
          {"wvdir", "sea_surface_wind_wave_from_direction", "degree", "Direction of wind waves"}},
    Known{10,
          0,
          5,
          {"shww", "sea_surface_wind_wave_significant_height", "m",
           "Significant height of wind waves"}},
    Known{10, 0, 6, {"mpww", "sea_surface_wind_wave_period", "s", "Mean period of wind waves"}},
    Known{10,
          0,
          7,
          {"swdir", "sea_surface_swell_wave_from_direction", "degree", "Direction of swell waves"}},
    Known{10,
          0,
          8,
          {"shts", "sea_surface_swell_wave_significant_height", "m",
           "Significant height of swell waves"}},
    Known{10, 0, 9, {"mpts", "sea_surface_swell_wave_period", "s", "Mean period of swell waves"}},
    Known{10,
          0,
          10,
          {"dirpw", "sea_surface_wave_from_direction", "degree", "Primary wave direction"}},
    Known{10, 0, 11, {"perpw", "", "s", "Primary wave mean period"}},
    Known{10, 1, 0, {"dirc", "sea_water_velocity_to_direction", "degree", "Current direction"}},
    Known{10, 1, 1, {"spc", "sea_water_speed", "m s-1", "Current speed"}},
    Known{10,
          1,
          2,
          {"uo", "eastward_sea_water_velocity", "m s-1", "u component of current",
           "sea_water_x_velocity"}},
    Known{10,
          1,
          3,
          {"vo", "northward_sea_water_velocity", "m s-1", "v component of current",
           "sea_water_y_velocity"}},
    Known{10, 2, 0, {"icec", "sea_ice_area_fraction", "1", "Ice cover"}},
    Known{10, 2, 1, {"icetk", "sea_ice_thickness", "m", "Ice thickness"}},
    Known{10,
          2,
          4,
          {"uice", "eastward_sea_ice_velocity", "m s-1", "u component of ice drift",
           "sea_ice_x_velocity"}},
    Known{10,
          2,
          5,
          {"vice", "northward_sea_ice_velocity", "m s-1", "v component of ice drift",
           "sea_ice_y_velocity"}},
    Known{10, 3, 0, {"wtmp", "sea_water_temperature", "K", "Water temperature"}},
    Known{10, 3, 1, {"dslm", "", "m", "Deviation of sea level from mean"}},
    Known{10, 4, 3, {"salty", "", "kg kg-1", "Salinity"}},
};

struct Alias {
  int number, discipline, category, number2;
};

/// Table 2 of the WMO, below 128, as NCEP and ECMWF have it too.
constexpr std::array kWmo{
    Alias{1, 0, 3, 0},     Alias{2, 0, 3, 1},    Alias{6, 0, 3, 4},    Alias{7, 0, 3, 5},
    Alias{11, 0, 0, 0},    Alias{13, 0, 0, 2},   Alias{15, 0, 0, 4},   Alias{16, 0, 0, 5},
    Alias{17, 0, 0, 6},    Alias{31, 0, 2, 0},   Alias{32, 0, 2, 1},   Alias{33, 0, 2, 2},
    Alias{34, 0, 2, 3},    Alias{39, 0, 2, 8},   Alias{40, 0, 2, 9},   Alias{41, 0, 2, 10},
    Alias{47, 10, 1, 0},   Alias{48, 10, 1, 1},  Alias{49, 10, 1, 2},  Alias{50, 10, 1, 3},
    Alias{51, 0, 1, 0},    Alias{52, 0, 1, 1},   Alias{53, 0, 1, 2},   Alias{54, 0, 1, 3},
    Alias{59, 0, 1, 7},    Alias{61, 0, 1, 8},   Alias{65, 0, 1, 13},  Alias{66, 0, 1, 11},
    Alias{71, 0, 6, 1},    Alias{80, 10, 3, 0},  Alias{81, 2, 0, 0},   Alias{82, 10, 3, 1},
    Alias{88, 10, 4, 3},   Alias{91, 10, 2, 0},  Alias{92, 10, 2, 1},  Alias{95, 10, 2, 4},
    Alias{96, 10, 2, 5},   Alias{100, 10, 0, 3}, Alias{101, 10, 0, 4}, Alias{102, 10, 0, 5},
    Alias{103, 10, 0, 6},  Alias{104, 10, 0, 7}, Alias{105, 10, 0, 8}, Alias{106, 10, 0, 9},
    Alias{107, 10, 0, 10}, Alias{108, 10, 0, 11}};

/// Table 128 of ECMWF, where units are those of GRIB 2.
constexpr std::array kEcmwf128{Alias{129, 0, 3, 4},  Alias{130, 0, 0, 0}, Alias{131, 0, 2, 2},
                               Alias{132, 0, 2, 3},  Alias{133, 0, 1, 0}, Alias{134, 0, 3, 0},
                               Alias{135, 0, 2, 8},  Alias{151, 0, 3, 1}, Alias{156, 0, 3, 5},
                               Alias{157, 0, 1, 1},  Alias{165, 0, 2, 2}, Alias{166, 0, 2, 3},
                               Alias{167, 0, 0, 0},  Alias{168, 0, 0, 6}, Alias{172, 2, 0, 0},
                               Alias{235, 0, 0, 17}, Alias{31, 10, 2, 0}, Alias{3, 0, 0, 2}};

/// Table 140 of ECMWF: waves.
constexpr std::array kEcmwf140{Alias{229, 10, 0, 3}, Alias{234, 10, 0, 5}, Alias{237, 10, 0, 8}};

struct LevelName {
  int type;
  const char* name;
  GribVertical vertical;  ///< its name null: no positions
};

constexpr std::array kLevels{
    LevelName{1, "", {}},
    LevelName{2, "cloud_base", {}},
    LevelName{3, "cloud_top", {}},
    LevelName{4, "isotherm_zero", {}},
    LevelName{6, "maximum_wind", {}},
    LevelName{7, "tropopause", {}},
    LevelName{8, "top_of_atmosphere", {}},
    LevelName{10, "entire_atmosphere", {}},
    LevelName{20, "isothermal", {"temperature", "air_temperature", "K", "up"}},
    LevelName{100, "isobaric", {"isobaric", "air_pressure", "Pa", "down"}},
    LevelName{101, "mean_sea", {}},
    LevelName{102, "altitude", {"altitude", "altitude", "m", "up"}},
    LevelName{103, "height", {"height", "height", "m", "up"}},
    LevelName{104, "sigma", {"sigma", "atmosphere_sigma_coordinate", "1", "down"}},
    LevelName{105, "hybrid", {"hybrid", "", "1", "down"}},
    LevelName{106, "soil", {"depth", "depth", "m", "down"}},
    LevelName{107, "isentropic", {"isentropic", "air_potential_temperature", "K", "up"}},
    LevelName{108, "above_ground", {"pressure_difference", "", "Pa", "up"}},
    LevelName{160, "depth", {"depth", "depth", "m", "down"}},
    LevelName{200, "entire_atmosphere", {}},
};

const LevelName* level_named(int type) {
  const auto found = std::find_if(kLevels.begin(), kLevels.end(),
                                  [type](const LevelName& one) { return one.type == type; });
  return found == kLevels.end() ? nullptr : &*found;
}

template <typename Aliases>
bool take_alias(const Aliases& aliases, int number, GribParameter& parameter) {
  for (const Alias& one : aliases) {
    if (one.number != number) continue;
    parameter = {one.discipline, one.category, one.number2, 0, 0};
    return true;
  }
  return false;
}

}  // namespace

const GribMeaning* meaning_of(const GribParameter& parameter) {
  if (parameter.centre != 0) return nullptr;
  for (const Known& one : kKnown) {
    if (one.discipline == parameter.discipline && one.category == parameter.category &&
        one.number == parameter.number) {
      return &one.meaning;
    }
  }
  return nullptr;
}

GribParameter parameter_of_grib1(int table, int centre, int number) {
  constexpr int kEcmwf = 98, kNewestOfWmo = 3, kLocal = 128, kWaves = 140;
  GribParameter parameter{255, 255, number, table, centre};
  if (table <= kNewestOfWmo && number < kLocal && take_alias(kWmo, number, parameter)) {
    return parameter;
  }
  if (centre == kEcmwf && table == kLocal && take_alias(kEcmwf128, number, parameter)) {
    return parameter;
  }
  if (centre == kEcmwf && table == kWaves) take_alias(kEcmwf140, number, parameter);
  return parameter;
}

std::string name_of_level(const GribLevel& level) {
  const LevelName* const known = level_named(level.type);
  std::string name = known != nullptr ? known->name : fmt::format("level_{}", level.type);
  if (level.second_type != 255 && vertical_of(level) != nullptr) name += "_layer";
  return name;
}

const GribVertical* vertical_of(const GribLevel& level) {
  const LevelName* const known = level_named(level.type);
  if (known == nullptr || known->vertical.name == nullptr) return nullptr;
  // A layer between levels of two kinds has no middle.
  if (level.second_type != 255 && level.second_type != level.type) return nullptr;
  return &known->vertical;
}

std::string name_of_statistics(int statistics) {
  constexpr std::array kNames{"mean", "sum", "maximum", "minimum", "difference"};
  if (statistics >= 0 && statistics < static_cast<int>(kNames.size())) {
    return kNames.at(static_cast<std::size_t>(statistics));
  }
  return {};
}

}  // namespace gyre::coverage
