#include "services/wms/point_series.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "coverage/derive/quality.h"
#include "coverage/subset/chunk_parts.h"
#include "coverage/subset/quality_samples.h"
#include "coverage/subset/view.h"
#include "coverage/subset/working_memory.h"
#include "coverage/vertical/level_heights.h"
#include "services/ows/exception.h"
#include "services/wms/forecast_choice.h"

namespace gyre::wms {
namespace {

/// Runs of neighbours.
coverage::AxisSelection selection_of(const std::vector<std::size_t>& indices) {
  coverage::AxisSelection selection;
  for (const std::size_t i : indices) {
    if (!selection.runs.empty() && selection.runs.back().range.end == i) {
      ++selection.runs.back().range.end;
    } else {
      selection.runs.push_back({{i, i + 1}, 0});
    }
  }
  return selection;
}

/// The heights or pressures of all levels over one cell; empty where they are not computed, or not
/// the same for all samples.
std::vector<double> heights_of(const LayerQuery& layer, const coverage::CellIndex& cell,
                               const AskedSteps& steps) {
  if (layer.surface || !computed_dimension_of(*layer.coverage)) return {};
  const coverage::DomainSet& domain_set = layer.coverage->domain_set;
  const coverage::VerticalTransform& transform = *layer.coverage->vertical;
  for (std::size_t d = 0; d < layer.dimensions.size(); ++d) {
    if (layer.dimensions[d].axis != transform.axis && steps.dimensions[d].indices.size() > 1) {
      return {};
    }
  }
  std::vector<std::size_t> at(domain_set.axes().size(), 0);
  for (std::size_t d = 0; d < layer.dimensions.size(); ++d) {
    at[layer.dimensions[d].axis] = steps.dimensions[d].indices.front();
  }
  const coverage::LevelHeights heights(*layer.dataset->source, domain_set, transform, at,
                                       {cell.y, cell.y + 1}, {cell.x, cell.x + 1});
  std::vector<double> levels(heights.levels());
  heights.column(0, 0, levels);
  return levels;
}

coverage::ResolvedQuery query_of(const LayerQuery& layer, const coverage::CellIndex& cell,
                                 const AskedSteps& steps) {
  const coverage::DomainSet& domain_set = layer.coverage->domain_set;
  coverage::ResolvedQuery query = layer.query;
  query.axes[domain_set.y()] = {{{{cell.y, cell.y + 1}, 0}}, false};
  query.axes[domain_set.x()] = {{{{cell.x, cell.x + 1}, 0}}, false};  // of a mesh the same axis
  for (std::size_t d = 0; d < layer.dimensions.size(); ++d) {
    query.axes[layer.dimensions[d].axis] = selection_of(steps.dimensions[d].indices);
  }
  query.output_cells = query.cells();
  query.working_bytes = coverage::bytes_for_numbers(query.output_cells);
  return query;
}

/// All samples of a field, read at once.
struct Values {
  coverage::RawBlock block;
  std::vector<std::uint8_t> missing;

  Values(const coverage::View& view, std::size_t k, const coverage::AbortToken& abort)
      : block(coverage::read_in_parts(view, k, abort)) {
    std::vector<double> values(block.cells());
    unpack(view.field(k), block, values);
    for (const double value : values) missing.push_back(std::isnan(value) ? 1 : 0);
  }
  [[nodiscard]] std::optional<std::string> text(const coverage::Field& field, std::size_t i) const {
    if (missing[i] != 0) return std::nullopt;
    return format_sample(field, block, i);
  }
};

}  // namespace

std::string meaning_of(const coverage::Field& field, const coverage::RawBlock& block,
                       std::size_t index) {
  std::string meaning = coverage::meanings_of_sample(field, block, index);
  std::replace(meaning.begin(), meaning.end(), '_', ' ');
  return meaning;
}

std::optional<std::size_t> direction_field(const LayerQuery& layer) {
  for (const coverage::Coverage::Vector& vector : layer.coverage->vectors) {
    if (vector.speed == layer.field) return vector.direction;
  }
  return std::nullopt;
}

bool AskedSteps::several() const {
  return std::any_of(dimensions.begin(), dimensions.end(),
                     [](const ChosenSteps& steps) { return steps.indices.size() > 1; });
}

std::vector<std::string> AskedSteps::warnings(const LayerQuery& layer) const {
  std::vector<std::string> all = layer.query.warnings;
  for (std::size_t d = 0; d < dimensions.size(); ++d) {
    const std::string& mapped = layer.chosen[d].warning;
    if (mapped == dimensions[d].warning) continue;
    if (const auto found = std::find(all.begin(), all.end(), mapped); found != all.end()) {
      all.erase(found);
    }
    if (!dimensions[d].warning.empty()) all.push_back(dimensions[d].warning);
  }
  return all;
}

std::optional<std::size_t> forecast_axis(const LayerQuery& layer) {
  if (layer.runs == nullptr) return std::nullopt;
  const coverage::DomainSet& domain_set = layer.coverage->domain_set;
  const auto time = domain_set.time();
  return time ? time : domain_set.find(coverage::AxisRole::ReferenceTime);
}

void add_forecast(const LayerQuery& layer, std::size_t index, std::vector<LayerInfo::Step>& steps) {
  if (layer.runs == nullptr) return;
  const coverage::Forecast& forecast = layer.forecasts->at(index);
  const auto told = [&](const std::string& name) {
    return std::any_of(steps.begin(), steps.end(),
                       [&](const LayerInfo::Step& step) { return step.name == name; });
  };
  if (!told("time")) steps.push_back({"time", forecast.valid.iso8601(), "ISO8601", false});
  for (LayerInfo::Step& step : steps_of(*layer.runs, forecast)) {
    if (!told(step.name)) steps.push_back(std::move(step));
  }
}

AskedSteps asked_steps(const LayerQuery& layer, const ows::Context& context) {
  AskedSteps asked;
  std::size_t samples = 1, most = 0;
  const StepsLimit limit{context.limits.info_samples, context.abort};
  for (std::size_t d = 0; d < layer.dimensions.size(); ++d) {
    const Dimension& dimension = layer.dimensions[d];
    const coverage::Axis& axis = layer.coverage->domain_set.axes()[dimension.axis];
    asked.dimensions.push_back(choose_all(axis, dimension, asked_of(dimension, axis, layer.values),
                                          context.clock->now_us(), limit));
    samples *= asked.dimensions.back().indices.size();
    if (asked.dimensions[d].indices.size() > asked.dimensions[most].indices.size()) most = d;
    if (samples > limit.samples) refuse_samples(layer.dimensions[most], samples, limit);
  }
  return asked;
}

LayerInfo::Step step_of(const LayerQuery& layer, std::size_t dimension, std::size_t index) {
  const Dimension& d = layer.dimensions[dimension];
  return {d.name, value_text(layer.coverage->domain_set.axes()[d.axis], d, index),
          d.unit_symbol.empty() ? d.units : d.unit_symbol, d.kind == Dimension::Kind::Number};
}

std::vector<LayerInfo::Sample> series_at(const LayerQuery& layer, const coverage::CellIndex& cell,
                                         const AskedSteps& steps, const ows::Context& context) {
  coverage::ResolvedQuery query = query_of(layer, cell, steps);
  const auto direction = direction_field(layer);
  if (direction) query.fields = {query.fields.front(), *direction};
  const coverage::View view(std::move(query));
  const coverage::Field& field = view.field(0);  // in the units asked for
  context.admit(view.query());
  const std::vector<double> heights = heights_of(layer, cell, steps);
  const Values values(view, 0, context.abort);
  std::optional<Values> directions;
  if (direction) directions.emplace(view, 1, context.abort);
  auto quality = coverage::quality_of_samples(*layer.dataset, *layer.coverage,
                                              layer.coverage->fields[layer.field],
                                              view.query().axes, context.abort);

  std::vector<std::size_t> order(layer.dimensions.size());  // as the axes are, slowest first
  for (std::size_t d = 0; d < order.size(); ++d) order[d] = d;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return layer.dimensions[a].axis < layer.dimensions[b].axis;
  });
  const std::vector<std::size_t> shape = view.shape();
  std::vector<LayerInfo::Sample> series(values.missing.size());
  std::vector<std::size_t> at(shape.size(), 0);
  for (std::size_t i = 0; i < series.size(); ++i) {
    LayerInfo::Sample& sample = series[i];
    for (const std::size_t d : order) {
      const std::vector<std::size_t>& asked = steps.dimensions[d].indices;
      if (asked.size() < 2) continue;
      const std::size_t axis = layer.dimensions[d].axis;
      sample.steps.push_back(step_of(layer, d, asked[at[axis]]));
      if (axis == forecast_axis(layer)) add_forecast(layer, asked[at[axis]], sample.steps);
      if (!heights.empty() && axis == layer.coverage->vertical->axis) {
        const auto computed = computed_dimension_of(*layer.coverage);
        const double height = heights[asked[at[axis]]];
        sample.steps.push_back({computed->name,
                                std::isnan(height) ? "" : fmt::format("{}", height + 0.0),
                                computed->units, true});
      }
    }
    if (const auto value = values.text(field, i)) {
      sample.value = *value;
      sample.meaning = meaning_of(field, values.block, i);
    }
    if (directions) {
      const coverage::Field& told = view.field(1);
      sample.steps.push_back({told.name, directions->text(told, i).value_or(""), told.units, true});
    }
    if (!quality.empty()) sample.quality = std::move(quality[i]);
    for (std::size_t d = shape.size(); d-- > 0;) {  // the next sample
      if (++at[d] < shape[d]) break;
      at[d] = 0;
    }
  }
  return series;
}

}  // namespace gyre::wms
