#include "coverage/model/forecast_runs.h"

#include <cmath>
#include <map>

namespace gyre::coverage {
namespace {

using ByTime = std::map<std::int64_t, Forecast>;

std::vector<Forecast> in_order(const ByTime& by_time) {
  std::vector<Forecast> forecasts;
  forecasts.reserve(by_time.size());
  for (const auto& [us, forecast] : by_time) forecasts.push_back(forecast);
  return forecasts;
}

}  // namespace

std::optional<Forecast> ForecastRuns::at(std::size_t run, std::size_t lead) const {
  const double position = positions[run * leads + lead];
  if (std::isnan(position)) return std::nullopt;
  return Forecast{run, lead, units.decode(position)};
}

std::vector<Forecast> ForecastRuns::find_best() const {
  ByTime found;
  for (std::size_t run = 0; run < runs.size(); ++run) {
    for (const Forecast& forecast : of_run(run)) {
      const auto [place, is_new] = found.try_emplace(forecast.valid.microseconds(), forecast);
      if (!is_new && runs[place->second.run] < runs[run]) place->second = forecast;
    }
  }
  return in_order(found);
}

std::vector<Forecast> ForecastRuns::of_run(std::size_t run) const {
  ByTime found;
  for (std::size_t lead = 0; lead < leads; ++lead) {
    if (const auto one = at(run, lead)) found.try_emplace(one->valid.microseconds(), *one);
  }
  return in_order(found);
}

std::vector<Forecast> ForecastRuns::at_lead(std::size_t lead) const {
  ByTime found;
  for (std::size_t run = 0; run < runs.size(); ++run) {
    const auto one = at(run, lead);
    if (!one) continue;
    const auto [place, is_new] = found.try_emplace(one->valid.microseconds(), *one);
    if (!is_new && runs[place->second.run] < runs[run]) place->second = *one;
  }
  return in_order(found);
}

std::vector<Forecast> ForecastRuns::of_time(const TimeInstant& valid) const {
  std::vector<Forecast> found;
  for (std::size_t run = 0; run < runs.size(); ++run) {
    for (std::size_t lead = 0; lead < leads; ++lead) {
      const auto one = at(run, lead);
      if (!one || one->valid != valid) continue;
      found.push_back(*one);
      break;
    }
  }
  return found;
}

std::optional<std::pair<double, double>> ForecastRuns::bounds_of(const Forecast& forecast) const {
  if (bounds.empty()) return std::nullopt;
  const std::size_t i = (forecast.run * leads + forecast.lead) * 2;
  return std::pair(bounds[i], bounds[i + 1]);
}

}  // namespace gyre::coverage
