#include <array>
#include <map>

#include <fmt/format.h>

#include "coverage/base/memory_budget.h"
#include "coverage/derive/quality.h"
#include "coverage/metadata/description.h"
#include "rendering/legend.h"
#include "rendering/style.h"
#include "services/http/text.h"
#include "services/wms/capabilities_writer.h"
#include "services/wms/computed_dimension.h"
#include "services/wms/dimension.h"
#include "services/wms/forecast_choice.h"
#include "services/wms/layer_query.h"
#include "services/wms/offered_crs.h"

namespace gyre::wms {
namespace {

using coverage::Coverage;
using coverage::Dataset;
using coverage::Envelope;
using ows::XmlWriter;

std::string number(double value) { return fmt::format("{}", value + 0.0); }

void write_geographic_box(XmlWriter& xml, Version version, const Envelope& box) {
  if (version == Version::V1_1_1) {
    xml.start("LatLonBoundingBox");
    xml.attribute("minx", number(box.min_x)).attribute("miny", number(box.min_y));
    xml.attribute("maxx", number(box.max_x)).attribute("maxy", number(box.max_y));
  } else {
    xml.start("EX_GeographicBoundingBox");
    xml.element("westBoundLongitude", number(box.min_x));
    xml.element("eastBoundLongitude", number(box.max_x));
    xml.element("southBoundLatitude", number(box.min_y));
    xml.element("northBoundLatitude", number(box.max_y));
  }
  xml.end();
}

void write_box(XmlWriter& xml, Version version, const CrsBox& box) {
  const Envelope& e = box.envelope;
  // 1.3.0 writes the axes in the authority's order, 1.1.1 x first always (06-042, 6.7.4).
  const bool swapped = version == Version::V1_3_0 && box.offered.crs.axes_swapped();
  xml.start("BoundingBox");
  xml.attribute(version == Version::V1_1_1 ? "SRS" : "CRS", box.offered.name);
  xml.attribute("minx", number(swapped ? e.min_y : e.min_x));
  xml.attribute("miny", number(swapped ? e.min_x : e.min_y));
  xml.attribute("maxx", number(swapped ? e.max_y : e.max_x));
  xml.attribute("maxy", number(swapped ? e.max_x : e.max_y));
  xml.end();
}

/// What the fields of one coverage have in common, made once for all of them.
struct CoverageParts {
  std::string boxes;       ///< CRS, geographic box, BoundingBox
  std::string dimensions;  ///< Dimension, and Extent in 1.1.1
};

void dimension_attributes(XmlWriter& xml, const Dimension& dimension) {
  xml.attribute("name", dimension.name);
  xml.attribute("units", dimension.units);
  if (!dimension.unit_symbol.empty()) xml.attribute("unitSymbol", dimension.unit_symbol);
}

void extent_attributes(XmlWriter& xml, const coverage::Axis& axis, const Dimension& dimension,
                       std::size_t usual) {
  xml.attribute("default", value_text(axis, dimension, usual));
  xml.attribute("multipleValues", "1");
  xml.attribute("nearestValue", takes_nearest(axis, dimension) ? "1" : "0");
  if (dimension.kind == Dimension::Kind::Time) xml.attribute("current", "1");
}

/// A dimension of a layer and the axis that has its values.
struct Offered {
  Dimension dimension;
  const coverage::Axis* axis = nullptr;
  std::size_t usual = 0;  ///< the step that serves when none is asked for
};

std::vector<Offered> offered_dimensions(const Coverage& coverage, std::int64_t now_us) {
  std::vector<Offered> offered;
  for (Dimension& dimension : dimensions_of(coverage.domain_set)) {
    const coverage::Axis* const axis = &coverage.domain_set.axes()[dimension.axis];
    const std::size_t usual = default_index(*axis, dimension, now_us);
    offered.push_back({std::move(dimension), axis, usual});
  }
  const coverage::Axis* const times = best_times(coverage);
  if (times == nullptr) return offered;
  Dimension time;
  time.kind = Dimension::Kind::Time;
  time.name = "time";
  time.units = "ISO8601";
  const std::size_t usual = default_index(*times, time, now_us);
  // Run and lead are those of that forecast, so that all defaults together are one.
  const coverage::Forecast& best = (*coverage.forecasts->best)[usual];
  for (Offered& one : offered) {
    if (one.dimension.axis == coverage.forecasts->run_axis) one.usual = best.run;
    if (one.dimension.axis == coverage.forecasts->lead_axis) one.usual = best.lead;
  }
  offered.insert(offered.begin(), {std::move(time), times, usual});
  return offered;
}

/// How many parts a list may have, so that three documents can be kept, packed as well:
/// the shorter lists stay whole, the longest are told as a whole. What is too long among many
/// layers is listed at the address of its dataset alone.
std::size_t longest_list(const coverage::Catalogue& catalogue, std::int64_t now_us) {
  constexpr std::size_t kDate = 20;     // bytes of a part
  constexpr std::size_t kShort = 1000;  // not worth a thought
  const std::size_t most_in_all = coverage::memory_shares().documents / (6 * kDate);
  std::map<std::size_t, std::size_t> written;  // parts in all layers, by parts of one list
  for (const auto& dataset : catalogue.datasets()) {
    for (const Coverage& coverage : dataset->coverages) {
      for (const auto& [dimension, axis, usual] : offered_dimensions(coverage, now_us)) {
        if (dimension.kind == Dimension::Kind::Name || axis->size() <= kShort) continue;
        const std::size_t parts = extent_parts(*axis, dimension);
        written[parts] += parts * coverage.fields.size();
      }
    }
  }
  std::size_t longest = kShort, all = 0;
  for (const auto& [parts, in_all] : written) {
    all += in_all;
    if (all > most_in_all) return longest;
    longest = std::max(longest, parts);
  }
  return kMostListed;
}

std::string write_dimensions(const Coverage& coverage, Version version, std::int64_t now_us,
                             std::size_t most_listed) {
  XmlWriter xml(XmlWriter::Kind::Fragment);
  const std::vector<Offered> offered = offered_dimensions(coverage, now_us);
  const std::optional<ComputedDimension> computed = computed_dimension_of(coverage);
  for (const auto& [dimension, axis, usual] : offered) {
    xml.start("Dimension");
    dimension_attributes(xml, dimension);
    if (version == Version::V1_3_0) {
      extent_attributes(xml, *axis, dimension, usual);
      xml.text(extent_text(*axis, dimension, most_listed));
    }
    xml.end();
  }
  if (computed) {
    xml.start("Dimension");
    xml.attribute("name", computed->name).attribute("units", computed->units);
    xml.attribute("unitSymbol", computed->units);
    if (version == Version::V1_3_0) xml.text(extent_text(*computed));
    xml.end();
  }
  if (version == Version::V1_3_0) return xml.take();
  for (const auto& [dimension, axis, usual] : offered) {
    xml.start("Extent");
    xml.attribute("name", dimension.name);
    extent_attributes(xml, *axis, dimension, usual);
    xml.text(extent_text(*axis, dimension, most_listed));
    xml.end();
  }
  if (computed) {
    xml.start("Extent").attribute("name", computed->name).text(extent_text(*computed));
    xml.end();
  }
  return xml.take();
}

/// Boxes by geographic extent: most datasets of a centre share a few.
using KnownBoxes = std::map<std::array<double, 4>, std::vector<CrsBox>>;

const std::vector<CrsBox>& boxes_for(const Envelope& e, Version version, KnownBoxes& known) {
  const auto [place, is_new] = known.try_emplace({e.min_x, e.min_y, e.max_x, e.max_y});
  if (is_new) place->second = common_boxes(e, version);
  return place->second;
}

/// What the layers of one document have in common.
struct Common {
  std::int64_t now_us = 0;
  std::size_t most_listed = 0;  ///< parts of an extent
  KnownBoxes boxes;
};

CoverageParts parts_of(const Coverage& coverage, Version version, Common& common) {
  XmlWriter xml(XmlWriter::Kind::Fragment);
  const Envelope geographic = coverage::geographic_envelope(coverage.domain_set);
  // The common CRSs are inherited from the root.
  if (const auto own = own_crs(coverage.domain_set, version)) {
    xml.element(version == Version::V1_1_1 ? "SRS" : "CRS", own->name);
  }
  write_geographic_box(xml, version, geographic);
  for (const CrsBox& box :
       boxes_of(coverage.domain_set, boxes_for(geographic, version, common.boxes), version)) {
    write_box(xml, version, box);
  }
  return {xml.take(), write_dimensions(coverage, version, common.now_us, common.most_listed)};
}

void write_style(XmlWriter& xml, Version version, const std::string& layer,
                 const rendering::Style& style, const std::string& service_url) {
  const rendering::LegendSize size = rendering::legend_size(style, {});
  xml.start("Style");
  xml.element("Name", style.name);
  xml.element("Title", style.title);
  xml.start("LegendURL");
  xml.attribute("width", std::to_string(size.width));
  xml.attribute("height", std::to_string(size.height));
  xml.element("Format", "image/png");
  write_online_resource(
      xml, version,
      fmt::format("{}?SERVICE=WMS&VERSION={}&REQUEST=GetLegendGraphic&FORMAT=image%2Fpng&LAYER={}"
                  "&STYLE={}&SLD_VERSION=1.1.0",
                  service_url, version == Version::V1_1_1 ? "1.1.1" : "1.3.0",
                  http::percent_encode(layer), http::percent_encode(style.name)));
  xml.end().end();
}

/// What QC may ask of the layer; empty: nothing.
std::string quality_words(const Dataset& dataset, const coverage::Field& field) {
  std::string text;
  for (const coverage::QualityFlags& quality : coverage::quality_flags(dataset, field)) {
    text += (text.empty() ? " Quality flags (QC=): " : "; ") + quality.flags.name + ":";
    for (std::size_t i = 0; i < quality.flags.flags.size(); ++i) {
      text += (i == 0 ? " " : ", ") + quality.flags.flags[i].meaning;
    }
  }
  return text.empty() ? text : text + ".";
}

void write_field(XmlWriter& xml, Version version, const Dataset& dataset, const Coverage& coverage,
                 std::size_t k, const CoverageParts& parts, const ows::Context& context) {
  const coverage::Field& field = coverage.fields[k];
  const std::string name = coverage::layer_name(dataset, field);
  const std::string title = title_of(dataset, field, context);
  xml.start("Layer").attribute("queryable", "1").attribute("opaque", "0");
  xml.element("Name", name);
  xml.element("Title", title);
  std::string abstract;
  if (dataset.description) {
    const auto text = dataset.description->fields.find(field.name);
    if (text != dataset.description->fields.end())
      abstract = text->second.abstract.in(context.language);
  }
  if (abstract.empty()) {
    abstract = title + (field.units.empty() ? "" : " [" + field.units + "]") + " of " + dataset.id;
  }
  if (const std::string quality = quality_words(dataset, field); !quality.empty()) {
    abstract += (abstract.ends_with('.') ? "" : ".") + quality;
  }
  xml.element("Abstract", abstract);
  std::vector<std::string> keywords{field.name};
  if (!field.standard_name.empty() && field.standard_name != field.name) {
    keywords.push_back(field.standard_name);
  }
  write_keywords(xml, keywords);
  xml.raw(parts.boxes);
  xml.raw(parts.dimensions);
  for (const rendering::Style& style : rendering::styles_for(coverage, k)) {
    write_style(xml, version, name, style, context.service_url);
  }
  xml.end();
}

void write_attribution(XmlWriter& xml, Version version, const coverage::Description& description) {
  if (description.institution.empty()) return;
  xml.start("Attribution");
  xml.element("Title", description.institution);
  const std::string& url = description.creator_url;
  if (url.starts_with("http://") || url.starts_with("https://")) {
    write_online_resource(xml, version, url);
  }
  xml.end();
}

void write_dataset(XmlWriter& xml, Version version, const Dataset& dataset,
                   const ows::Context& context, Common& common) {
  xml.start("Layer").attribute("queryable", "0");
  if (dataset.description) {
    const coverage::Description& description = *dataset.description;
    const std::string& title = description.title.in(context.language);
    xml.element("Title", title.empty() ? dataset.id : title);
    const std::string& abstract = description.abstract.in(context.language);
    if (!abstract.empty()) xml.element("Abstract", abstract);
    write_keywords(xml, description.keywords);
    write_geographic_box(xml, version, description.geographic);
    write_attribution(xml, version, description);
  } else {
    xml.element("Title", dataset.id);
  }
  for (const Coverage& coverage : dataset.coverages) {
    const CoverageParts parts = parts_of(coverage, version, common);
    for (std::size_t k = 0; k < coverage.fields.size(); ++k) {
      write_field(xml, version, dataset, coverage, k, parts, context);
    }
  }
  xml.end();
}

}  // namespace

void write_layers(XmlWriter& xml, Version version, const ows::Context& context) {
  xml.start("Layer");
  xml.element("Title", context.identity->title);
  const std::vector<OfferedCrs> everywhere = common_crs(version);
  for (const OfferedCrs& crs : everywhere) {
    xml.element(version == Version::V1_1_1 ? "SRS" : "CRS", crs.name);
  }
  const Envelope world{-180, -90, 180, 90};
  write_geographic_box(xml, version, world);
  write_box(xml, version, {everywhere.front(), world});
  const std::int64_t now_us = context.clock->now_us();
  Common common{now_us, longest_list(*context.catalogue, now_us), {}};
  for (const auto& dataset : context.catalogue->datasets()) {
    write_dataset(xml, version, *dataset, context, common);
  }
  xml.end();
}

}  // namespace gyre::wms
