#include "services/home/links.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "coverage/metadata/description.h"
#include "services/http/text.h"

namespace gyre::home {
namespace {

/// Whole degrees are enough to say where something lies.
std::string latitude(double value) {
  return fmt::format("{:.0f}°{}", std::abs(value), value < 0 ? "S" : "N");
}
std::string longitude(double value) {
  const double turned = value > 180 ? value - 360 : value;
  return fmt::format("{:.0f}°{}", std::abs(turned), turned < 0 ? "W" : "E");
}

}  // namespace

std::optional<std::string> endpoint_of(const ows::Context& context, std::string_view ows_name) {
  if (!context.services) return std::nullopt;
  for (const ows::ServiceLink& link : *context.services) {
    if (link.ows_name == ows_name) return context.base_url + "/" + link.name;
  }
  return std::nullopt;
}

std::optional<MapLink> map_link(const coverage::Dataset& dataset,
                                const coverage::Coverage& coverage, std::size_t field, int width,
                                const ows::Context& context) {
  const auto wms = endpoint_of(context, "WMS");
  if (!wms || !dataset.description || field >= coverage.fields.size()) return std::nullopt;
  coverage::Envelope box = dataset.description->geographic;
  // A point or a line still is a map, and strips are shown with what lies around them: no map is
  // wider than 3 : 1 or higher than 1 : 1.
  const double width_deg = std::max({box.width(), box.height(), 0.5});
  const double height_deg = std::max(box.height(), width_deg / 3);
  const double x = (box.min_x + box.max_x) / 2;
  const double y =
      std::clamp((box.min_y + box.max_y) / 2, height_deg / 2 - 90, 90 - height_deg / 2);
  box = {x - width_deg / 2, y - height_deg / 2, x + width_deg / 2, y + height_deg / 2};
  MapLink link;
  link.width = width;
  link.height = std::max(1, static_cast<int>(std::lround(width * height_deg / width_deg)));
  link.url = fmt::format(
      "{}?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS={}&STYLES=&CRS=CRS:84&BBOX={},{},{},{}"
      "&WIDTH={}&HEIGHT={}&FORMAT=image/png&TRANSPARENT=TRUE",
      *wms, http::percent_encode(coverage::layer_name(dataset, coverage.fields[field])), box.min_x,
      box.min_y, box.max_x, box.max_y, link.width, link.height);
  return link;
}

std::string capabilities_link(std::string_view endpoint, std::string_view ows_name) {
  return fmt::format("{}?SERVICE={}&REQUEST=GetCapabilities", endpoint, ows_name);
}

std::string time_text(const coverage::Dataset& dataset) {
  if (!dataset.description || !dataset.description->time) return {};
  const auto& [first, last] = *dataset.description->time;
  const std::string from = first.iso8601().substr(0, 16);
  const std::string to = last.iso8601().substr(0, 16);
  return from == to ? from : from + " to " + to;
}

std::string place_text(const coverage::Dataset& dataset) {
  if (!dataset.description) return {};
  const coverage::Envelope& box = dataset.description->geographic;
  if (box.width() >= 359.9 && box.height() >= 170) return "whole globe";
  if (box.width() >= 359.9) {
    return fmt::format("{} to {}, all longitudes", latitude(box.min_y), latitude(box.max_y));
  }
  return fmt::format("{} {} to {} {}", latitude(box.min_y), longitude(box.min_x),
                     latitude(box.max_y), longitude(box.max_x));
}

std::string title_of(const coverage::Dataset& dataset, const ows::Context& context) {
  if (!dataset.description) return dataset.id;
  const std::string& title = dataset.description->title.in(context.language);
  return title.empty() ? dataset.id : title;
}

std::string field_title(const coverage::Dataset& dataset, const coverage::Field& field,
                        const ows::Context& context) {
  if (dataset.description) {
    const auto found = dataset.description->fields.find(field.name);
    if (found != dataset.description->fields.end()) {
      const std::string& title = found->second.title.in(context.language);
      if (!title.empty()) return title;
    }
  }
  return field.long_name.empty() ? field.name : field.long_name;
}

}  // namespace gyre::home
