#include "services/wcs/definition.h"

#include <optional>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "services/ows/exception.h"
#include "services/wcs/crs_uri.h"
#include "services/wcs/names.h"

namespace gyre::wcs {
namespace {

using coverage::Axis;
using coverage::AxisRole;
using Json = nlohmann::ordered_json;

struct Definition {
  std::string wkt2, projjson;
};

constexpr const char* kProjJsonSchema = "https://proj.org/schemas/v0.5/projjson.schema.json";

/// WKT doubles quotes inside of texts.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::vector<std::string> segments_of(const std::string& path) {
  std::vector<std::string> segments;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin) segments.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

// ---- vertical
// ------------------------------------------------------------------------------------

struct LengthUnit {
  const char* name;
  double metres;
};

std::optional<LengthUnit> length_unit(const std::string& uom) {
  const std::string code = ucum_from(uom);
  if (code == "m") return LengthUnit{"metre", 1};
  if (code == "km") return LengthUnit{"kilometre", 1000};
  if (code == "cm") return LengthUnit{"centimetre", 0.01};
  if (code == "mm") return LengthUnit{"millimetre", 0.001};
  return std::nullopt;
}

/// Lengths make a vertical CRS; pressures, levels and the like a parametric one (ISO 19162 13).
Definition vertical_definition(const Axis& axis) {
  const std::string name =
      axis.data().standard_name.empty() ? axis.label() : axis.data().standard_name;
  const std::string direction = axis.data().positive_down ? "down" : "up";
  const std::string datum = "Not specified by the data";
  Json json{{"$schema", kProjJsonSchema}};
  Json json_axis{{"name", name},
                 {"abbreviation", axis.data().positive_down ? "D" : "H"},
                 {"direction", direction}};
  std::string wkt;
  if (const auto unit = length_unit(axis.uom())) {
    wkt =
        fmt::format("VERTCRS[{0},VDATUM[{1}],CS[vertical,1],AXIS[{0},{2}],LENGTHUNIT[\"{3}\",{4}]]",
                    quoted(name), quoted(datum), direction, unit->name, unit->metres);
    json["type"] = "VerticalCRS";
    json["name"] = name;
    json["datum"] = Json{{"type", "VerticalReferenceFrame"}, {"name", datum}};
    json_axis["unit"] = unit->metres == 1 ? Json("metre")
                                          : Json{{"type", "LinearUnit"},
                                                 {"name", unit->name},
                                                 {"conversion_factor", unit->metres}};
    json["coordinate_system"] = Json{{"subtype", "vertical"}, {"axis", Json::array({json_axis})}};
  } else {
    const std::string uom = axis.uom().empty() ? "1" : axis.uom();
    wkt = fmt::format(
        "PARAMETRICCRS[{0},PDATUM[{1}],CS[parametric,1],AXIS[{0},{2}],PARAMETRICUNIT[{3},1]]",
        quoted(name), quoted(datum), direction, quoted(uom));
    json["type"] = "ParametricCRS";
    json["name"] = name;
    json["datum"] = Json{{"type", "ParametricDatum"}, {"name", datum}};
    json_axis["unit"] = Json{{"type", "ParametricUnit"}, {"name", uom}, {"conversion_factor", 1}};
    json["coordinate_system"] = Json{{"subtype", "parametric"}, {"axis", Json::array({json_axis})}};
  }
  return {wkt, json.dump(2)};
}

// ---- time
// ----------------------------------------------------------------------------------------

Definition time_definition(const Axis& axis) {
  const coverage::TimeUnits& units = *axis.data().time_units;
  const std::string calendar(coverage::name_of(axis.data().instants.front().calendar()));
  const std::string unit = axis.uom().substr(0, axis.uom().find(' '));
  const std::string origin = units.reference.iso8601();
  const auto seconds = static_cast<double>(units.unit_us / 1e6L);
  const std::string name = fmt::format("Time in {} since {}, calendar {}", unit, origin, calendar);
  Definition definition;
  definition.wkt2 = fmt::format(
      "TIMECRS[{0},TDATUM[{0},CALENDAR[{1}],TIMEORIGIN[{2}]],CS[TemporalMeasure,1],"
      "AXIS[\"time (T)\",future],TIMEUNIT[{3},{4}]]",
      quoted(name), quoted(calendar), origin, quoted(unit), seconds);
  const Json json_unit{{"type", "TimeUnit"}, {"name", unit}, {"conversion_factor", seconds}};
  const Json json_axis{
      {"name", "time"}, {"abbreviation", "T"}, {"direction", "future"}, {"unit", json_unit}};
  const Json datum{
      {"type", "TemporalDatum"}, {"name", name}, {"calendar", calendar}, {"time_origin", origin}};
  const Json json{
      {"$schema", kProjJsonSchema},
      {"type", "TemporalCRS"},
      {"name", name},
      {"datum", datum},
      {"coordinate_system", {{"subtype", "TemporalMeasure"}, {"axis", Json::array({json_axis})}}}};
  definition.projjson = json.dump(2);
  return definition;
}

// ---- looking up
// ------------------------------------------------------------------------------------

/// The first that `make` makes of any coverage of the catalogue.
template <typename Make>
std::optional<Definition> find_in(const coverage::Catalogue& catalogue, Make&& make) {
  for (const auto& dataset : catalogue.datasets()) {
    for (const coverage::Coverage& coverage : dataset->coverages) {
      if (std::optional<Definition> found = make(coverage.domain_set)) return found;
    }
  }
  return std::nullopt;
}

std::optional<Definition> horizontal(const coverage::Catalogue& catalogue,
                                     const std::string& hash) {
  return find_in(catalogue,
                 [&](const coverage::DomainSet& domain_set) -> std::optional<Definition> {
                   if (domain_set.crs().hash() != hash) return std::nullopt;
                   return Definition{domain_set.crs().wkt2(), domain_set.crs().projjson()};
                 });
}

/// Vertical and time axes: the one whose address is asked for.
std::optional<Definition> of_axis(const coverage::Catalogue& catalogue, const std::string& path) {
  return find_in(catalogue,
                 [&](const coverage::DomainSet& domain_set) -> std::optional<Definition> {
                   for (const Axis& axis : domain_set.axes()) {
                     if (axis_crs_uri(axis, "") != "/def/" + path) continue;
                     return axis.is_time() ? time_definition(axis) : vertical_definition(axis);
                   }
                   return std::nullopt;
                 });
}

bool prefers_json(const std::string& accept) {
  const std::size_t json = accept.find("json");
  const std::size_t text = std::min(accept.find("text/"), accept.find("wkt"));
  return json != std::string::npos && json < text;
}

}  // namespace

http::Response definition(const std::string& path, const std::string& accept,
                          const ows::Context& context) {
  const std::vector<std::string> segments = segments_of(path);
  std::optional<Definition> found;
  if (segments.size() == 2 && segments[0] == "crs") {
    found = horizontal(*context.catalogue, segments[1]);
  } else if (segments.size() > 2 && segments[0] == "crs") {
    found = of_axis(*context.catalogue, path);
  }
  if (!found) {
    throw ows::Exception("InvalidParameterValue", "def", 404,
                         "No coverage uses a coordinate reference system of this address.");
  }
  http::Response response;
  const bool json = prefers_json(accept);
  response.media_type = json ? "application/vnd.ogc.projjson+json" : "text/plain; charset=utf-8";
  response.body = json ? found->projjson : found->wkt2;
  response.with_header("Vary", "Accept");
  return response;
}

}  // namespace gyre::wcs
