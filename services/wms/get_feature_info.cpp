#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "coverage/vertical/level_heights.h"
#include "rendering/style.h"
#include "services/ows/exception.h"
#include "services/wms/feature_info_format.h"
#include "services/wms/forecast_choice.h"
#include "services/wms/layer_query.h"
#include "services/wms/map_lifetime.h"
#include "services/wms/operations.h"
#include "services/wms/point_series.h"
#include "services/wms/shown.h"

namespace gyre::wms {
namespace {

/// Of the sample, an index per axis of the layer's domain set.
std::vector<std::size_t> indices_of(const LayerQuery& layer, const coverage::PointSample& sample) {
  const coverage::DomainSet& domain_set = layer.coverage->domain_set;
  std::vector<std::size_t> at;
  for (const coverage::AxisSelection& axis : layer.query.axes) {
    at.push_back(axis.runs.front().range.begin);
  }
  if (domain_set.y() != domain_set.x()) at[domain_set.y()] = sample.cell->y;
  at[domain_set.x()] = sample.cell->x;
  return at;
}

/// The height or pressure asked for, or that of the stored level's sample where it is computed.
std::optional<LayerInfo::Step> height_of(const LayerQuery& layer,
                                         const coverage::PointSample& sample) {
  const auto step = [](const ComputedDimension& dimension, double value) {
    return LayerInfo::Step{dimension.name, fmt::format("{}", value + 0.0), dimension.units, true};
  };
  if (layer.surface) return step(layer.surface->dimension, layer.surface->value);
  const auto computed = computed_dimension_of(*layer.coverage);
  if (!computed) return std::nullopt;
  const double height =
      coverage::height_of_sample(*layer.dataset->source, layer.coverage->domain_set,
                                 *layer.coverage->vertical, indices_of(layer, sample));
  if (std::isnan(height)) return std::nullopt;
  return step(*computed, height);
}

/// Of a speed, the direction that goes with it.
std::optional<LayerInfo::Step> direction_of(const LayerQuery& layer, const GetFeatureInfo& request,
                                            const ows::Context& context) {
  const auto direction = direction_field(layer);
  if (!direction) return std::nullopt;
  coverage::ResolvedQuery query = layer.query;
  query.fields = {*direction};
  const coverage::PointSample sample =
      coverage::sample_pixel(query, target_of(request.map), request.i, request.j, context.abort);
  if (std::isnan(sample.values.front())) return std::nullopt;
  const coverage::Field& field = layer.coverage->fields[*direction];
  return LayerInfo::Step{field.name, sample.texts.front(), field.units, true};
}

/// What is told of a layer at a place, whatever its values.
LayerInfo about(const LayerQuery& layer, const coverage::PointSample& sample,
                const ows::Context& context) {
  const coverage::Field& field = layer.field_asked();
  LayerInfo info;
  info.layer = coverage::layer_name(*layer.dataset, field);
  info.title = title_of(*layer.dataset, field, context);
  info.standard_name = field.standard_name;
  info.units = field.units;
  info.longitude = sample.longitude;
  info.latitude = sample.latitude;
  info.x = sample.x;
  info.y = sample.y;
  return info;
}

LayerInfo describe(const LayerQuery& layer, const coverage::PointSample& sample,
                   const GetFeatureInfo& request, const ows::Context& context, Caches& caches) {
  const coverage::Field& field = layer.field_asked();
  LayerInfo info = about(layer, sample, context);
  for (std::size_t d = 0; d < layer.dimensions.size(); ++d) {
    info.steps.push_back(step_of(layer, d, layer.chosen[d].index));
  }
  if (layer.runs != nullptr) {
    const std::size_t axis = forecast_axis(layer).value();
    add_forecast(layer, layer.query.axes[axis].runs.front().range.begin, info.steps);
  }
  if (auto height = height_of(layer, sample)) info.steps.push_back(*std::move(height));
  const double value = sample.values.front();
  if (!std::isnan(value)) {  // infinities are values, and drawn
    info.value = sample.texts.front();
    info.meaning = meaning_of(field, sample.stored.front(), 0);
  }
  info.quality =
      coverage::quality_of_sample(*layer.dataset, *layer.coverage,
                                  layer.coverage->fields[layer.field], indices_of(layer, sample));
  const rendering::Style style = style_shown(layer, request.map, context, caches);
  info.colour_class =
      class_shown(layer, request.map, request.i, request.j, style, value, context, caches);
  if (info.colour_class >= 0) {
    info.colour = rendering::class_colours(style)[static_cast<std::size_t>(info.colour_class)];
  }
  return info;
}

/// A profile or series in place of one value.
LayerInfo describe_series(const LayerQuery& layer, const coverage::PointSample& sample,
                          const AskedSteps& steps, const ows::Context& context) {
  LayerInfo info = about(layer, sample, context);
  for (std::size_t d = 0; d < layer.dimensions.size(); ++d) {
    const std::vector<std::size_t>& indices = steps.dimensions[d].indices;
    if (indices.size() > 1) continue;
    info.steps.push_back(step_of(layer, d, indices.front()));
    if (layer.dimensions[d].axis == forecast_axis(layer)) {
      add_forecast(layer, indices.front(), info.steps);
    }
  }
  if (layer.surface) info.steps.push_back(*height_of(layer, sample));
  info.series = series_at(layer, *sample.cell, steps, context);
  return info;
}

/// Which of the map's layers are asked about. @throws ows::Exception LayerNotDefined
std::vector<std::size_t> queried(const GetFeatureInfo& request, const ows::Context& context) {
  std::vector<std::size_t> places;
  for (const std::string& name : request.query_layers) {
    static_cast<void>(find_layer(name, context, "QUERY_LAYERS"));
    const auto found = std::find(request.map.layers.begin(), request.map.layers.end(), name);
    if (found == request.map.layers.end()) {
      throw ows::Exception("LayerNotDefined", "QUERY_LAYERS", 400,
                           "The layer " + name + " of QUERY_LAYERS is not among LAYERS");
    }
    places.push_back(static_cast<std::size_t>(found - request.map.layers.begin()));
  }
  return places;
}

}  // namespace

http::Response get_feature_info(const GetFeatureInfo& request, const ows::Context& context,
                                Caches& caches) {
  const FeatureInfoFormat& format = feature_info_format(request.format);
  if (request.i >= request.map.width || request.j >= request.map.height) {
    const bool old = request.version == Version::V1_1_1;
    const bool wide = request.i >= request.map.width;
    throw ows::Exception("InvalidPoint", wide ? (old ? "X" : "I") : (old ? "Y" : "J"), 400,
                         "The pixel lies outside of the map, which is " +
                             std::to_string(request.map.width) + " x " +
                             std::to_string(request.map.height) + "; pixels count from 0");
  }
  const std::vector<LayerQuery> layers = resolve_layers(request.map, context);
  FeatureInfo info;
  std::vector<std::string> warnings;
  for (const std::size_t place : queried(request, context)) {
    const LayerQuery& layer = layers[place];
    const AskedSteps steps = asked_steps(layer, context);
    for (const std::string& warning : steps.warnings(layer)) warnings.push_back(warning);
    coverage::ResolvedQuery query = layer.query;
    if (steps.several()) query.fields.clear();  // the place alone
    const coverage::PointSample sample =
        coverage::sample_pixel(query, target_of(request.map), request.i, request.j, context.abort);
    if (!sample.cell) continue;
    info.layers.push_back(steps.several() ? describe_series(layer, sample, steps, context)
                                          : describe(layer, sample, request, context, caches));
    if (steps.several()) continue;
    if (auto direction = direction_of(layer, request, context)) {
      info.layers.back().steps.push_back(*std::move(direction));
    }
  }
  http::Response response;
  response.media_type = format.media_type;
  response.media_type += "; charset=utf-8";
  response.body = format.write(info);
  for (const std::string& warning : warnings) response.with_header("Warning", warning);
  response.with_header("Cache-Control", ows::cache_control(lifetime_of(layers, context), context));
  return response;
}

}  // namespace gyre::wms
