#include "coverage/derive/forecast_source.h"

#include <algorithm>
#include <cstring>

#include "coverage/base/error.h"

namespace gyre::coverage {
namespace {

/// Forecasts that one box of the original holds: from one to the next the run, the lead or (where
/// the variable has neither) nothing steps by one.
struct Stretch {
  IndexRange places;  ///< in the series
  Forecast first;
  std::size_t run_step = 0, lead_step = 0;

  [[nodiscard]] IndexRange runs() const {
    return {first.run, first.run + run_step * (places.size() - 1) + 1};
  }
  [[nodiscard]] IndexRange leads() const {
    return {first.lead, first.lead + lead_step * (places.size() - 1) + 1};
  }
  [[nodiscard]] bool varies() const { return run_step + lead_step > 0; }
};

/// @param has_runs, has_leads what the variable varies along: what it does not, may step at will
std::vector<Stretch> stretches_of(const std::vector<Forecast>& forecasts, IndexRange places,
                                  bool has_runs, bool has_leads) {
  std::vector<Stretch> stretches;
  for (std::size_t i = places.begin; i < places.end; ++i) {
    if (!stretches.empty()) {
      Stretch& last = stretches.back();
      const Forecast &before = forecasts[i - 1], &here = forecasts[i];
      const bool same_run = !has_runs || here.run == before.run;
      const bool same_lead = !has_leads || here.lead == before.lead;
      const std::size_t run_step = has_runs && here.run == before.run + 1 ? 1 : 0;
      const std::size_t lead_step = has_leads && here.lead == before.lead + 1 ? 1 : 0;
      const bool steps =
          (same_run || run_step == 1) && (same_lead || lead_step == 1) && run_step + lead_step <= 1;
      const bool alike =
          last.places.size() == 1 || (run_step == last.run_step && lead_step == last.lead_step);
      if (steps && alike) {
        last.run_step = run_step;
        last.lead_step = lead_step;
        last.places.end = i + 1;
        continue;
      }
    }
    stretches.push_back({{i, i + 1}, forecasts[i]});
  }
  return stretches;
}

std::size_t product(const std::vector<std::size_t>& shape, std::size_t from) {
  std::size_t cells = 1;
  for (std::size_t d = from; d < shape.size(); ++d) cells *= shape[d];
  return cells;
}

/// Copies index `j` along dimension `v` of a block to index `p` along dimension `at` of the answer;
/// the other dimensions are the same, in the same order.
void put(const RawBlock& block, std::size_t v, std::size_t j, RawBlock& answer, std::size_t at,
         std::size_t p) {
  const std::size_t size = size_of(answer.type);
  const std::size_t inner_from = product(block.shape, v + 1);
  const std::size_t inner_to = product(answer.shape, at + 1);
  const std::size_t cells = answer.cells() / answer.shape[at];
  const std::size_t step = std::min(inner_from, inner_to);
  for (std::size_t i = 0; i < cells; i += step) {
    const std::size_t from = (i / inner_from * block.shape[v] + j) * inner_from + i % inner_from;
    const std::size_t to = (i / inner_to * answer.shape[at] + p) * inner_to + i % inner_to;
    std::memcpy(answer.bytes.data() + to * size, block.bytes.data() + from * size, step * size);
  }
}

}  // namespace

ForecastSource::ForecastSource(std::shared_ptr<const Dataset> dataset,
                               std::shared_ptr<const HoldingSchema> original,
                               std::shared_ptr<const HoldingSchema> schema, Series series)
    : DerivedSource(std::move(dataset), std::move(schema)),
      original_(std::move(original)),
      series_(std::move(series)) {}

std::optional<ForecastSource::Place> ForecastSource::place_of(const std::string& variable) const {
  Place place;
  place.original = original_->find(variable);
  if (place.original == nullptr) return std::nullopt;
  const auto& dimensions = place.original->dimensions;
  for (std::size_t d = dimensions.size(); d-- > 0;) {
    if (dimensions[d] != series_.runs && dimensions[d] != series_.leads) continue;
    (dimensions[d] == series_.runs ? place.run : place.lead) = d;
    place.at = d;
  }
  if (!place.run && !place.lead) return std::nullopt;
  return place;
}

RawBlock ForecastSource::read(const std::string& variable, const IndexBox& box) const {
  if (variable == series_.time_variable) {
    if (box.size() != 1)
      throw Error(ErrorKind::Internal, variable, "no box for '" + variable + "'");
    RawBlock block{ElementType::Float64, {box[0].size()}, {}};
    block.bytes.resize(box[0].size() * sizeof(double));
    std::memcpy(block.bytes.data(), series_.times.data() + box[0].begin, block.bytes.size());
    return block;
  }
  const auto place = place_of(variable);
  return place ? read_series(*place, box) : original().read(variable, box);
}

RawBlock ForecastSource::read_series(const Place& place, const IndexBox& box) const {
  const VariableSchema& variable = *place.original;
  const std::size_t expected = variable.dimensions.size() - (place.run && place.lead ? 1 : 0);
  if (box.size() != expected || box[place.at].end > series_.forecasts.size()) {
    throw Error(ErrorKind::Internal, variable.name, "no box for '" + variable.name + "'");
  }
  RawBlock answer;
  for (const IndexRange& range : box) answer.shape.push_back(range.size());
  const std::vector<Stretch> stretches =
      stretches_of(series_.forecasts, box[place.at], place.run.has_value(), place.lead.has_value());
  for (const Stretch& stretch : stretches) {
    const RawBlock block =
        original().read(variable.name, original_box(place, box, stretch.runs(), stretch.leads()));
    if (answer.bytes.empty()) {
      answer.type = block.type;
      answer.bytes.resize(answer.cells() * size_of(answer.type));
    }
    const std::size_t along = stretch.run_step == 1    ? *place.run
                              : stretch.lead_step == 1 ? *place.lead
                                                       : place.at;
    for (std::size_t i = stretch.places.begin; i < stretch.places.end; ++i) {
      put(block, along, stretch.varies() ? i - stretch.places.begin : 0, answer, place.at,
          i - box[place.at].begin);
    }
  }
  return answer;
}

IndexBox ForecastSource::original_box(const Place& place, const IndexBox& box, IndexRange runs,
                                      IndexRange leads) {
  IndexBox from;
  for (std::size_t d = 0, n = 0; d < place.original->dimensions.size(); ++d) {
    if (d == place.run) {
      from.push_back(runs);
    } else if (d == place.lead) {
      from.push_back(leads);
    } else {
      if (n == place.at) ++n;
      from.push_back(box[n++]);
    }
  }
  return from;
}

void ForecastSource::explain(const std::string& variable, const IndexBox& box,
                             Explanation& explanation) const {
  if (variable == series_.time_variable) return;
  const auto place = place_of(variable);
  if (!place) return original().explain(variable, box, explanation);
  for (const Stretch& stretch : stretches_of(series_.forecasts, box[place->at],
                                             place->run.has_value(), place->lead.has_value())) {
    original().explain(variable, original_box(*place, box, stretch.runs(), stretch.leads()),
                       explanation);
  }
}

RawBlock ForecastSource::read_wanted(const std::string& variable, const IndexBox& box,
                                     std::span<const std::uint8_t> wanted) const {
  if (variable == series_.time_variable || place_of(variable)) return read(variable, box);
  return original().read_wanted(variable, box, wanted);
}

std::vector<std::string> ForecastSource::read_strings(const std::string& variable) const {
  const std::vector<std::string> all = original().read_strings(variable);
  const auto place = place_of(variable);
  if (!place) return all;
  // As values are gathered, of their places in the list.
  const std::vector<std::size_t>& shape = place->original->shape;
  std::vector<std::size_t> new_shape = shape;
  new_shape[place->at] = series_.forecasts.size();
  if (place->run && place->lead) {
    new_shape.erase(new_shape.begin() +
                    static_cast<std::ptrdiff_t>(std::max(*place->run, *place->lead)));
  }
  std::vector<std::string> gathered;
  const std::size_t cells = product(new_shape, 0);
  for (std::size_t i = 0; i < cells; ++i) {
    std::vector<std::size_t> index(new_shape.size());
    for (std::size_t d = new_shape.size(), rest = i; d-- > 0; rest /= new_shape[d]) {
      index[d] = rest % new_shape[d];
    }
    const Forecast& forecast = series_.forecasts[index[place->at]];
    std::size_t offset = 0;
    for (std::size_t d = 0, n = 0; d < shape.size(); ++d) {
      std::size_t at = 0;
      if (d == place->run) {
        at = forecast.run;
      } else if (d == place->lead) {
        at = forecast.lead;
      } else {
        if (n == place->at) ++n;
        at = index[n++];
      }
      offset = offset * shape[d] + at;
    }
    gathered.push_back(all[offset]);
  }
  return gathered;
}

}  // namespace gyre::coverage
