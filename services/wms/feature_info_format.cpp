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

void add_member(std::string& text, const LayerInfo::Step& step) {
  const bool none = step.is_number && step.value.empty();  // a level whose height is not known
  text += quoted(step.name) + ":" +
          (none             ? "null"
           : step.is_number ? step.value
                            : quoted(step.value));
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

std::string json_series(const LayerInfo& layer) {
  std::string text = "[";
  for (const LayerInfo::Sample& sample : layer.series) {
    text += text.size() == 1 ? "\n{" : ",\n{";
    for (const LayerInfo::Step& step : sample.steps) {
      add_member(text, step);
      text += ",";
    }
    text += "\"value\":" + json_number(sample.value);
    if (!sample.meaning.empty()) text += ",\"meaning\":" + quoted(sample.meaning);
    if (!sample.quality.empty()) text += ",\"quality\":" + json_quality(sample.quality);
    text += "}";
  }
  return text + "]";
}

/// A GeoJSON FeatureCollection: one Feature a layer, its geometry the sample's centre; `value` is
/// null where missing. A series has its samples in `series`, in place of a value and its class.
std::string write_json(const FeatureInfo& info) {
  std::string text = "{\"type\":\"FeatureCollection\",\"features\":[";
  for (std::size_t k = 0; k < info.layers.size(); ++k) {
    const LayerInfo& layer = info.layers[k];
    text += fmt::format(
        "{}\n{{\"type\":\"Feature\",\"id\":{},\"geometry\":{{\"type\":\"Point\","
        "\"coordinates\":[{},{}]}},\"properties\":{{\"layer\":{},\"title\":{},"
        "\"standard_name\":{},\"units\":{},{}\"x\":{},\"y\":{}",
        k == 0 ? "" : ",", quoted(layer.layer), number(layer.longitude), number(layer.latitude),
        quoted(layer.layer), quoted(layer.title), quoted(layer.standard_name), quoted(layer.units),
        layer.series.empty() ? "\"value\":" + json_number(layer.value) + "," : "", number(layer.x),
        number(layer.y));
    for (const LayerInfo::Step& step : layer.steps) {
      text += ",";
      add_member(text, step);
    }
    if (!layer.series.empty()) {
      text += ",\"series\":" + json_series(layer) + "}}";
      continue;
    }
    if (!layer.meaning.empty()) text += ",\"meaning\":" + quoted(layer.meaning);
    if (!layer.quality.empty()) text += ",\"quality\":" + json_quality(layer.quality);
    text += fmt::format(",\"class\":{},\"colour\":{}}}}}", layer.colour_class,
                        layer.colour ? quoted(rendering::hex(*layer.colour)) : "null");
  }
  return text + "\n]}\n";
}

/// Each with all its steps; one where there is one value.
std::vector<LayerInfo::Sample> samples_of(const LayerInfo& layer) {
  if (layer.series.empty()) return {{layer.steps, layer.value, layer.meaning, layer.quality}};
  std::vector<LayerInfo::Sample> samples = layer.series;
  for (LayerInfo::Sample& sample : samples) {
    sample.steps.insert(sample.steps.begin(), layer.steps.begin(), layer.steps.end());
  }
  return samples;
}

// ---- for people ------------------------------------------------------------------------------

std::string value_words(const std::optional<std::string>& value, const std::string& units,
                        const std::string& meaning) {
  if (!value) return "no data";
  std::string words = *value;
  if (!units.empty() && units != "1") words += " " + units;
  if (!meaning.empty()) words += " (" + meaning + ")";
  return words;
}

std::string value_words(const LayerInfo& layer) {
  if (layer.series.empty()) return value_words(layer.value, layer.units, layer.meaning);
  return fmt::format("{} samples", layer.series.size());
}

std::string step_words(const LayerInfo::Step& step) {
  return step.value +
         (step.is_number && !step.units.empty() && !step.value.empty() ? " " + step.units : "");
}

std::string quality_words(const coverage::SampleQuality& quality) {
  return quality.variable + ": " + quality.meaning.value_or("missing");
}

/// "sst_qc: good; sst_bits: cloud, sun glint".
std::string quality_words(const std::vector<coverage::SampleQuality>& all) {
  std::string words;
  for (const coverage::SampleQuality& one : all) {
    words += (words.empty() ? "" : "; ") + quality_words(one);
  }
  return words;
}

bool series_has_quality(const LayerInfo& layer) {
  return !layer.series.empty() && !layer.series.front().quality.empty();
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
      text += "  " + step.name + ": " + http::printable_utf8(step_words(step)) + "\n";
    }
    for (const LayerInfo::Sample& sample : layer.series) {
      text += "  ";
      for (const LayerInfo::Step& step : sample.steps) {
        text += http::printable_utf8(step_words(step)) + "\t";
      }
      text += http::printable_utf8(value_words(sample.value, layer.units, sample.meaning));
      if (!sample.quality.empty()) {
        text += "\t" + http::printable_utf8(quality_words(sample.quality));
      }
      text += "\n";
    }
    for (const coverage::SampleQuality& quality : layer.quality) {
      text += "  quality by " + http::printable_utf8(quality_words(quality)) + "\n";
    }
  }
  return text;
}

std::string html_series(const LayerInfo& layer) {
  std::string text = "<table><tr>";
  for (const LayerInfo::Step& step : layer.series.front().steps) {
    text += "<th>" + http::escape_html(step.name) + "</th>";
  }
  const bool judged = series_has_quality(layer);
  text += std::string("<th>value</th>") + (judged ? "<th>quality</th>" : "") + "</tr>\n";
  for (const LayerInfo::Sample& sample : layer.series) {
    text += "<tr>";
    for (const LayerInfo::Step& step : sample.steps) {
      text += "<td>" + http::escape_html(step_words(step)) + "</td>";
    }
    text += "<td>" + http::escape_html(value_words(sample.value, layer.units, sample.meaning)) +
            "</td>";
    if (judged) text += "<td>" + http::escape_html(quality_words(sample.quality)) + "</td>";
    text += "</tr>\n";
  }
  return text + "</table>\n";
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
    for (const LayerInfo::Step& step : layer.steps) row(step.name, step_words(step));
    for (const coverage::SampleQuality& quality : layer.quality) {
      row("quality", quality_words(quality));
    }
    row("layer", layer.layer);
    text += "</table>\n";
    if (!layer.series.empty()) text += html_series(layer);
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
    for (const LayerInfo::Sample& sample : samples_of(layer)) {  // of a series one after the other
      xml.start("FeatureInfo");
      for (const LayerInfo::Step& step : sample.steps) {
        // Dimension names are letters, digits, _ and -, but may begin with a digit.
        xml.element(std::isalpha(static_cast<unsigned char>(step.name.front())) != 0
                        ? step.name
                        : "_" + step.name,
                    step.value);
      }
      xml.element("value", sample.value.value_or("none"));
      xml.element("units", layer.units);
      if (!sample.meaning.empty()) xml.element("meaning", sample.meaning);
      for (const coverage::SampleQuality& quality : sample.quality) {
        xml.start("quality").attribute("variable", quality.variable);
        xml.text(quality.meaning.value_or("missing")).end();
      }
      xml.end();
    }
    xml.end();
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
  std::size_t count = 0;
  const auto add = [&](const LayerInfo& layer, const LayerInfo::Sample& sample) {
    xml.start("gml:featureMember");
    xml.start("gyre:sample").attribute("fid", "sample." + std::to_string(++count));
    xml.start("gyre:location");
    xml.start("gml:Point").attribute("srsName", "EPSG:4326");
    xml.element("gml:coordinates", number(layer.longitude) + "," + number(layer.latitude));
    xml.end().end();
    xml.element("gyre:layer", layer.layer);
    xml.element("gyre:title", layer.title);
    for (const LayerInfo::Step& step : sample.steps) xml.element("gyre:" + step.name, step.value);
    xml.element("gyre:value", sample.value.value_or(""));
    xml.element("gyre:units", layer.units);
    if (!sample.meaning.empty()) xml.element("gyre:meaning", sample.meaning);
    for (const coverage::SampleQuality& quality : sample.quality) {
      xml.start("gyre:quality").attribute("variable", quality.variable);
      xml.text(quality.meaning.value_or("missing")).end();
    }
    xml.end().end();
  };
  for (const LayerInfo& layer : info.layers) {
    for (const LayerInfo::Sample& sample : samples_of(layer)) add(layer, sample);
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

/// One column for each dimension that any of the layers has; one row a sample.
std::string write_csv(const FeatureInfo& info) {
  std::vector<std::string> names;
  const auto collect = [&](const std::vector<LayerInfo::Step>& steps) {
    for (const LayerInfo::Step& step : steps) {
      if (std::find(names.begin(), names.end(), step.name) == names.end()) {
        names.push_back(step.name);
      }
    }
  };
  for (const LayerInfo& layer : info.layers) {
    collect(layer.steps);
    if (!layer.series.empty()) collect(layer.series.front().steps);
  }
  std::string text = "layer,longitude,latitude";
  for (const std::string& name : names) text += "," + cell(name);
  const bool judged = std::any_of(
      info.layers.begin(), info.layers.end(),
      [](const LayerInfo& layer) { return !layer.quality.empty() || series_has_quality(layer); });
  text += std::string(",value,units,meaning") + (judged ? ",quality" : "") + "\r\n";
  const auto add = [&](const LayerInfo& layer, const LayerInfo::Sample& sample) {
    text += cell(layer.layer) + "," + number(layer.longitude) + "," + number(layer.latitude);
    for (const std::string& name : names) {
      text += ",";
      for (const LayerInfo::Step& step : sample.steps) {
        if (step.name == name) text += cell(step.value);
      }
    }
    text += "," + sample.value.value_or("") + "," + cell(layer.units) + "," + cell(sample.meaning);
    text += (judged ? "," + cell(quality_words(sample.quality)) : "") + "\r\n";
  };
  for (const LayerInfo& layer : info.layers) {
    for (const LayerInfo::Sample& sample : samples_of(layer)) add(layer, sample);
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
