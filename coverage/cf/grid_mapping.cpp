#include "coverage/cf/grid_mapping.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/earth_shape.h"
#include "coverage/cf/text.h"
#include "coverage/cf/units.h"

namespace gyre::coverage {
namespace {

using cf::EarthShape;

constexpr double kDegree = 0.017453292519943295;

[[noreturn]] void refuse(const std::string& subject, const std::string& message) {
  throw Error(ErrorKind::UnsupportedHolding, subject, message);
}

/// The parameters of one grid mapping, asked for by name.
class Parameters {
 public:
  Parameters(const Attributes& attributes, std::string mapping)
      : attributes_(attributes), mapping_(std::move(mapping)) {}

  [[nodiscard]] bool has(const char* name) const { return attributes_.number(name).has_value(); }
  /// @throws Error when absent
  [[nodiscard]] double number(const char* name) const {
    const auto found = attributes_.number(name);
    if (!found || !std::isfinite(*found)) {
      refuse(name, fmt::format("its grid mapping {} lacks the number '{}'", mapping_, name));
    }
    return *found;
  }
  [[nodiscard]] double number_or(const char* name, double fallback) const {
    return has(name) ? number(name) : fallback;
  }
  /// Either name: CF renamed some.
  [[nodiscard]] double either(const char* name, const char* old_name) const {
    return has(name) || !has(old_name) ? number(name) : number(old_name);
  }
  /// One or two standard parallels.
  [[nodiscard]] std::vector<double> parallels() const {
    std::vector<double> found = attributes_.numbers("standard_parallel");
    if (found.empty() || found.size() > 2) {
      refuse("standard_parallel",
             fmt::format("its grid mapping {} needs one or two numbers in 'standard_parallel'",
                         mapping_));
    }
    return found;
  }
  [[nodiscard]] std::string text(const char* name) const {
    return cf::lower(attributes_.text(name).value_or(""));
  }
  [[nodiscard]] const std::string& mapping() const { return mapping_; }

 private:
  const Attributes& attributes_;
  std::string mapping_;
};

std::string conic(const Parameters& p, const char* projection) {
  const std::vector<double> parallels = p.parallels();
  std::string text = fmt::format("+proj={} +lat_1={}", projection, parallels.front());
  if (parallels.size() == 2) text += fmt::format(" +lat_2={}", parallels.back());
  return text + fmt::format(" +lat_0={} +lon_0={}", p.number("latitude_of_projection_origin"),
                            p.number("longitude_of_central_meridian"));
}

std::string centred(const Parameters& p, const char* projection) {
  return fmt::format("+proj={} +lat_0={} +lon_0={}", projection,
                     p.number("latitude_of_projection_origin"),
                     p.number("longitude_of_projection_origin"));
}

/// CF requires latitude_of_projection_origin; writers that follow EPSG's variant B (pyproj among
/// them) leave it out, and the true scale's parallel tells the pole by its sign.
double pole_of(const Parameters& p) {
  if (p.has("latitude_of_projection_origin") || !p.has("standard_parallel"))
    return p.number("latitude_of_projection_origin");
  return std::copysign(90.0, p.number("standard_parallel"));
}

std::string polar_stereographic(const Parameters& p) {
  const double pole = pole_of(p);
  if (std::abs(std::abs(pole) - 90) > 1e-6) {
    refuse("latitude_of_projection_origin",
           fmt::format("its grid mapping polar_stereographic has its origin at latitude {}, which "
                       "is no pole",
                       pole));
  }
  const double meridian =
      p.either("straight_vertical_longitude_from_pole", "longitude_of_projection_origin");
  std::string text = fmt::format("+proj=stere +lat_0={} +lon_0={}", pole, meridian);
  if (p.has("standard_parallel")) {
    // Some files give the southern parallel without its sign; it is on the side of the origin.
    return text +
           fmt::format(" +lat_ts={}", std::copysign(std::abs(p.number("standard_parallel")), pole));
  }
  return text + fmt::format(" +k_0={}", p.number("scale_factor_at_projection_origin"));
}

std::string mercator(const Parameters& p) {
  const std::string text =
      fmt::format("+proj=merc +lon_0={}", p.number("longitude_of_projection_origin"));
  if (p.has("standard_parallel")) {
    return text + fmt::format(" +lat_ts={}", p.number("standard_parallel"));
  }
  return text + fmt::format(" +k_0={}", p.number("scale_factor_at_projection_origin"));
}

std::string cylindrical_equal_area(const Parameters& p, const EarthShape& earth) {
  const double meridian =
      p.either("longitude_of_central_meridian", "longitude_of_projection_origin");
  double parallel = 0;
  if (p.has("standard_parallel")) {
    parallel = p.number("standard_parallel");
  } else {
    // k = cos(t) / sqrt(1 - e2 sin2(t)), solved for the parallel t.
    const double k = p.number("scale_factor_at_projection_origin");
    const double sine2 = (1 - k * k) / (1 - earth.eccentricity_squared() * k * k);
    if (!(sine2 >= 0 && sine2 <= 1)) {
      refuse("scale_factor_at_projection_origin",
             fmt::format("its grid mapping has a scale factor of {}, which no parallel has", k));
    }
    parallel = std::asin(std::sqrt(sine2)) / kDegree;
  }
  return fmt::format("+proj=cea +lat_ts={} +lon_0={}", parallel, meridian);
}

std::string geostationary(const Parameters& p) {
  if (p.number_or("latitude_of_projection_origin", 0) != 0) {
    refuse("latitude_of_projection_origin",
           "its geostationary satellite does not stand over the equator");
  }
  std::string sweep = p.text("sweep_angle_axis");
  const std::string fixed = p.text("fixed_angle_axis");
  if (sweep.empty() && !fixed.empty()) sweep = fixed == "x" ? "y" : "x";
  if (sweep.empty()) sweep = "y";
  if (sweep != "x" && sweep != "y") {
    refuse("sweep_angle_axis", fmt::format("its sweep_angle_axis is '{}', neither x nor y", sweep));
  }
  return fmt::format("+proj=geos +h={} +lon_0={} +sweep={}", p.number("perspective_point_height"),
                     p.number("longitude_of_projection_origin"), sweep);
}

std::string oblique_mercator(const Parameters& p) {
  // CF has no angle between rectified and skew grid: x and y are along and across the central line,
  // as pyproj has it.
  return fmt::format("+proj=omerc +alpha={} +gamma=0 +lat_0={} +lonc={} +k_0={}",
                     p.number("azimuth_of_central_line"), p.number("latitude_of_projection_origin"),
                     p.number("longitude_of_projection_origin"),
                     p.number("scale_factor_at_projection_origin"));
}

std::string transverse_mercator(const Parameters& p) {
  return fmt::format(
      "+proj=tmerc +lat_0={} +lon_0={} +k_0={}", p.number("latitude_of_projection_origin"),
      p.number("longitude_of_central_meridian"), p.number("scale_factor_at_central_meridian"));
}

std::string stereographic(const Parameters& p) {
  return centred(p, "stere") +
         fmt::format(" +k_0={}", p.number("scale_factor_at_projection_origin"));
}

std::string vertical_perspective(const Parameters& p) {
  return centred(p, "nsper") + fmt::format(" +h={}", p.number("perspective_point_height"));
}

std::string sinusoidal(const Parameters& p) {
  return fmt::format("+proj=sinu +lon_0={}",
                     p.either("longitude_of_projection_origin", "longitude_of_central_meridian"));
}

/// CF 1.11, appendix F, in PROJ's words; earth's shape, false origin and units are common to all.
std::string projection_of(const Parameters& p, const EarthShape& earth) {
  const std::string& name = p.mapping();
  if (name == "albers_conical_equal_area") return conic(p, "aea");
  if (name == "azimuthal_equidistant") return centred(p, "aeqd");
  if (name == "geostationary") return geostationary(p);
  if (name == "lambert_azimuthal_equal_area") return centred(p, "laea");
  if (name == "lambert_conformal_conic") return conic(p, "lcc");
  if (name == "lambert_cylindrical_equal_area") return cylindrical_equal_area(p, earth);
  if (name == "mercator") return mercator(p);
  if (name == "oblique_mercator") return oblique_mercator(p);
  if (name == "orthographic") return centred(p, "ortho");
  if (name == "polar_stereographic") return polar_stereographic(p);
  if (name == "sinusoidal") return sinusoidal(p);
  if (name == "stereographic") return stereographic(p);
  if (name == "transverse_mercator") return transverse_mercator(p);
  if (name == "vertical_perspective") return vertical_perspective(p);
  refuse(name, fmt::format("its grid mapping '{}' is not one that is served yet", name));
}

/// "lambert_conformal_conic" -> "Lambert conformal conic": what people read where no authority has
/// a name.
std::string title_of(const std::string& mapping) {
  std::string title = mapping;
  std::replace(title.begin(), title.end(), '_', ' ');
  title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
  return title;
}

Crs geographic(const EarthShape& earth) {
  if (earth.wgs84 && earth.prime_meridian == 0 && earth.towgs84.empty()) return {};
  const std::string title =
      earth.inverse_flattening == 0
          ? fmt::format("Longitude and latitude on a sphere of radius {} m", earth.semi_major)
          : "Longitude and latitude on the grid mapping's ellipsoid";
  return Crs::from_definition(fmt::format("+title={} +proj=longlat {}", title, earth.proj()));
}

/// A geographic CRS derived by turning the pole, with the parameters CF names.
Crs rotated_pole(const Parameters& p, const EarthShape& earth) {
  const double latitude = p.number("grid_north_pole_latitude");
  const double longitude = p.number("grid_north_pole_longitude");
  const double turn = p.number_or("north_pole_grid_longitude", 0);
  const std::string base = Crs::from_definition("+proj=longlat " + earth.proj()).wkt2();
  // GEOGCRS["name",DATUM[...],PRIMEM[...],CS[...]...: datum and prime meridian are taken over.
  const auto datum = base.find(',') + 1;
  const auto system = base.find(",CS[");
  const std::string wkt = fmt::format(
      "GEOGCRS[\"Rotated pole\",BASEGEOGCRS[\"unknown\",{}],"
      "DERIVINGCONVERSION[\"Pole rotation\",METHOD[\"Pole rotation (netCDF CF convention)\"],"
      "PARAMETER[\"Grid north pole latitude (netCDF CF convention)\",{},"
      "ANGLEUNIT[\"degree\",0.0174532925199433]],"
      "PARAMETER[\"Grid north pole longitude (netCDF CF convention)\",{},"
      "ANGLEUNIT[\"degree\",0.0174532925199433]],"
      "PARAMETER[\"North pole grid longitude (netCDF CF convention)\",{},"
      "ANGLEUNIT[\"degree\",0.0174532925199433]]],"
      "CS[ellipsoidal,2],AXIS[\"longitude\",east,ORDER[1],"
      "ANGLEUNIT[\"degree\",0.0174532925199433]],AXIS[\"latitude\",north,ORDER[2],"
      "ANGLEUNIT[\"degree\",0.0174532925199433]]]",
      base.substr(datum, system - datum), latitude, longitude, turn);
  return Crs::from_definition(wkt);
}

/// Attributes that tell a CRS as text: crs_wkt (CF 1.11, 5.6), spatial_ref (GDAL), and what other
/// writers call the same, or a PROJ string, or an EPSG code.
constexpr std::array<const char*, 12> kTexts{"crs_wkt",     "spatial_ref",  "esri_pe_string",
                                             "proj4",       "proj4_params", "proj4text",
                                             "proj4string", "proj_params",  "crs",
                                             "epsg_code",   "EPSG_code",    "wkt"};

/// The factor from radians of scan to metres at the satellite's height.
double metres_per_radian(const Crs& crs, const char* attribute) {
  const auto height = crs.projection_parameter("Satellite Height");
  if (!height) {
    refuse(attribute, fmt::format("its x and y are in radians, but the projection of its attribute "
                                  "{} is not geostationary",
                                  attribute));
  }
  return *height;
}

/// The CRS of a text in the units of the coordinates.
Crs in_units_of(const Crs& crs, const std::string& x_units, const char* attribute) {
  if (crs.is_geographic() || crs.is_rotated_pole()) return crs;
  if (const auto radians = cf::radians_of(x_units)) {
    return crs.in_unit("radian", *radians * metres_per_radian(crs, attribute));
  }
  const auto metres = cf::metres_of(x_units);
  if (!metres) {
    if (x_units.empty()) return crs;
    refuse("units", fmt::format("its x and y are in '{}', and the projection of its attribute {} "
                                "wants a unit of length (m, km)",
                                x_units, attribute));
  }
  if (std::abs(*metres - crs.metres_per_unit()) < 1e-9 * *metres) return crs;
  return crs.in_unit(*metres == 1 ? "metre" : "kilometre", *metres);
}

/// "+proj=geos +a=0.178 +h=1": an Earth scaled down to the satellite's height, so that PROJ's
/// metres are radians. Nothing leads from there to the Earth of others, so it is scaled up again.
std::string at_true_size(const std::string& text) {
  constexpr double kSmallestEarth_m = 1e6;
  constexpr double kEarth_m = 6378137;
  std::istringstream stream(text);
  std::vector<std::string> words;
  double scale = 1;
  bool is_geostationary = false;
  for (std::string word; stream >> word; words.push_back(word)) {
    is_geostationary = is_geostationary || word == "+proj=geos";
    if (!word.starts_with("+a=")) continue;
    const double semi_major = std::strtod(word.c_str() + 3, nullptr);
    if (semi_major > 0 && semi_major < kSmallestEarth_m) scale = kEarth_m / semi_major;
  }
  if (!is_geostationary || scale == 1) return text;
  std::string scaled;
  for (const std::string& word : words) {
    const bool length =
        word.starts_with("+a=") || word.starts_with("+b=") || word.starts_with("+h=");
    const double metres = length ? scale * std::strtod(word.c_str() + 3, nullptr) : 0;
    scaled += (length ? fmt::format("{}{}", word.substr(0, 3), metres) : word) + " ";
  }
  return scaled;
}

Crs crs_from_text(const std::string& text) {
  const bool is_code = text.find_first_of("+[{ ") == std::string::npos;
  return is_code ? Crs::from_user_input(text) : Crs::from_definition(at_true_size(text));
}

/// CF 1.11, appendix F. Delft3D's "Unknown projected" is none: its text tells.
bool is_name_of_cf(const std::string& name) {
  static constexpr std::array<std::string_view, 16> kNames{"albers_conical_equal_area",
                                                           "azimuthal_equidistant",
                                                           "geostationary",
                                                           "lambert_azimuthal_equal_area",
                                                           "lambert_conformal_conic",
                                                           "lambert_cylindrical_equal_area",
                                                           "latitude_longitude",
                                                           "mercator",
                                                           "oblique_mercator",
                                                           "orthographic",
                                                           "polar_stereographic",
                                                           "rotated_latitude_longitude",
                                                           "sinusoidal",
                                                           "stereographic",
                                                           "transverse_mercator",
                                                           "vertical_perspective"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace

std::optional<Crs> crs_from_texts(const Attributes& attributes, const std::string& x_units) {
  const char* unusable = nullptr;
  for (const char* const attribute : kTexts) {
    const auto text = attributes.text(attribute);
    if (!text) continue;
    std::optional<Crs> crs;
    try {
      crs = crs_from_text(*text);
    } catch (const Error&) {
      unusable = unusable == nullptr ? attribute : unusable;
      continue;
    }
    return in_units_of(*crs, x_units, attribute);
  }
  if (unusable != nullptr) {
    refuse(unusable, fmt::format("its CRS is told by the attribute {} alone, and what that says is "
                                 "no CRS that PROJ knows",
                                 unusable));
  }
  return std::nullopt;
}

Crs crs_from_grid_mapping(const Attributes& grid_mapping, const std::string& x_units) {
  const std::string name = cf::lower(grid_mapping.text("grid_mapping_name").value_or(""));
  if (name.empty()) {
    if (const auto crs = crs_from_texts(grid_mapping, x_units)) return *crs;
    refuse("grid_mapping_name",
           "its grid mapping variable has no attribute grid_mapping_name, crs_wkt or spatial_ref");
  }
  if (!is_name_of_cf(name)) {
    if (const auto crs = crs_from_texts(grid_mapping, x_units)) return *crs;
  }
  const Parameters p(grid_mapping, name);
  const EarthShape earth = cf::earth_shape_of(grid_mapping);
  try {
    if (name == "latitude_longitude") return geographic(earth);
    if (name == "rotated_latitude_longitude") return rotated_pole(p, earth);
    const std::string projection = projection_of(p, earth);
    auto metres = cf::metres_of(x_units.empty() ? "m" : x_units);
    const auto radians = cf::radians_of(x_units);
    if (radians && name == "geostationary") {
      // CF 1.11, appendix F: x and y are scan angles; times the height they are PROJ's metres.
      metres = *radians * p.number("perspective_point_height");
    }
    if (!metres) {
      refuse("units",
             fmt::format("its x and y are in '{}', and its grid mapping {} wants a unit of "
                         "length (m, km)",
                         x_units, name));
    }
    const Crs crs = Crs::from_definition(fmt::format(
        "+title={} {} +x_0={} +y_0={} {} +units={} +no_defs", title_of(name), projection,
        p.number_or("false_easting", 0) * *metres, p.number_or("false_northing", 0) * *metres,
        earth.proj(), *metres == 1000 ? "km" : "m"));
    return radians ? crs.in_unit("radian", *metres) : crs;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::CrsNotSupported) throw;
    refuse(name, fmt::format("its grid mapping {} has parameters that make no projection", name));
  }
}

}  // namespace gyre::coverage
