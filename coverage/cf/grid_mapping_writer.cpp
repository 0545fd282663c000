#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

#include "coverage/cf/grid_mapping.h"

namespace gyre::coverage {
namespace {

using nlohmann::json;

/// CF's word for a method of PROJ (CF 1.11, appendix F). Stereographic of a pole is CF's
/// polar_stereographic; the web's Mercator has none.
struct Method {
  std::string_view proj, cf;
};
constexpr std::array<Method, 14> kMethods{
    {{"Polar Stereographic (variant A)", "polar_stereographic"},
     {"Polar Stereographic (variant B)", "polar_stereographic"},
     {"Stereographic", "stereographic"},
     {"Lambert Azimuthal Equal Area", "lambert_azimuthal_equal_area"},
     {"Lambert Conic Conformal (1SP)", "lambert_conformal_conic"},
     {"Lambert Conic Conformal (2SP)", "lambert_conformal_conic"},
     {"Albers Equal Area", "albers_conical_equal_area"},
     {"Transverse Mercator", "transverse_mercator"},
     {"Mercator (variant A)", "mercator"},
     {"Mercator (variant B)", "mercator"},
     {"Sinusoidal", "sinusoidal"},
     {"Orthographic", "orthographic"},
     {"Azimuthal Equidistant", "azimuthal_equidistant"},
     {"Pole rotation (netCDF CF convention)", "rotated_latitude_longitude"}}};

void set_text(Attributes& attributes, const char* name, std::string_view text) {
  attributes.set({name, ElementType::String, std::string(text)});
}

void set_numbers(Attributes& attributes, const char* name, std::vector<double> numbers) {
  attributes.set({name, ElementType::Float64, std::move(numbers)});
}

/// A length or angle of PROJJSON, {value, unit {conversion_factor}} or a plain number: in metres
/// or degrees.
double plain_value(const json& item) {
  if (item.is_number()) return item.get<double>();
  const double value = item.at("value").get<double>();
  const auto unit = item.find("unit");
  if (unit == item.end() || !unit->is_object()) return value;
  const double factor = unit->value("conversion_factor", 1.0);
  const bool angle = unit->value("type", std::string()) == "AngularUnit";
  return angle ? value * factor / 0.017453292519943295 : value * factor;
}

void set_ellipsoid(Attributes& attributes, const json& crs) {
  for (const char* member : {"datum", "datum_ensemble"}) {
    if (!crs.contains(member) || !crs.at(member).contains("ellipsoid")) continue;
    const json& ellipsoid = crs.at(member).at("ellipsoid");
    if (ellipsoid.contains("radius")) {
      set_numbers(attributes, "earth_radius", {plain_value(ellipsoid.at("radius"))});
    } else {
      set_numbers(attributes, "semi_major_axis", {plain_value(ellipsoid.at("semi_major_axis"))});
      for (const char* shape : {"inverse_flattening", "semi_minor_axis"}) {
        if (ellipsoid.contains(shape)) {
          set_numbers(attributes, shape, {plain_value(ellipsoid.at(shape))});
        }
      }
    }
  }
}

/// What a parameter of PROJ is called in CF, given the mapping it is of; "" for those CF lacks.
const char* parameter_name(std::string_view parameter, std::string_view mapping) {
  const bool conic = mapping == "lambert_conformal_conic" || mapping == "albers_conical_equal_area";
  const bool central = conic || mapping == "transverse_mercator";
  const bool polar = mapping == "polar_stereographic";
  if (parameter == "Latitude of natural origin" || parameter == "Latitude of false origin") {
    return mapping == "mercator" || mapping == "sinusoidal" ? "" : "latitude_of_projection_origin";
  }
  if (parameter == "Longitude of natural origin" || parameter == "Longitude of false origin" ||
      parameter == "Longitude of origin") {
    if (polar) return "straight_vertical_longitude_from_pole";
    return central ? "longitude_of_central_meridian" : "longitude_of_projection_origin";
  }
  if (parameter == "Scale factor at natural origin") {
    if (conic) return "";  // said by the standard parallel
    return mapping == "transverse_mercator" ? "scale_factor_at_central_meridian"
                                            : "scale_factor_at_projection_origin";
  }
  if (parameter == "False easting" || parameter == "Easting at false origin") {
    return "false_easting";
  }
  if (parameter == "False northing" || parameter == "Northing at false origin") {
    return "false_northing";
  }
  if (parameter.starts_with("Grid north pole latitude")) return "grid_north_pole_latitude";
  if (parameter.starts_with("Grid north pole longitude")) return "grid_north_pole_longitude";
  if (parameter.starts_with("North pole grid longitude")) return "north_pole_grid_longitude";
  return "";
}

void set_parameters(Attributes& attributes, const json& conversion, std::string_view mapping,
                    double metres_per_unit) {
  std::vector<double> parallels;
  for (const json& parameter : conversion.at("parameters")) {
    const std::string name = parameter.at("name").get<std::string>();
    double value = plain_value(parameter);
    if (name.find("standard parallel") != std::string::npos) {
      parallels.push_back(value);
      if (mapping == "polar_stereographic") {
        set_numbers(attributes, "latitude_of_projection_origin", {value < 0 ? -90.0 : 90.0});
      }
      continue;
    }
    const std::string_view cf_name = parameter_name(name, mapping);
    if (cf_name.empty()) continue;
    if (cf_name.starts_with("false_")) value /= metres_per_unit;
    set_numbers(attributes, cf_name.data(), {value});
  }
  if (conversion.at("method").at("name") == "Lambert Conic Conformal (1SP)") {
    parallels = attributes.numbers("latitude_of_projection_origin");
  }
  if (!parallels.empty()) set_numbers(attributes, "standard_parallel", parallels);
}

/// One parallel and a scale other than 1 is what CF cannot say of a cone: the WKT alone does.
bool has_scale(const json& conversion) {
  for (const json& parameter : conversion.at("parameters")) {
    if (parameter.at("name") == "Scale factor at natural origin")
      return plain_value(parameter) != 1;
  }
  return false;
}

void describe(Attributes& attributes, const Crs& crs, const json& definition) {
  if (crs.is_geographic()) {
    set_text(attributes, "grid_mapping_name", "latitude_longitude");
    set_ellipsoid(attributes, definition);
    return;
  }
  if (!definition.contains("conversion") || !definition.contains("base_crs")) return;
  const json& conversion = definition.at("conversion");
  const std::string method = conversion.at("method").at("name").get<std::string>();
  for (const Method& known : kMethods) {
    if (known.proj != method) continue;
    if (known.cf == "lambert_conformal_conic" && has_scale(conversion)) return;
    set_text(attributes, "grid_mapping_name", known.cf);
    set_parameters(attributes, conversion, known.cf, crs.uom() == "km" ? 1000 : 1);
    set_ellipsoid(attributes, definition.at("base_crs"));
  }
}

}  // namespace

Attributes grid_mapping_from_crs(const Crs& crs) {
  Attributes attributes;
  const json definition = json::parse(crs.projjson(), nullptr, false);
  try {
    if (!definition.is_discarded()) describe(attributes, crs, definition);
  } catch (const json::exception&) {
    attributes = Attributes();
  }
  set_text(attributes, "crs_wkt", crs.wkt2());
  return attributes;
}

}  // namespace gyre::coverage
