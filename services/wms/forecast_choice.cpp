#include "services/wms/forecast_choice.h"

#include <algorithm>

#include "coverage/derive/forecast_view.h"
#include "services/ows/exception.h"
#include "services/wms/dimension.h"
#include "services/wms/dimension_choice.h"
#include "services/wms/kvp_values.h"

namespace gyre::wms {
namespace {

using coverage::Axis;
using coverage::Coverage;
using coverage::ForecastAxis;

const Dimension* along(const std::vector<Dimension>& dimensions, std::size_t axis) {
  const auto found = std::find_if(dimensions.begin(), dimensions.end(),
                                  [&](const Dimension& one) { return one.axis == axis; });
  return found == dimensions.end() ? nullptr : &*found;
}

std::optional<std::string> value_of(const DimensionValues& values, const std::string& name) {
  const auto found = values.find(name);
  if (found == values.end() || trimmed(found->second).empty()) return std::nullopt;
  return found->second;
}

/// What is asked of one of the two axes: by its dimension's name, by how everybody calls such an
/// axis, or by the file's label.
struct Asked {
  std::vector<std::size_t> steps;  ///< none: nothing is asked
  std::string text;
};
Asked asked_steps(const Coverage& coverage, const Dimension* dimension, const char* usual_name,
                  const DimensionValues& values, std::int64_t now_us,
                  std::vector<std::string>& warnings) {
  if (dimension == nullptr) return {};
  const Axis& axis = coverage.domain_set.axes()[dimension->axis];
  for (const std::string& name :
       {dimension->name, std::string(usual_name), plain_name(axis.label())}) {
    // TIME is when a forecast is valid, whatever the file calls its runs.
    if (name == "time") continue;
    const auto text = value_of(values, name);
    if (!text) continue;
    ChosenSteps chosen = choose_all(axis, *dimension, text, now_us);
    if (!chosen.warning.empty()) warnings.push_back(std::move(chosen.warning));
    return {std::move(chosen.indices), *text};
  }
  return {};
}

bool holds(const std::vector<std::size_t>& steps, std::size_t step) {
  return steps.empty() || std::find(steps.begin(), steps.end(), step) != steps.end();
}

[[noreturn]] void refuse(const Dimension& dimension, const std::string& why) {
  throw ows::Exception("InvalidDimensionValue", parameter_of(dimension), 400, why);
}

std::string in_words(const Coverage& coverage, const Dimension* dimension, const Asked& asked,
                     const char* what) {
  if (asked.steps.size() != 1) return std::string(what) + "s " + asked.text.substr(0, 80);
  const Axis& axis = coverage.domain_set.axes()[dimension->axis];
  const std::string& unit =
      dimension->unit_symbol.empty() ? dimension->units : dimension->unit_symbol;
  std::string text = std::string(what) + " " + value_text(axis, *dimension, asked.steps.front());
  if (dimension->kind == Dimension::Kind::Number && !unit.empty()) text += " " + unit;
  return text;
}

/// TIME as an instant of the best forecasts, if it is one alone.
std::optional<coverage::TimeInstant> one_time(const coverage::Dataset& best,
                                              const std::string& text, std::int64_t now_us) {
  const coverage::DomainSet& domain_set = best.coverages.front().domain_set;
  for (const Dimension& dimension : dimensions_of(domain_set)) {
    if (dimension.name != "time") continue;
    const Axis& axis = domain_set.axes()[dimension.axis];
    const ChosenSteps chosen = choose_all(axis, dimension, text, now_us);
    if (chosen.indices.size() != 1) return std::nullopt;
    return axis.data().instants[chosen.indices.front()];
  }
  return std::nullopt;
}

std::string whole_extent(const Axis& axis) {
  const auto& instants = axis.data().instants;
  const auto [low, high] = std::minmax_element(instants.begin(), instants.end());
  return low->iso8601() + "/" + high->iso8601();
}

}  // namespace

ForecastChoice choose_forecasts(const std::shared_ptr<const coverage::Dataset>& dataset,
                                const Coverage& coverage, const DimensionValues& values,
                                std::int64_t now_us) {
  const coverage::ForecastRuns& runs = *coverage.forecasts;
  const std::vector<Dimension> dimensions = dimensions_of(coverage.domain_set);
  const Dimension* const by_run = along(dimensions, runs.run_axis);
  const Dimension* const by_lead = along(dimensions, runs.lead_axis);
  ForecastChoice choice;
  const Asked run =
      asked_steps(coverage, by_run, "reference_time", values, now_us, choice.warnings);
  const Asked lead =
      asked_steps(coverage, by_lead, "forecast_period", values, now_us, choice.warnings);
  auto best = coverage::published_best(*dataset, coverage);
  if (!best) best = coverage::best_forecasts(dataset, coverage);
  if (run.steps.empty() && lead.steps.empty()) {
    choice.forecasts = runs.best;
    choice.dataset = std::move(best);
    return choice;
  }
  const auto time = value_of(values, "time");
  if (run.steps.size() > 1 && lead.steps.size() > 1) {
    refuse(*by_lead,
           "Several runs and several leads at once are not one series: ask for several of "
           "one of them");
  }
  std::vector<coverage::Forecast> forecasts;
  ForecastAxis axis = ForecastAxis::ValidTime;
  if (run.steps.size() > 1 && lead.steps.empty()) {
    const auto instant = time ? one_time(*best, *time, now_us) : std::nullopt;
    if (!instant) {
      refuse(*by_run, "Several runs tell one thing of a time: give one TIME, or one lead by " +
                          parameter_of(*by_lead));
    }
    axis = ForecastAxis::ReferenceTime;
    forecasts = runs.of_time(*instant);
  } else if (run.steps.size() == 1) {
    forecasts = runs.of_run(run.steps.front());
  } else if (lead.steps.size() == 1) {
    forecasts = runs.at_lead(lead.steps.front());
  } else {
    // Several leads of no run: of each time the latest run that says it so far ahead.
    forecasts = *runs.best;
  }
  std::erase_if(forecasts, [&](const coverage::Forecast& one) {
    return !holds(run.steps, one.run) || !holds(lead.steps, one.lead);
  });
  if (!run.steps.empty()) choice.of = in_words(coverage, by_run, run, "The run");
  if (!lead.steps.empty()) {
    choice.of +=
        (choice.of.empty() ? "The" : ", and the") + in_words(coverage, by_lead, lead, " lead");
  }
  if (forecasts.empty()) {
    refuse(run.steps.empty() ? *by_lead : *by_run, !run.steps.empty() && !lead.steps.empty()
                                                       ? "That run has no forecast so far ahead"
                                                       : choice.of + " has no forecast");
  }
  const std::size_t count = forecasts.size();
  choice.dataset = coverage::forecast_view(dataset, coverage, forecasts, axis, coverage.id);
  choice.forecasts = std::make_shared<const std::vector<coverage::Forecast>>(std::move(forecasts));
  const bool several = run.steps.size() > 1 || lead.steps.size() > 1;
  if (axis == ForecastAxis::ValidTime && !time && several && count > 1) {
    const coverage::DomainSet& series = choice.dataset->coverages.front().domain_set;
    choice.time = whole_extent(series.axes()[*series.time()]);
  }
  return choice;
}

void refuse_time(const std::string& of, const std::string& text, const Axis& times) {
  constexpr std::size_t kTold = 12;
  std::string list;
  const auto& instants = times.data().instants;
  for (std::size_t i = 0; i < std::min(kTold, instants.size()); ++i) {
    list += (i == 0 ? "" : ", ") + instants[i].iso8601();
  }
  if (instants.size() > kTold) list += " ... " + instants.back().iso8601();
  throw ows::Exception("InvalidDimensionValue", "TIME", 400,
                       of + " has no forecast for TIME=" + text.substr(0, 80) + "; it has " + list);
}

std::vector<LayerInfo::Step> steps_of(const Coverage& coverage,
                                      const coverage::Forecast& forecast) {
  std::vector<LayerInfo::Step> steps;
  const std::vector<Dimension> dimensions = dimensions_of(coverage.domain_set);
  const auto add = [&](const Dimension* dimension, std::size_t index) {
    if (dimension == nullptr) return;
    steps.push_back({dimension->name,
                     value_text(coverage.domain_set.axes()[dimension->axis], *dimension, index),
                     dimension->unit_symbol.empty() ? dimension->units : dimension->unit_symbol,
                     dimension->kind == Dimension::Kind::Number});
  };
  add(along(dimensions, coverage.forecasts->run_axis), forecast.run);
  add(along(dimensions, coverage.forecasts->lead_axis), forecast.lead);
  return steps;
}

const Axis* best_times(const coverage::Dataset& dataset, const Coverage& coverage) {
  const auto view = coverage::published_best(dataset, coverage);
  if (!view) return nullptr;
  const coverage::DomainSet& domain_set = view->coverages.front().domain_set;
  const auto time = domain_set.time();
  return time ? &domain_set.axes()[*time] : nullptr;
}

}  // namespace gyre::wms
