#include "coverage/cf/forecast_runs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/axis_kind.h"
#include "coverage/cf/text.h"
#include "coverage/cf/units.h"

namespace gyre::coverage::cf {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Times over two dimensions, in either order.
bool is_time_over(const Holding& holding, const VariableSchema& variable, const std::string& one,
                  const std::string& other) {
  if (variable.dimensions.size() != 2 || holding.kind_of(variable).role != AxisRole::Time) {
    return false;
  }
  return (variable.dimensions[0] == one && variable.dimensions[1] == other) ||
         (variable.dimensions[0] == other && variable.dimensions[1] == one);
}

/// The valid times: what the field lists, else what there is.
const VariableSchema* time_over(const Holding& holding, const VariableSchema& field,
                                const std::string& runs, const std::string& leads) {
  for (const VariableSchema* variable : holding.listed(field, "coordinates")) {
    if (is_time_over(holding, *variable, runs, leads)) return variable;
  }
  const VariableSchema* found = nullptr;
  for (const VariableSchema& variable : holding.schema().variables) {
    if (&variable == &field || !is_time_over(holding, variable, runs, leads)) continue;
    if (found != nullptr) return nullptr;  // not for us to choose
    found = &variable;
  }
  return found;
}

/// Numbers over leads and runs, with the runs first; `inner` to each.
std::vector<double> runs_first(const VariableSchema& variable, std::vector<double> numbers,
                               const std::string& runs, std::size_t inner) {
  if (variable.dimensions.front() == runs) return numbers;
  const std::size_t leads = variable.shape[0], count = variable.shape[1];
  std::vector<double> turned(numbers.size());
  for (std::size_t lead = 0; lead < leads; ++lead) {
    for (std::size_t run = 0; run < count; ++run) {
      for (std::size_t i = 0; i < inner; ++i) {
        turned[(run * leads + lead) * inner + i] = numbers[(lead * count + run) * inner + i];
      }
    }
  }
  return turned;
}

/// Valid times as a variable of their own gives them.
bool set_times(ForecastRuns& result, const Holding& holding, const VariableSchema& times,
               const std::string& runs, AxisMaker& maker) {
  const auto units = AxisMaker::time_units_of(times);
  if (!units) return false;
  result.units = *units;
  result.time_variable = times.name;
  result.uom = times.attributes.text("units").value_or("");
  result.positions = runs_first(times, maker.numbers(times), runs, 1);
  for (double& position : result.positions) {
    if (!std::isfinite(position) || !AxisMaker::is_in_range(*units, position)) position = kNaN;
  }
  const auto name = times.attributes.text("bounds");
  const VariableSchema* bounds = name ? holding.named(times, *name) : nullptr;
  const bool usable =
      bounds != nullptr && bounds->dimensions.size() == 3 && bounds->shape.back() == 2 &&
      std::equal(times.dimensions.begin(), times.dimensions.end(), bounds->dimensions.begin());
  if (!usable) return true;
  result.bounds = runs_first(times, maker.numbers(*bounds), runs, 2);
  for (std::size_t i = 0; i < result.bounds.size(); ++i) {
    const bool missing = std::isnan(result.positions[i / 2]);
    if (missing ||
        (std::isfinite(result.bounds[i]) && AxisMaker::is_in_range(*units, result.bounds[i]))) {
      continue;
    }
    result.bounds.clear();
    break;
  }
  return true;
}

/// Valid times as reference time plus forecast period.
bool add_periods(ForecastRuns& result, const AxisData& runs, const AxisData& leads) {
  if (leads.standard_name != "forecast_period" || !runs.time_units) return false;
  // "hours" are those of "hours since ...".
  const auto period =
      parse_time_units(leads.uom + " since 1970-01-01", runs.time_units->reference.calendar());
  if (!period) return false;
  result.units = *runs.time_units;
  result.uom = runs.uom;
  constexpr long double kMost_us = 8e18L;
  for (const TimeInstant& run : runs.instants) {
    for (const double lead : leads.centres) {
      const long double us = static_cast<long double>(run.microseconds()) +
                             static_cast<long double>(lead) * period->unit_us;
      const bool in_range = std::abs(us) < kMost_us;
      result.positions.push_back(
          in_range ? result.units.encode(TimeInstant(run.calendar(), std::llround(us))) : kNaN);
    }
  }
  return true;
}

/// Which of the other axes counts the leads: the one its valid times vary along, else the
/// forecast_period.
std::optional<std::size_t> lead_axis_of(const Holding& holding, const VariableSchema& field,
                                        const std::vector<AxisData>& axes, std::size_t run,
                                        const VariableSchema*& times) {
  std::optional<std::size_t> period;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (axes[a].role != AxisRole::Other || axes[a].dimension.empty()) continue;
    times = time_over(holding, field, axes[run].dimension, axes[a].dimension);
    if (times != nullptr) return a;
    if (axes[a].standard_name == "forecast_period") period = a;
  }
  return period;
}

bool has_time(const std::vector<AxisData>& axes) {
  return std::any_of(axes.begin(), axes.end(),
                     [](const AxisData& axis) { return axis.role == AxisRole::Time; });
}

/// A bare dimension that counts the steps of each run: by the periods, where all runs have the same
/// ones, in hours.
void name_leads(AxisData& leads, const ForecastRuns& forecasts) {
  constexpr double kHour_us = 3.6e9;
  std::vector<double> hours(forecasts.leads, kNaN);
  bool same = true;
  for (std::size_t run = 0; run < forecasts.runs.size(); ++run) {
    for (std::size_t lead = 0; lead < forecasts.leads; ++lead) {
      const auto one = forecasts.at(run, lead);
      if (!one) continue;
      const double period =
          static_cast<double>(one->valid.microseconds() - forecasts.runs[run].microseconds()) /
          kHour_us;
      same = same && (std::isnan(hours[lead]) || hours[lead] == period);
      hours[lead] = period;
    }
  }
  for (std::size_t lead = 0; lead < hours.size(); ++lead) {
    same = same && std::isfinite(hours[lead]) && (lead == 0 || hours[lead] > hours[lead - 1]);
  }
  leads.label = same ? "forecast_period" : "forecast_step";
  if (!same) return;
  leads.index_only = false;
  leads.centres = std::move(hours);
  leads.type = ElementType::Float64;
  leads.uom = "hours";
  leads.standard_name = "forecast_period";
}

}  // namespace

bool is_time_of_runs(const Holding& holding, const VariableSchema& variable) {
  if (variable.dimensions.size() != 2 || holding.kind_of(variable).role != AxisRole::Time) {
    return false;
  }
  return std::any_of(variable.dimensions.begin(), variable.dimensions.end(),
                     [&](const std::string& dimension) {
                       const VariableSchema* run = holding.coordinate_variable(variable, dimension);
                       return run != nullptr && run != &variable &&
                              holding.kind_of(*run).role == AxisRole::ReferenceTime;
                     });
}

std::shared_ptr<const ForecastRuns> forecast_runs_of(const Holding& holding,
                                                     const VariableSchema& field,
                                                     std::vector<AxisData>& axes,
                                                     AxisMaker& maker) {
  const auto run = std::find_if(axes.begin(), axes.end(), [](const AxisData& axis) {
    return axis.role == AxisRole::ReferenceTime && !axis.dimension.empty() &&
           !axis.instants.empty();
  });
  if (run == axes.end() || has_time(axes)) return nullptr;
  auto result = std::make_shared<ForecastRuns>();
  result->run_axis = static_cast<std::size_t>(run - axes.begin());
  const VariableSchema* times = nullptr;
  const auto lead = lead_axis_of(holding, field, axes, result->run_axis, times);
  if (!lead) return nullptr;
  result->lead_axis = *lead;
  result->runs = run->instants;
  result->leads = axes[*lead].centres.size();
  constexpr std::size_t kMostForecasts = 2'000'000;
  if (result->runs.size() * result->leads > kMostForecasts) {
    maker.warn(
        fmt::format("{}: {} runs by {} leads are more forecasts than the {} that are looked "
                    "through for the best ones; they are chosen by their own axes alone",
                    field.name, result->runs.size(), result->leads, kMostForecasts));
    return nullptr;
  }
  try {
    const bool told =
        times != nullptr && set_times(*result, holding, *times, run->dimension, maker);
    if (!told && !add_periods(*result, *run, axes[*lead])) return nullptr;
  } catch (const Error& error) {
    maker.warn(
        fmt::format("{}: its valid times cannot be read: {}; runs and leads are chosen by "
                    "their own axes alone",
                    field.name, error.what()));
    return nullptr;
  }
  result->best = std::make_shared<const std::vector<Forecast>>(result->find_best());
  if (result->best->empty()) return nullptr;
  if (axes[*lead].index_only) name_leads(axes[*lead], *result);
  return result;
}

}  // namespace gyre::coverage::cf
