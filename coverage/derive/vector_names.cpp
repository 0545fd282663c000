#include "coverage/derive/vector_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <vector>

#include "coverage/cf/text.h"

namespace gyre::coverage {
namespace {

using Words = std::vector<std::string>;

Words split(std::string_view text, char separator) {
  Words words(1);
  for (const char c : text) {
    if (c == separator) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : "_") + word;
  return text;
}

bool has_word(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// CF 1.11, 3.3: what follows a blank says that it is no longer the quantity itself.
constexpr std::array<std::string_view, 4> kModifiers{"detection_minimum", "number_of_observations",
                                                     "standard_error", "status_flag"};
/// CF 1.11, appendix E: of these, the results for two components are no components.
constexpr std::array<std::string_view, 14> kNoVectors{"maximum",
                                                      "minimum",
                                                      "median",
                                                      "mid_range",
                                                      "mode",
                                                      "range",
                                                      "root_mean_square",
                                                      "standard_deviation",
                                                      "variance",
                                                      "sum_of_squares",
                                                      "maximum_absolute_value",
                                                      "minimum_absolute_value",
                                                      "mean_absolute_value",
                                                      "mean_of_upper_decile"};

/// Names that always mean a component, in files without standard_name.
struct KnownName {
  std::string_view x, y, key;
  VectorFrame frame;
};
constexpr std::array kKnownNames{
    // NEMO: along the grid's i and j.
    KnownName{"vozocrtx", "vomecrty", "sea_water_*_velocity", VectorFrame::Grid},
    KnownName{"sozocrtx", "somecrty", "sea_water_*_velocity", VectorFrame::Grid},
    // CMEMS and CMIP have the same names for either kind.
    KnownName{"uo", "vo", "*_sea_water_velocity", VectorFrame::Unsaid},
    KnownName{"water_u", "water_v", "*_sea_water_velocity", VectorFrame::Unsaid},
    KnownName{"ugos", "vgos", "surface_geostrophic_*_sea_water_velocity", VectorFrame::Unsaid},
    KnownName{"usi", "vsi", "*_sea_ice_velocity", VectorFrame::Unsaid},
    KnownName{"ua", "va", "*_wind", VectorFrame::Unsaid},
    KnownName{"uas", "vas", "*_wind", VectorFrame::Unsaid},
    KnownName{"u10", "v10", "*_wind", VectorFrame::Unsaid},
    KnownName{"u10m", "v10m", "*_wind", VectorFrame::Unsaid},
    KnownName{"uwnd", "vwnd", "*_wind", VectorFrame::Unsaid}};

bool is_speed(const std::string& units) {
  constexpr std::array<std::string_view, 14> kUnits{
      "m s-1", "m/s",    "m.s-1",  "m s^-1", "m s**-1", "meter second-1", "meters/second",
      "cm/s",  "cm s-1", "cm.s-1", "knot",   "knots",   "km/h",           "km h-1"};
  const std::string name = cf::lower(units);
  return std::find(kUnits.begin(), kUnits.end(), name) != kUnits.end();
}

std::optional<VectorComponent> by_known_name(const Field& field) {
  if (!is_speed(field.units)) return std::nullopt;
  const std::string name = cf::lower(cf::last_part(field.name));
  for (const KnownName& known : kKnownNames) {
    if (name != known.x && name != known.y) continue;
    return VectorComponent{name == known.y, known.frame, std::string(known.key)};
  }
  return std::nullopt;
}

/// "eastward wind" of files that blanks are '_' to; "eastward_wind standard_error" stays.
std::optional<std::string> plain_standard_name(const std::string& given) {
  std::string name = cf::lower(given);
  const std::string last = name.substr(name.find_last_of(' ') + 1);
  if (std::find(kModifiers.begin(), kModifiers.end(), last) != kModifiers.end()) {
    return std::nullopt;
  }
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

std::optional<VectorComponent> by_standard_name(const std::string& given) {
  const auto name = plain_standard_name(given);
  if (!name) return std::nullopt;
  Words words = split(*name, '_');
  // A product of components, a position or an angle between axes is no component.
  for (const char* other : {"coordinate", "square", "magnitude", "covariance", "angle", "mask",
                            "latitude", "longitude", "edge", "edges"}) {
    if (has_word(words, other)) return std::nullopt;
  }
  struct Word {
    std::string_view text;
    bool is_y;
    VectorFrame frame;
  };
  constexpr std::array kWords{
      Word{"eastward", false, VectorFrame::True}, Word{"northward", true, VectorFrame::True},
      Word{"x", false, VectorFrame::Grid}, Word{"y", true, VectorFrame::Grid}};
  std::optional<VectorComponent> component;
  for (std::string& word : words) {
    for (const Word& known : kWords) {
      if (word != known.text) continue;
      if (component) return std::nullopt;
      component = VectorComponent{known.is_y, known.frame, ""};
      word = "*";
      break;
    }
  }
  if (!component || words.size() < 2) return std::nullopt;
  component->key = joined(words);
  return component;
}

/// The names of CF's table that vectors come down to.
constexpr std::array<std::string_view, 30> kStandardNames{
    "wind_speed",
    "wind_to_direction",
    "eastward_wind",
    "northward_wind",
    "sea_water_speed",
    "sea_water_speed_at_sea_floor",
    "sea_water_velocity_to_direction",
    "eastward_sea_water_velocity",
    "northward_sea_water_velocity",
    "eastward_sea_water_velocity_at_sea_floor",
    "northward_sea_water_velocity_at_sea_floor",
    "barotropic_eastward_sea_water_velocity",
    "barotropic_northward_sea_water_velocity",
    "surface_eastward_sea_water_velocity",
    "surface_northward_sea_water_velocity",
    "surface_geostrophic_eastward_sea_water_velocity",
    "surface_geostrophic_northward_sea_water_velocity",
    "sea_ice_speed",
    "direction_of_sea_ice_velocity",
    "eastward_sea_ice_velocity",
    "northward_sea_ice_velocity",
    "sea_surface_wave_stokes_drift_speed",
    "sea_surface_wave_stokes_drift_to_direction",
    "sea_surface_wave_stokes_drift_eastward_velocity",
    "sea_surface_wave_stokes_drift_northward_velocity",
    "magnitude_of_surface_downward_stress",
    "surface_downward_eastward_stress",
    "surface_downward_northward_stress",
    "eastward_sea_ice_displacement",
    "northward_sea_ice_displacement"};

VectorName named(std::string name) {
  const bool known =
      std::find(kStandardNames.begin(), kStandardNames.end(), name) != kStandardNames.end();
  return {std::move(name), known};
}

/// Where `noun` stands as what the name is of: last, or before what qualifies it.
std::optional<std::size_t> noun_place(const Words& words, std::string_view noun) {
  if (has_word(words, "of")) return std::nullopt;  // the tendency of a velocity is none
  const auto found = std::find(words.rbegin(), words.rend(), noun);
  if (found == words.rend()) return std::nullopt;
  const auto place = static_cast<std::size_t>(words.rend() - found) - 1;
  if (place + 1 < words.size()) {
    constexpr std::array<std::string_view, 4> kQualifiers{"at", "due", "assuming", "in"};
    if (std::find(kQualifiers.begin(), kQualifiers.end(), words[place + 1]) == kQualifiers.end()) {
      return std::nullopt;
    }
  }
  return place;
}

std::string with_component(const Words& words, std::size_t star, std::string_view component) {
  Words full = words;
  // "sea_water_x_velocity" is "eastward_sea_water_velocity" on the globe.
  for (const std::string_view medium : {"water", "ice"}) {
    if (star < 2 || star + 1 >= words.size() || words[star + 1] != "velocity" ||
        words[star - 1] != medium || words[star - 2] != "sea") {
      continue;
    }
    full.erase(full.begin() + static_cast<std::ptrdiff_t>(star));
    full.insert(full.begin() + static_cast<std::ptrdiff_t>(star) - 2, std::string(component));
    return joined(full);
  }
  full[star] = component;
  return joined(full);
}

}  // namespace

std::optional<VectorComponent> vector_component_of(const Field& field) {
  if (!field.flags.empty()) return std::nullopt;
  for (const std::string& word :
       cf::words(cf::lower(field.attributes.text("cell_methods").value_or("")))) {
    if (std::find(kNoVectors.begin(), kNoVectors.end(), word) != kNoVectors.end()) {
      return std::nullopt;
    }
  }
  return field.standard_name.empty() ? by_known_name(field) : by_standard_name(field.standard_name);
}

VectorNames vector_names_of(const std::string& key, VectorFrame frame) {
  const Words words = split(key, '_');
  const auto star =
      static_cast<std::size_t>(std::find(words.begin(), words.end(), "*") - words.begin());
  Words rest = words;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(star));
  VectorNames names;
  if (frame == VectorFrame::Grid) {
    names.eastward = named(with_component(words, star, "eastward"));
    names.northward = named(with_component(words, star, "northward"));
  } else {
    for (const auto& [to, component] :
         {std::pair{&names.eastward, "eastward"}, std::pair{&names.northward, "northward"}}) {
      Words full = words;
      full[star] = component;
      *to = named(joined(full));
    }
  }
  if (const auto velocity = noun_place(rest, "velocity")) {
    Words speed = rest, direction = rest;
    speed[*velocity] = "speed";
    const bool drift = *velocity > 0 && rest[*velocity - 1] == "drift";
    direction[*velocity] = drift ? "to_direction" : "velocity_to_direction";
    names.speed = named(joined(speed));
    names.direction = named(joined(rest) == "sea_ice_velocity" ? "direction_of_sea_ice_velocity"
                                                               : joined(direction));
  } else if (const auto wind = noun_place(rest, "wind")) {
    Words speed = rest, direction = rest;
    speed[*wind] = "wind_speed";
    direction[*wind] = "wind_to_direction";
    names.speed = named(joined(speed));
    names.direction = named(joined(direction));
  } else {
    names.speed = named("magnitude_of_" + joined(rest));
    names.direction = named(joined(rest) + "_to_direction");
  }
  return names;
}

bool are_twin_names(const std::string& x, const std::string& y) {
  if (x.size() != y.size()) return false;
  std::size_t differing = 0;
  bool component = true;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (x[i] == y[i]) continue;
    ++differing;
    constexpr std::array<std::string_view, 6> kLetters{"uv", "UV", "xy", "XY", "en", "EN"};
    const std::string pair{x[i], y[i]};
    component = component && std::find(kLetters.begin(), kLetters.end(), pair) != kLetters.end();
  }
  return differing == 1 && component;
}

}  // namespace gyre::coverage
