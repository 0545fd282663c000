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

/// The step of one of the two axes, if one is asked for.
std::optional<std::size_t> asked_step(const Coverage& coverage, const Dimension* dimension,
                                      const DimensionValues& values, std::int64_t now_us,
                                      std::vector<std::string>& warnings) {
  if (dimension == nullptr) return std::nullopt;
  const Axis& axis = coverage.domain_set.axes()[dimension->axis];
  for (const std::string& name : {dimension->name, plain_name(axis.label())}) {
    const auto asked = values.find(name);
    // TIME is when a forecast is valid, whatever the file calls its runs.
    if (asked == values.end() || name == "time" || trimmed(asked->second).empty()) continue;
    Chosen chosen = choose(axis, *dimension, asked->second, now_us);
    if (!chosen.warning.empty()) warnings.push_back(std::move(chosen.warning));
    return chosen.index;
  }
  return std::nullopt;
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
  const auto run = asked_step(coverage, by_run, values, now_us, choice.warnings);
  const auto lead = asked_step(coverage, by_lead, values, now_us, choice.warnings);
  if (!run && !lead) {
    choice.forecasts = runs.best();
    choice.dataset = coverage::published_best(*dataset, coverage);
    if (!choice.dataset) choice.dataset = coverage::best_forecasts(dataset, coverage);
    return choice;
  }
  if (run && lead) {
    if (const auto one = runs.at(*run, *lead)) choice.forecasts.push_back(*one);
  } else {
    choice.forecasts = run ? runs.of_run(*run) : runs.at_lead(*lead);
  }
  if (choice.forecasts.empty()) {
    const Dimension& wrong = run ? *by_run : *by_lead;
    throw ows::Exception("InvalidDimensionValue", parameter_of(wrong), 400,
                         run && lead ? "That run has no forecast so far ahead"
                                     : "There is no forecast of that run, or so far ahead");
  }
  choice.dataset = coverage::forecast_view(dataset, coverage, choice.forecasts,
                                           ForecastAxis::ValidTime, coverage.id);
  return choice;
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
