#include "services/wms/kvp_binding.h"

#include <array>
#include <charconv>

#include "coverage/base/error.h"
#include "rendering/palette.h"
#include "services/ows/exception.h"
#include "services/wms/kvp_values.h"

namespace gyre::wms {
namespace {

[[noreturn]] void invalid(std::string_view key, const std::string& text) {
  throw ows::Exception("InvalidParameterValue", std::string(key), 400, text);
}

using Numbers = std::array<int, 3>;  // major, minor, patch

/// "1.3.0" or, as some write it, "1.3". @throws InvalidParameterValue
Numbers version_numbers(std::string_view text) {
  Numbers numbers{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    const auto [after, error] = std::from_chars(at, end, numbers[k]);
    const bool last = after == end && k > 0;
    if (error != std::errc() || numbers[k] < 0 || (!last && (after == end || *after != '.'))) break;
    if (last) return numbers;
    at = after + 1;
  }
  invalid("VERSION", "VERSION is three numbers such as 1.3.0");
}

std::optional<std::string> version_text(const ows::Kvp& kvp) {
  auto text = non_empty(kvp, "VERSION");
  return text ? text : non_empty(kvp, "WMTVER");  // the name it had in WMS 1.0
}

Version nearest_version(std::string_view text) {
  return version_numbers(text) < Numbers{1, 3, 0} ? Version::V1_1_1 : Version::V1_3_0;
}

coverage::Crs crs_from_kvp(const ows::Kvp& kvp, Version version) {
  const bool old = version == Version::V1_1_1;
  const char* const key = old ? "SRS" : "CRS";
  // Each version's own key; the other's is forgiven.
  const auto text = non_empty(kvp, key) ? non_empty(kvp, key) : non_empty(kvp, old ? "CRS" : "SRS");
  if (!text) return coverage::Crs::from_user_input(kvp.required(key));  // refuses
  try {
    return coverage::Crs::from_user_input(*text);
  } catch (const coverage::Error& error) {
    throw ows::Exception(old ? "InvalidSRS" : "InvalidCRS", key, 400, error.what());
  }
}

/// Four numbers in the order of the version and CRS -> x, y order.
coverage::Envelope bbox_from_kvp(const ows::Kvp& kvp, Version version, const coverage::Crs& crs) {
  const std::vector<std::string> parts = split_list(kvp.required("BBOX"));
  if (parts.size() != 4) invalid("BBOX", "BBOX takes four numbers: minx,miny,maxx,maxy");
  std::array<double, 4> n{};
  for (std::size_t k = 0; k < 4; ++k) n[k] = number_of(parts[k], "BBOX");
  if (n[0] >= n[2] || n[1] >= n[3]) {
    invalid("BBOX", "BBOX has no area: its first two numbers must be less than its last two");
  }
  if (version == Version::V1_3_0 && crs.axes_swapped()) {
    return {n[1], n[0], n[3], n[2]};
  }
  return {n[0], n[1], n[2], n[3]};
}

DimensionValues dimensions_from_kvp(const ows::Kvp& kvp) {
  DimensionValues values;
  for (const auto& [key, value] : kvp.pairs()) {
    const std::string name = lower_case(key);
    if (name == "time" || name == "elevation") {
      values[name] = kvp.optional(key).value_or("");
    } else if (name.starts_with("dim_") && name.size() > 4) {
      values[name.substr(4)] = kvp.optional(key).value_or("");
    }
  }
  return values;
}

std::optional<rendering::Colour> colour_from_kvp(const ows::Kvp& kvp, std::string_view key) {
  const auto text = non_empty(kvp, key);
  if (!text || lower_case(*text) == "extend") return std::nullopt;
  const auto colour = rendering::parse_colour(*text);
  if (!colour) {
    invalid(key, std::string(key) + " takes a colour: 0xRRGGBB, a name, transparent or extend");
  }
  return colour;
}

ColourScale colour_scale_from_kvp(const ows::Kvp& kvp) {
  ColourScale scale;
  if (const auto text = non_empty(kvp, "COLORSCALERANGE")) {
    const std::string word = lower_case(*text);
    if (word == "auto") {
      scale.range = ColourScale::Auto{};
    } else if (word != "default") {
      const std::vector<std::string> ends = split_list(*text);
      if (ends.size() != 2) invalid("COLORSCALERANGE", "COLORSCALERANGE takes low,high");
      const std::pair<double, double> range{number_of(ends[0], "COLORSCALERANGE"),
                                            number_of(ends[1], "COLORSCALERANGE")};
      if (range.first >= range.second) {
        invalid("COLORSCALERANGE", "COLORSCALERANGE takes low,high with low below high");
      }
      scale.range = range;
    }
  }
  if (const auto text = non_empty(kvp, "NUMCOLORBANDS")) {
    scale.bands = count_of(*text, "NUMCOLORBANDS");
    if (*scale.bands < 2 || *scale.bands > rendering::kMaxPaletteColours) {
      invalid("NUMCOLORBANDS", "NUMCOLORBANDS is 2 to 250");
    }
  }
  if (const auto text = non_empty(kvp, "LOGSCALE")) scale.logarithmic = truth_of(*text, "LOGSCALE");
  scale.below = colour_from_kvp(kvp, "BELOWMINCOLOR");
  scale.above = colour_from_kvp(kvp, "ABOVEMAXCOLOR");
  if (const auto text = non_empty(kvp, "OPACITY")) {
    const double percent = number_of(*text, "OPACITY");
    if (percent < 0 || percent > 100) invalid("OPACITY", "OPACITY is a percentage, 0 to 100");
    scale.opacity = percent / 100;
  }
  return scale;
}

/// UNITS: one for all layers, or one for each, of which some may be empty.
std::vector<std::string> units_from_kvp(const ows::Kvp& kvp, std::size_t layers) {
  const auto text = non_empty(kvp, "UNITS");
  if (!text) return {};
  std::vector<std::string> units = split_list(*text);
  for (std::string& one : units) one = trimmed(one);
  if (units.size() == 1) units.resize(layers, units.front());
  if (units.size() != layers) {
    invalid("UNITS", "UNITS names " + std::to_string(units.size()) + " units for " +
                         std::to_string(layers) + " layers; give one for all, or one for each");
  }
  return units;
}

/// QC: meanings of quality flags.
coverage::QualityWish quality_from_kvp(const ows::Kvp& kvp) {
  coverage::QualityWish wish;
  for (const std::string& word : split_list(kvp.optional("QC").value_or(""))) {
    if (!trimmed(word).empty()) wish.push_back(trimmed(word));
  }
  return wish;
}

MapPart map_part_from_kvp(const ows::Kvp& kvp, Version version) {
  MapPart map;
  map.layers = split_list(kvp.required("LAYERS"));
  // STYLES may be empty, but 06-042 table 8 wants it; clients of 1.1.1 often leave it out.
  if (version == Version::V1_3_0 && !kvp.has("STYLES")) {
    throw ows::Exception("MissingParameterValue", "STYLES", 400,
                         "STYLES is missing; it may be empty, for the default styles");
  }
  map.styles = split_list(kvp.optional("STYLES").value_or(""));
  if (map.styles.size() == 1 && map.styles.front().empty()) map.styles.resize(map.layers.size());
  if (map.styles.size() != map.layers.size()) {
    throw ows::Exception("StyleNotDefined", "STYLES", 400,
                         "STYLES names " + std::to_string(map.styles.size()) + " styles for " +
                             std::to_string(map.layers.size()) +
                             " LAYERS; give one for each layer, or none at all");
  }
  map.crs = crs_from_kvp(kvp, version);
  map.envelope = bbox_from_kvp(kvp, version, map.crs);
  map.width = pixels_from_kvp(kvp, "WIDTH");
  map.height = pixels_from_kvp(kvp, "HEIGHT");
  map.dimensions = dimensions_from_kvp(kvp);
  map.colour_scale = colour_scale_from_kvp(kvp);
  map.units = units_from_kvp(kvp, map.layers.size());
  map.quality = quality_from_kvp(kvp);
  return map;
}

/// I and J, or X and Y in 1.1.1; the other version's keys are forgiven.
std::size_t pixel_from_kvp(const ows::Kvp& kvp, Version version, std::string_view new_key,
                           std::string_view old_key) {
  const bool old = version == Version::V1_1_1;
  const std::string_view key = old ? old_key : new_key, other = old ? new_key : old_key;
  const auto text = non_empty(kvp, key) ? non_empty(kvp, key) : non_empty(kvp, other);
  if (!text) return count_of(kvp.required(key), key);  // refuses
  try {
    return count_of(*text, key);
  } catch (const ows::Exception&) {
    throw ows::Exception("InvalidPoint", std::string(key), 400,
                         std::string(key) + " is a pixel of the map, counted from 0");
  }
}

}  // namespace

Version negotiated_version(const ows::Kvp& kvp) {
  const auto text = version_text(kvp);
  return text ? nearest_version(*text) : Version::V1_3_0;
}

Version required_version(const ows::Kvp& kvp) {
  const auto text = version_text(kvp);
  return nearest_version(text ? *text : kvp.required("VERSION"));
}

Exceptions exceptions_from_kvp(const ows::Kvp& kvp) {
  const auto text = non_empty(kvp, "EXCEPTIONS");
  if (!text) return Exceptions::Xml;
  const std::string word = lower_case(*text);
  if (word == "xml" || word == "text/xml" || word == "application/xml" ||
      word == "application/vnd.ogc.se_xml" || word == "se_xml" || word == "wms_xml") {
    return Exceptions::Xml;
  }
  if (word == "inimage" || word == "application/vnd.ogc.se_inimage" || word == "se_inimage") {
    return Exceptions::InImage;
  }
  if (word == "blank" || word == "application/vnd.ogc.se_blank" || word == "se_blank") {
    return Exceptions::Blank;
  }
  throw ows::Exception("InvalidFormat", "EXCEPTIONS", 400, "EXCEPTIONS is XML, INIMAGE or BLANK");
}

rendering::Background background_from_kvp(const ows::Kvp& kvp) {
  rendering::Background background;
  if (const auto text = non_empty(kvp, "TRANSPARENT")) {
    background.transparent = truth_of(*text, "TRANSPARENT");
  }
  if (const auto text = non_empty(kvp, "BGCOLOR")) {
    const auto colour = rendering::parse_colour(*text);
    if (!colour) invalid("BGCOLOR", "BGCOLOR is a colour such as 0xFFFFFF");
    background.colour = *colour;
    background.colour.alpha = 255;
  }
  return background;
}

std::size_t pixels_from_kvp(const ows::Kvp& kvp, std::string_view key) {
  const std::size_t pixels = count_of(kvp.required(key), key);
  if (pixels == 0) invalid(key, std::string(key) + " is at least one pixel");
  return pixels;
}

GetCapabilities get_capabilities_from_kvp(const ows::Kvp& kvp) {
  return {negotiated_version(kvp), non_empty(kvp, "UPDATESEQUENCE")};
}

GetMap get_map_from_kvp(const ows::Kvp& kvp) {
  GetMap request;
  request.version = required_version(kvp);
  request.exceptions = exceptions_from_kvp(kvp);
  request.map = map_part_from_kvp(kvp, request.version);
  request.format = kvp.required("FORMAT");
  request.background = background_from_kvp(kvp);
  return request;
}

GetFeatureInfo get_feature_info_from_kvp(const ows::Kvp& kvp) {
  GetFeatureInfo request;
  request.version = required_version(kvp);
  request.map = map_part_from_kvp(kvp, request.version);
  request.query_layers = split_list(kvp.required("QUERY_LAYERS"));
  // Mandatory in 1.3.0, optional in 1.1.1.
  request.format = request.version == Version::V1_1_1
                       ? non_empty(kvp, "INFO_FORMAT").value_or("text/plain")
                       : kvp.required("INFO_FORMAT");
  request.i = pixel_from_kvp(kvp, request.version, "I", "X");
  request.j = pixel_from_kvp(kvp, request.version, "J", "Y");
  if (const auto text = non_empty(kvp, "FEATURE_COUNT")) {
    request.features = count_of(*text, "FEATURE_COUNT");
  }
  return request;
}

GetLegendGraphic get_legend_graphic_from_kvp(const ows::Kvp& kvp) {
  GetLegendGraphic request;
  request.version = negotiated_version(kvp);
  // ncWMS's clients say LAYERS, and name a palette alone when they want the bar alone.
  const auto layer = non_empty(kvp, "LAYER") ? non_empty(kvp, "LAYER") : non_empty(kvp, "LAYERS");
  if (const auto text = non_empty(kvp, "COLORBARONLY")) {
    request.colour_bar_only = truth_of(*text, "COLORBARONLY");
  }
  const auto palette = non_empty(kvp, "PALETTE");
  request.layer = layer                                ? *layer
                  : request.colour_bar_only && palette ? std::string()
                                                       : kvp.required("LAYER");
  request.style = non_empty(kvp, "STYLE").value_or(non_empty(kvp, "STYLES").value_or(""));
  if (palette) request.style = "default/" + *palette;
  request.format = non_empty(kvp, "FORMAT").value_or("image/png");
  if (non_empty(kvp, "WIDTH")) request.width = pixels_from_kvp(kvp, "WIDTH");
  if (non_empty(kvp, "HEIGHT")) request.height = pixels_from_kvp(kvp, "HEIGHT");
  if (const auto text = non_empty(kvp, "VERTICAL"))
    request.horizontal = !truth_of(*text, "VERTICAL");
  request.background = background_from_kvp(kvp);
  request.colour_scale = colour_scale_from_kvp(kvp);
  if (const auto units = units_from_kvp(kvp, 1); !units.empty()) request.units = units.front();
  return request;
}

}  // namespace gyre::wms
