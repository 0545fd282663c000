#include "services/wcs/asked_forecasts.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/derive/forecast_view.h"
#include "services/http/text.h"
#include "services/wcs/names.h"

namespace gyre::wcs {
namespace {

using coverage::Coverage;
using coverage::ForecastAxis;
using coverage::ForecastRuns;

bool has_label(const coverage::DomainSet& domain_set, const std::string& label) {
  const std::vector<std::string> labels = axis_labels(domain_set);
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

/// By its label, or as clients call time whatever the label, where no axis is meant by that.
bool means_time(const Coverage& coverage, const std::string& text) {
  if (text == forecast_time_label(coverage)) return true;
  constexpr std::array<std::string_view, 4> kAliases{"time", "t", "ansi", "unix"};
  std::string plain = text;
  std::transform(plain.begin(), plain.end(), plain.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (std::find(kAliases.begin(), kAliases.end(), plain) == kAliases.end()) return false;
  return !has_label(coverage.domain_set, text);
}

bool names_axis(const Coverage& coverage, const std::string& label, std::size_t axis) {
  try {
    return coverage.domain_set.axis_named(axis_label_from(coverage.domain_set, label)) == axis;
  } catch (const coverage::Error&) {
    return false;  // another's, or refused where all axes are looked up
  }
}

/// The index that a slice of one of the axes selects; absent without one. Taken out of the request.
std::optional<std::size_t> take_slice(GetCoverage& request, const Coverage& coverage,
                                      std::size_t axis) {
  for (auto subset = request.subsets.begin(); subset != request.subsets.end(); ++subset) {
    const auto* slice = std::get_if<coverage::Slice>(&subset->dimension.extent);
    if (slice == nullptr) continue;
    if (!names_axis(coverage, subset->dimension.axis_label, axis)) continue;
    const std::size_t index =
        coverage::slice_axis(coverage.domain_set.axes()[axis], *slice).runs.front().range.begin;
    request.subsets.erase(subset);
    return index;
  }
  return std::nullopt;
}

/// A trim of the leads, taken out of the request.
void keep_leads(GetCoverage& request, const Coverage& coverage,
                std::vector<coverage::Forecast>& forecasts) {
  const std::size_t axis = coverage.forecasts->lead_axis;
  for (auto subset = request.subsets.begin(); subset != request.subsets.end(); ++subset) {
    const auto* trim = std::get_if<coverage::Trim>(&subset->dimension.extent);
    if (trim == nullptr || !names_axis(coverage, subset->dimension.axis_label, axis)) continue;
    const coverage::AxisSelection kept =
        coverage::trim_axis(coverage.domain_set.axes()[axis], *trim);
    std::erase_if(forecasts, [&](const coverage::Forecast& one) {
      return std::none_of(kept.runs.begin(), kept.runs.end(), [&](const coverage::AxisRun& run) {
        return one.lead >= run.range.begin && one.lead < run.range.end;
      });
    });
    request.subsets.erase(subset);
    return;
  }
}

coverage::CoverageOf as_series(const coverage::CoverageOf& asked,
                               std::vector<coverage::Forecast> forecasts, ForecastAxis axis) {
  auto dataset = coverage::forecast_view(asked.dataset, *asked.coverage, std::move(forecasts), axis,
                                         asked.coverage->id);
  const Coverage* const coverage = &dataset->coverages.front();
  return {std::move(dataset), coverage};
}

[[noreturn]] void no_forecast(const std::string& label, const std::string& why) {
  throw coverage::Error(coverage::ErrorKind::OutsideDomain, label, why);
}

}  // namespace

std::string forecast_time_label(const Coverage& coverage) {
  const std::string& variable = coverage.forecasts->time_variable;
  std::string label = variable.empty() ? "time" : variable.substr(variable.rfind('/') + 1);
  label = ncname_of(label);
  while (has_label(coverage.domain_set, label)) label = "valid_" + label;
  return label;
}

coverage::CoverageOf forecasts_asked(GetCoverage& request, coverage::CoverageOf asked) {
  const Coverage& coverage = *asked.coverage;
  if (!coverage.forecasts) return asked;
  const ForecastRuns& runs = *coverage.forecasts;
  const auto time = std::find_if(
      request.subsets.begin(), request.subsets.end(),
      [&](const Subset& subset) { return means_time(coverage, subset.dimension.axis_label); });
  if (time == request.subsets.end()) return asked;
  Subset wanted = *time;
  request.subsets.erase(time);
  for (const Subset& other : request.subsets) {
    if (!means_time(coverage, other.dimension.axis_label)) continue;
    throw coverage::Error(
        coverage::ErrorKind::DuplicateAxis, other.dimension.axis_label,
        fmt::format("'{}' is subset more than once.", other.dimension.axis_label));
  }
  auto run = take_slice(request, coverage, runs.run_axis);
  if (!run && runs.runs.size() == 1) run = 0;
  const auto lead = take_slice(request, coverage, runs.lead_axis);
  if (run || lead) {
    std::vector<coverage::Forecast> forecasts;
    if (run && lead) {
      if (const auto one = runs.at(*run, *lead)) forecasts.push_back(*one);
    } else {
      forecasts = run ? runs.of_run(*run) : runs.at_lead(*lead);
    }
    if (forecasts.empty()) {
      no_forecast(coverage.domain_set.axes()[run ? runs.run_axis : runs.lead_axis].label(),
                  "That run has no forecast so far ahead.");
    }
    const coverage::CoverageOf series =
        as_series(asked, std::move(forecasts), ForecastAxis::ValidTime);
    const coverage::DomainSet& domain_set = series.coverage->domain_set;
    wanted.dimension.axis_label = domain_set.axes()[*domain_set.time()].label();
    request.subsets.push_back(std::move(wanted));
    return series;
  }
  const auto* slice = std::get_if<coverage::Slice>(&wanted.dimension.extent);
  if (slice == nullptr) {
    throw coverage::Error(
        coverage::ErrorKind::InvalidPosition, wanted.dimension.axis_label,
        fmt::format("Several runs forecast those times: ask for one run by SUBSET={0}(...), for "
                    "one distance by SUBSET={1}(...), or for coverage '{2}.best', which has the "
                    "latest forecast of each.",
                    axis_labels(coverage.domain_set)[runs.run_axis],
                    axis_labels(coverage.domain_set)[runs.lead_axis], coverage.id));
  }
  auto best = coverage::published_best(*asked.dataset, coverage);
  if (!best) best = coverage::best_forecasts(asked.dataset, coverage);
  const coverage::DomainSet& series = best->coverages.front().domain_set;
  const coverage::Axis& times = series.axes()[*series.time()];
  const std::size_t index = coverage::slice_axis(times, *slice).runs.front().range.begin;
  std::vector<coverage::Forecast> forecasts = runs.of_time(times.data().instants[index]);
  keep_leads(request, coverage, forecasts);
  if (forecasts.empty()) {
    no_forecast(coverage.domain_set.axes()[runs.lead_axis].label(),
                "No run has a forecast for that time within those leads.");
  }
  return as_series(asked, std::move(forecasts), ForecastAxis::ReferenceTime);
}

}  // namespace gyre::wcs
