#include "services/wms/point_series.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "coverage/subset/view.h"
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

/// How many steps along `axis` may be read at once: a chunk is inflated whole for each sample, and
/// meanwhile nobody else reads.
std::size_t steps_at_once(const coverage::Field& field, const coverage::DomainSet& domain_set,
                          std::size_t axis) {
  constexpr std::size_t kInflated = 128u << 20;
  std::size_t bytes = size_of(field.storage), dimension = 0;
  std::size_t along = 1;
  for (std::size_t a = 0; a < domain_set.axes().size(); ++a) {
    if (domain_set.axes()[a].is_scalar()) continue;
    if (dimension >= field.chunk_shape.size()) break;
    if (a == axis) along = std::max<std::size_t>(1, field.chunk_shape[dimension]);
    bytes *= std::max<std::size_t>(1, field.chunk_shape[dimension++]);
  }
  return std::max<std::size_t>(1, kInflated / bytes) * along;
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
  return query;
}

}  // namespace

std::string meaning_of(const coverage::Field& field, double value) {
  std::string meaning;
  if (!std::isfinite(value) || std::abs(value) >= 9.2e18 || field.flags.empty()) return meaning;
  const double stored = (value - field.packing.offset) / field.packing.scale;
  const std::int64_t raw = std::llround(stored);
  for (const coverage::Flag& flag : field.flags) {
    // CF 1.11, 3.5: with a mask alone any of its bits; with both the masked bits equal the value.
    const std::int64_t masked = flag.mask ? raw & *flag.mask : raw;
    if (flag.value ? masked != *flag.value : masked == 0) continue;
    if (!meaning.empty()) meaning += ", ";
    meaning += flag.meaning;
  }
  std::replace(meaning.begin(), meaning.end(), '_', ' ');
  return meaning;
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

void add_forecast(const LayerQuery& layer, std::size_t index, std::vector<LayerInfo::Step>& steps) {
  if (layer.runs == nullptr) return;
  for (LayerInfo::Step& step : steps_of(*layer.runs, layer.forecasts->at(index))) {
    steps.push_back(std::move(step));
  }
}

AskedSteps asked_steps(const LayerQuery& layer, const MapPart& map, const ows::Context& context) {
  AskedSteps asked;
  std::size_t samples = 1, most = 0;
  for (const Dimension& dimension : layer.dimensions) {
    const coverage::Axis& axis = layer.coverage->domain_set.axes()[dimension.axis];
    asked.dimensions.push_back(choose_all(axis, dimension, asked_of(dimension, axis, layer.values),
                                          context.clock->now_us()));
    samples *= asked.dimensions.back().indices.size();
    const std::size_t d = asked.dimensions.size() - 1;
    if (asked.dimensions[d].indices.size() > asked.dimensions[most].indices.size()) most = d;
    if (samples > context.limits.info_samples) {
      const std::string parameter = parameter_of(layer.dimensions[most]);
      throw ows::Exception("InvalidDimensionValue", parameter, 400,
                           fmt::format("{} asks for {} samples or more, and {} at most are given; "
                                       "narrow the range, or give it a resolution (low/high/step)",
                                       parameter, samples, context.limits.info_samples));
    }
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
  const coverage::DomainSet& domain_set = layer.coverage->domain_set;
  const coverage::View view(query_of(layer, cell, steps));
  const coverage::Field& field = view.field(0);  // in the units asked for
  context.admit(view.query());
  const std::vector<double> heights = heights_of(layer, cell, steps);

  // The slowest of the axes that vary is taken in parts.
  const std::vector<std::size_t> shape = view.shape();
  coverage::IndexBox box;
  for (const std::size_t extent : shape) box.push_back({0, extent});
  std::size_t cut = 0;
  while (cut + 1 < shape.size() && shape[cut] == 1) ++cut;
  const std::size_t part = steps_at_once(field, domain_set, cut);

  std::vector<std::size_t> order(layer.dimensions.size());  // as the axes are, slowest first
  for (std::size_t d = 0; d < order.size(); ++d) order[d] = d;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return layer.dimensions[a].axis < layer.dimensions[b].axis;
  });
  std::vector<LayerInfo::Sample> series;
  std::vector<std::size_t> at(shape.size(), 0);
  for (std::size_t begin = 0; begin < shape[cut]; begin += part) {
    box[cut] = {begin, std::min(begin + part, shape[cut])};
    const coverage::RawBlock block = view.read(0, box, context.abort);
    std::vector<double> values(block.cells());
    unpack(field, block, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      LayerInfo::Sample sample;
      for (const std::size_t d : order) {
        const std::vector<std::size_t>& asked = steps.dimensions[d].indices;
        if (asked.size() < 2) continue;
        const std::size_t axis = layer.dimensions[d].axis;
        sample.steps.push_back(step_of(layer, d, asked[at[axis]]));
        if (axis == domain_set.time()) add_forecast(layer, asked[at[axis]], sample.steps);
        if (!heights.empty() && axis == layer.coverage->vertical->axis) {
          const auto computed = computed_dimension_of(*layer.coverage);
          const double height = heights[asked[at[axis]]];
          sample.steps.push_back({computed->name,
                                  std::isnan(height) ? "" : fmt::format("{}", height + 0.0),
                                  computed->units, true});
        }
      }
      if (!std::isnan(values[i])) {
        sample.value = format_sample(field, block, i);
        sample.meaning = meaning_of(field, values[i]);
      }
      series.push_back(std::move(sample));
      for (std::size_t d = shape.size(); d-- > 0;) {  // the next sample
        if (++at[d] < shape[d]) break;
        at[d] = 0;
      }
    }
  }
  return series;
}

}  // namespace gyre::wms
