#include "services/wms/layer_query.h"

#include <algorithm>
#include <cmath>

#include "coverage/metadata/description.h"
#include "coverage/subset/asked_values.h"
#include "coverage/subset/working_memory.h"
#include "services/http/text.h"
#include "services/ows/exception.h"
#include "services/wms/forecast_choice.h"

namespace gyre::wms {
namespace {

constexpr std::size_t kShown = 100;

coverage::ResolvedQuery query_of(const LayerQuery& layer, const MapPart& map) {
  coverage::ResolvedQuery query = layer.query;
  query.dataset = layer.dataset;
  query.coverage = layer.coverage;
  query.fields = {layer.field};
  const coverage::DomainSet& domain_set = layer.coverage->domain_set;
  for (std::size_t k = 0; k < domain_set.axes().size(); ++k) {
    if (k == domain_set.x() || k == domain_set.y()) {
      query.axes.push_back(coverage::whole_axis(domain_set.axes()[k]));
    } else {
      query.axes.push_back({{coverage::AxisRun{{0, 1}, 0}}, true});
    }
  }
  for (std::size_t d = 0; d < layer.dimensions.size(); ++d) {
    const std::size_t step = layer.chosen[d].index;
    query.axes[layer.dimensions[d].axis].runs.front().range = {step, step + 1};
    if (!layer.chosen[d].warning.empty()) query.warnings.push_back(layer.chosen[d].warning);
  }
  query.output_cells = map.width * map.height;
  query.working_bytes = coverage::bytes_for_picture(query.output_cells);
  return query;
}

/// The layer as one series of forecasts, if it is one of several runs.
void settle_forecasts(LayerQuery& layer, const MapPart& map, const ows::Context& context) {
  if (!layer.coverage->forecasts) return;
  ForecastChoice choice =
      choose_forecasts(layer.dataset, *layer.coverage, map.dimensions, context.clock->now_us());
  layer.runs = layer.coverage;
  layer.forecasts = std::move(choice.forecasts);
  layer.forecasts_of = std::move(choice.of);
  if (choice.time) layer.values["time"] = *choice.time;
  layer.query.warnings = std::move(choice.warnings);
  layer.dataset = std::move(choice.dataset);
  layer.coverage = &layer.dataset->coverages.front();
}

/// The height or pressure asked for, if one is.
std::optional<LayerQuery::Surface> surface_of(const LayerQuery& layer, const MapPart& map) {
  const auto dimension = computed_dimension_of(*layer.coverage);
  if (!dimension) return std::nullopt;
  const auto value = asked_of(*dimension, *layer.coverage, map.dimensions);
  if (!value) return std::nullopt;
  return LayerQuery::Surface{*dimension, *value};
}

/// What QC comes down to, for each layer.
std::vector<std::vector<coverage::QualityRule>> rules_of(const std::vector<LayerQuery>& layers,
                                                         const coverage::QualityWish& wish) {
  if (wish.empty()) return std::vector<std::vector<coverage::QualityRule>>(layers.size());
  std::vector<coverage::QualitySubject> subjects;
  for (const LayerQuery& layer : layers) {
    subjects.push_back({layer.dataset.get(), &layer.coverage->fields[layer.field]});
  }
  return coverage::quality_rules(subjects, wish);
}

/// The layer as it is published, or one series of it.
LayerQuery named_layer(const MapPart& map, std::size_t place, const ows::Context& context) {
  const coverage::LayerRef found = find_layer(map.layers[place], context, "LAYERS");
  LayerQuery layer;
  layer.name = map.layers[place];
  layer.values = map.dimensions;
  layer.dataset = context.catalogue->find_dataset(found.dataset->id);
  layer.published = layer.dataset;
  layer.coverage = found.coverage;
  layer.field = found.field;
  layer.style = named_style(found, map.styles[place], "STYLES");
  settle_forecasts(layer, map, context);
  return layer;
}

/// Of one run, or at one lead, there are the times there are: none is taken for another.
Chosen chosen_step(const LayerQuery& layer, const Dimension& dimension, const coverage::Axis& axis,
                   std::int64_t now_us) {
  const auto text = asked_of(dimension, axis, layer.values);
  const bool strict = !layer.forecasts_of.empty() && dimension.name == "time" && text;
  try {
    Chosen chosen = choose(axis, dimension, text, now_us);
    if (!strict || !chosen.warning.starts_with("99 Nearest")) return chosen;
  } catch (const ows::Exception&) {
    if (!strict) throw;
  }
  refuse_time(layer.forecasts_of, *text, axis);
}

/// Decides all the rest of what is asked about a layer.
void settle(LayerQuery& layer, const MapPart& map, const std::string& units,
            std::vector<coverage::QualityRule> rules, const ows::Context& context) {
  const coverage::Field& field = layer.coverage->fields[layer.field];
  layer.style = style_in_units(std::move(layer.style), field, units);
  layer.surface = surface_of(layer, map);
  coverage::AskedValues asked;
  if (!units.empty()) asked.units = {{field.name, units}};
  if (!rules.empty()) asked.quality = {{layer.field, std::move(rules)}};
  if (layer.surface) asked.surface = layer.surface->value;
  const coverage::CoverageOf samples =
      coverage::samples_asked({layer.dataset, layer.coverage}, asked, context.abort);
  layer.dataset = samples.dataset;
  layer.coverage = samples.coverage;
  layer.dimensions = dimensions_of(layer.coverage->domain_set);
  for (const Dimension& dimension : layer.dimensions) {
    const coverage::Axis& axis = layer.coverage->domain_set.axes()[dimension.axis];
    layer.chosen.push_back(chosen_step(layer, dimension, axis, context.clock->now_us()));
  }
  layer.query = query_of(layer, map);
  context.admit(layer.query);
  layer.query = coverage::in_units_asked(std::move(layer.query), asked);
}

std::pair<double, double> range_of(std::span<const double> values,
                                   std::pair<double, double> otherwise) {
  double low = INFINITY, high = -INFINITY;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) return otherwise;
  return low == high ? std::pair(low, std::nextafter(high, INFINITY)) : std::pair(low, high);
}

}  // namespace

coverage::LayerRef find_layer(const std::string& name, const ows::Context& context,
                              const char* locator) {
  auto found = context.catalogue->layer(name, context.dataset_scope);
  if (!found) {
    // Some clients escape the '/' of a name twice.
    const auto decoded = http::percent_decode(name, false);
    if (decoded) found = context.catalogue->layer(*decoded, context.dataset_scope);
  }
  if (!found) {
    throw ows::Exception("LayerNotDefined", locator, 404,
                         "There is no layer " + name.substr(0, kShown) +
                             "; layers are named dataset/variable, as the capabilities list them");
  }
  return *found;
}

rendering::Style named_style(const coverage::LayerRef& layer, const std::string& name,
                             const char* locator) {
  auto style = rendering::find_style(*layer.coverage, layer.field, name);
  if (!style) {
    throw ows::Exception("StyleNotDefined", locator, 404,
                         "There is no style " + name.substr(0, kShown) +
                             "; styles are named default/<palette>, as the capabilities list them");
  }
  return *std::move(style);
}

rendering::Style style_in_units(rendering::Style style, const coverage::Field& field,
                                const std::string& units) {
  if (units.empty()) return style;
  const coverage::cf::UnitConversion conversion = coverage::conversion_of(field, units);
  if (conversion.identity()) return style;
  std::tie(style.low, style.high) = coverage::converted_range(conversion, {style.low, style.high});
  if (style.low <= 0) style.logarithmic = false;
  return style;
}

rendering::Style with_colour_scale(rendering::Style style, const ColourScale& scale,
                                   std::span<const double> values) {
  if (scale.opacity) style.opacity = *scale.opacity;
  if (!style.categories.empty()) return style;  // categories have no range
  if (const auto* range = std::get_if<std::pair<double, double>>(&scale.range)) {
    std::tie(style.low, style.high) = *range;
  } else if (std::holds_alternative<ColourScale::Auto>(scale.range)) {
    std::tie(style.low, style.high) = range_of(values, {style.low, style.high});
  }
  if (scale.logarithmic) style.logarithmic = *scale.logarithmic;
  if (style.logarithmic && style.low <= 0) {
    throw ows::Exception("InvalidParameterValue", "LOGSCALE", 400,
                         "A logarithmic scale begins above zero: give COLORSCALERANGE=low,high "
                         "with low above zero");
  }
  if (scale.bands) style.palette = rendering::with_colours(style.palette, *scale.bands);
  style.below = scale.below;
  style.above = scale.above;
  return style;
}

// By DIM_<label of the axis>: people who know the file write that.
std::optional<std::string> asked_of(const Dimension& dimension, const coverage::Axis& axis,
                                    const DimensionValues& values) {
  for (const std::string& name : {dimension.name, plain_name(axis.label())}) {
    const auto asked = values.find(name);
    if (asked != values.end()) return asked->second;
  }
  return std::nullopt;
}

coverage::TargetGrid target_of(const MapPart& map) {
  return {map.crs, map.envelope, map.width, map.height};
}

void check_size(std::size_t width, std::size_t height, const ows::Context& context) {
  const ows::Limits& limits = context.limits;
  if (width > limits.map_width || height > limits.map_height ||
      width > limits.map_pixels / std::max<std::size_t>(height, 1)) {
    throw ows::Exception("InvalidParameterValue", width > limits.map_width ? "WIDTH" : "HEIGHT",
                         400,
                         "A picture has at most " + std::to_string(limits.map_width) + " x " +
                             std::to_string(limits.map_height) + " and " +
                             std::to_string(limits.map_pixels) + " pixels in all");
  }
}

std::vector<LayerQuery> resolve_layers(const MapPart& map, const ows::Context& context) {
  check_size(map.width, map.height, context);
  if (map.layers.size() > context.limits.map_layers) {
    throw ows::Exception(
        "InvalidParameterValue", "LAYERS", 400,
        "A map has at most " + std::to_string(context.limits.map_layers) + " layers");
  }
  std::vector<LayerQuery> layers;
  for (std::size_t k = 0; k < map.layers.size(); ++k) {
    layers.push_back(named_layer(map, k, context));
  }
  auto rules = rules_of(layers, map.quality);
  for (std::size_t k = 0; k < map.layers.size(); ++k) {
    settle(layers[k], map, map.units.empty() ? "" : map.units[k], std::move(rules[k]), context);
  }
  return layers;
}

std::string title_of(const coverage::Dataset& dataset, const coverage::Field& field,
                     const ows::Context& context) {
  if (dataset.description) {
    const auto found = dataset.description->fields.find(field.name);
    if (found != dataset.description->fields.end() && !found->second.title.empty()) {
      return found->second.title.in(context.language);
    }
  }
  if (!field.long_name.empty()) return field.long_name;
  return field.standard_name.empty() ? field.name : field.standard_name;
}

}  // namespace gyre::wms
