#include "services/wms/feature_info_format.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "services/http/text.h"
#include "services/ows/exception.h"
#include "services/ows/xml_writer.h"

namespace gyre::wms {
namespace {

using ows::XmlWriter;

// ---- JSON ------------------------------------------------------------------------------------

std::string quoted(const std::string& text) {
  return nlohmann::json(http::printable_utf8(text)).dump();
}

std::string number(double value) { return fmt::format("{}", value + 0.0); }

/// JSON knows no infinities (they are texts); numbers are written as they are given, every digit of
/// them.
std::string json_number(const std::optional<std::string>& text) {
  if (!text) return "null";
  return text->find("inf") == std::string::npos ? *text : quoted(*text);
}

/// {"sst_qc":"good"}; null where the flag itself is missing.
std::string json_quality(const std::vector<coverage::SampleQuality>& all) {
  std::string text = "{";
  for (const coverage::SampleQuality& one : all) {
    text += (text.size() == 1 ? "" : ",") + quoted(one.variable) + ":" +
            (one.meaning ? quoted(*one.meaning) : "null");
  }
  return text + "}";
}

/// A GeoJSON FeatureCollection: one Feature a layer, its geometry the sample's centre; `value` is
/// null where missing.
std::string write_json(const FeatureInfo& info) {
  std::string text = "{\"type\":\"FeatureCollection\",\"features\":[";
  for (std::size_t k = 0; k < info.layers.size(); ++k) {
    const LayerInfo& layer = info.layers[k];
    text += fmt::format(
        "{}\n{{\"type\":\"Feature\",\"id\":{},\"geometry\":{{\"type\":\"Point\","
        "\"coordinates\":[{},{}]}},\"properties\":{{\"layer\":{},\"title\":{},"
        "\"standard_name\":{},\"units\":{},\"value\":{},\"x\":{},\"y\":{}",
        k == 0 ? "" : ",", quoted(layer.layer), number(layer.longitude), number(layer.latitude),
        quoted(layer.layer), quoted(layer.title), quoted(layer.standard_name), quoted(layer.units),
        json_number(layer.value), number(layer.x), number(layer.y));
    for (const LayerInfo::Step& step : layer.steps) {
      text += "," + quoted(step.name) + ":" + (step.is_number ? step.value : quoted(step.value));
    }
    if (!layer.meaning.empty()) text += ",\"meaning\":" + quoted(layer.meaning);
    if (!layer.quality.empty()) text += ",\"quality\":" + json_quality(layer.quality);
    text += fmt::format(",\"class\":{},\"colour\":{}}}}}", layer.colour_class,
                        layer.colour ? quoted(rendering::hex(*layer.colour)) : "null");
  }
  return text + "\n]}\n";
}

// ---- for people ------------------------------------------------------------------------------

std::string value_words(const LayerInfo& layer) {
  if (!layer.value) return "no data";
  std::string words = *layer.value;
  if (!layer.units.empty() && layer.units != "1") words += " " + layer.units;
  if (!layer.meaning.empty()) words += " (" + layer.meaning + ")";
  return words;
}

std::string quality_words(const coverage::SampleQuality& quality) {
  return quality.variable + ": " + quality.meaning.value_or("missing");
}

std::string write_text(const FeatureInfo& info) {
  if (info.layers.empty()) return "No data at this point.\n";
  std::string text;
  for (const LayerInfo& layer : info.layers) {
    text += "Layer: " + http::printable_utf8(layer.layer) + "\n";
    text += "  " + http::printable_utf8(layer.title) + ": " +
            http::printable_utf8(value_words(layer)) + "\n";
    text += "  longitude: " + number(layer.longitude) + "\n";
    text += "  latitude: " + number(layer.latitude) + "\n";
    for (const LayerInfo::Step& step : layer.steps) {
      text += "  " + step.name + ": " + http::printable_utf8(step.value) +
              (step.is_number && !step.units.empty() ? " " + step.units : "") + "\n";
    }
    for (const coverage::SampleQuality& quality : layer.quality) {
      text += "  quality by " + http::printable_utf8(quality_words(quality)) + "\n";
    }
  }
  return text;
}

std::string write_html(const FeatureInfo& info) {
  std::string text =
      "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>Values</title><style>"
      "body{font:13px sans-serif}table{border-collapse:collapse;margin-bottom:8px}"
      "td,th{padding:2px 8px;text-align:left;border-bottom:1px solid #ddd}"
      ".c{display:inline-block;width:12px;height:12px;margin-right:6px}</style></head><body>\n";
  if (info.layers.empty()) text += "<p>No data at this point.</p>\n";
  const auto row = [&text](const std::string& name, const std::string& value) {
    text += "<tr><td>" + http::escape_html(name) + "</td><td>" + http::escape_html(value) +
            "</td></tr>\n";
  };
  for (const LayerInfo& layer : info.layers) {
    text += "<table><tr><th colspan=\"2\">" + http::escape_html(layer.title) + "</th></tr>\n";
    text += "<tr><td>value</td><td>";
    if (layer.colour) {
      text +=
          "<span class=\"c\" style=\"background:" + rendering::hex(*layer.colour) + "\"></span>";
    }
    text += http::escape_html(value_words(layer)) + "</td></tr>\n";
    row("longitude", number(layer.longitude));
    row("latitude", number(layer.latitude));
    for (const LayerInfo::Step& step : layer.steps) {
      row(step.name,
          step.is_number && !step.units.empty() ? step.value + " " + step.units : step.value);
    }
    for (const coverage::SampleQuality& quality : layer.quality) {
      row("quality", quality_words(quality));
    }
    row("layer", layer.layer);
    text += "</table>\n";
  }
  return text + "</body></html>\n";
}

// ---- XML -------------------------------------------------------------------------------------

/// The elements of ncWMS's answer, with what it lacks beside them.
std::string write_xml(const FeatureInfo& info) {
  XmlWriter xml;
  xml.start("FeatureInfoResponse");
  if (!info.layers.empty()) {
    xml.element("longitude", number(info.layers.front().longitude));
    xml.element("latitude", number(info.layers.front().latitude));
  }
  for (const LayerInfo& layer : info.layers) {
    xml.start("Feature");
    xml.element("layer", layer.layer);
    xml.element("title", layer.title);
    xml.start("actualX").text(number(layer.x)).end();
    xml.start("actualY").text(number(layer.y)).end();
    xml.start("FeatureInfo");
    for (const LayerInfo::Step& step : layer.steps) {
      // Dimension names are letters, digits, _ and -, but may begin with a digit.
      xml.element(std::isalpha(static_cast<unsigned char>(step.name.front())) != 0
                      ? step.name
                      : "_" + step.name,
                  step.value);
    }
    xml.element("value", layer.value.value_or("none"));
    xml.element("units", layer.units);
    if (!layer.meaning.empty()) xml.element("meaning", layer.meaning);
    for (const coverage::SampleQuality& quality : layer.quality) {
      xml.start("quality").attribute("variable", quality.variable);
      xml.text(quality.meaning.value_or("missing")).end();
    }
    xml.end().end();
  }
  return xml.take();
}

/// GML 2.1.2 features, the shape desktop clients parse.
std::string write_gml(const FeatureInfo& info) {
  XmlWriter xml;
  xml.start("wfs:FeatureCollection");
  xml.attribute("xmlns:wfs", "http://www.opengis.net/wfs");
  xml.attribute("xmlns:gml", "http://www.opengis.net/gml");
  xml.attribute("xmlns:gyre", "urn:gyre:feature-info");
  for (std::size_t k = 0; k < info.layers.size(); ++k) {
    const LayerInfo& layer = info.layers[k];
    xml.start("gml:featureMember");
    xml.start("gyre:sample").attribute("fid", "sample." + std::to_string(k + 1));
    xml.start("gyre:location");
    xml.start("gml:Point").attribute("srsName", "EPSG:4326");
    xml.element("gml:coordinates", number(layer.longitude) + "," + number(layer.latitude));
    xml.end().end();
    xml.element("gyre:layer", layer.layer);
    xml.element("gyre:title", layer.title);
    for (const LayerInfo::Step& step : layer.steps) xml.element("gyre:" + step.name, step.value);
    xml.element("gyre:value", layer.value.value_or(""));
    xml.element("gyre:units", layer.units);
    if (!layer.meaning.empty()) xml.element("gyre:meaning", layer.meaning);
    for (const coverage::SampleQuality& quality : layer.quality) {
      xml.start("gyre:quality").attribute("variable", quality.variable);
      xml.text(quality.meaning.value_or("missing")).end();
    }
    xml.end().end();
  }
  return xml.take();
}

// ---- CSV -------------------------------------------------------------------------------------

/// RFC 4180.
std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string escaped = "\"";
  for (const char c : text) {
    if (c == '"') escaped += '"';
    escaped += c;
  }
  return escaped + "\"";
}

/// One column for each dimension that any of the layers has.
std::string write_csv(const FeatureInfo& info) {
  std::vector<std::string> names;
  for (const LayerInfo& layer : info.layers) {
    for (const LayerInfo::Step& step : layer.steps) {
      if (std::find(names.begin(), names.end(), step.name) == names.end()) {
        names.push_back(step.name);
      }
    }
  }
  std::string text = "layer,longitude,latitude";
  for (const std::string& name : names) text += "," + cell(name);
  const bool judged = std::any_of(info.layers.begin(), info.layers.end(),
                                  [](const LayerInfo& layer) { return !layer.quality.empty(); });
  text += std::string(",value,units,meaning") + (judged ? ",quality" : "") + "\r\n";
  for (const LayerInfo& layer : info.layers) {
    text += cell(layer.layer) + "," + number(layer.longitude) + "," + number(layer.latitude);
    for (const std::string& name : names) {
      text += ",";
      for (const LayerInfo::Step& step : layer.steps) {
        if (step.name == name) text += cell(step.value);
      }
    }
    text += "," + layer.value.value_or("") + "," + cell(layer.units) + "," + cell(layer.meaning);
    std::string words;
    for (const coverage::SampleQuality& quality : layer.quality) {
      words += (words.empty() ? "" : "; ") + quality_words(quality);
    }
    text += (judged ? "," + cell(words) : "") + "\r\n";
  }
  return http::printable_utf8(text);
}

constexpr std::array kFormats{FeatureInfoFormat{"application/json", write_json},
                              FeatureInfoFormat{"text/html", write_html},
                              FeatureInfoFormat{"text/plain", write_text},
                              FeatureInfoFormat{"text/xml", write_xml},
                              FeatureInfoFormat{"application/vnd.ogc.gml", write_gml},
                              FeatureInfoFormat{"text/csv", write_csv}};

struct Alias {
  std::string_view name;
  std::size_t format;  ///< in kFormats
};
constexpr std::array kAliases{Alias{"application/geo+json", 0},
                              Alias{"application/geojson", 0},
                              Alias{"text/json", 0},
                              Alias{"application/xml", 3},
                              Alias{"xml", 3},
                              Alias{"application/gml+xml", 4},
                              Alias{"text/gml", 4},
                              Alias{"gml", 4}};

}  // namespace

std::span<const FeatureInfoFormat> feature_info_formats() { return kFormats; }

const FeatureInfoFormat& feature_info_format(std::string_view media_type) {
  const std::string plain =
      http::lower_case(http::trimmed(media_type.substr(0, media_type.find(';'))));
  for (const FeatureInfoFormat& format : kFormats) {
    if (format.media_type == plain) return format;
  }
  for (const Alias& alias : kAliases) {
    if (alias.name == plain) return kFormats[alias.format];
  }
  std::string known;
  for (const FeatureInfoFormat& format : kFormats) {
    known += known.empty() ? "" : ", ";
    known += format.media_type;
  }
  throw ows::Exception("InvalidFormat", "INFO_FORMAT", 400, "INFO_FORMAT is one of " + known);
}

}  // namespace gyre::wms
