#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coverage/model/dataset.h"
#include "services/wms/feature_info.h"
#include "services/wms/request.h"

namespace gyre::wms {

/// A layer of several runs as one series: what is asked for decides which forecasts.
struct ForecastChoice {
  std::shared_ptr<const coverage::Dataset> dataset;  ///< of the series, with one coverage
  std::shared_ptr<const std::vector<coverage::Forecast>> forecasts;  ///< along its axis
  std::vector<std::string> warnings;                                 ///< texts of Warning headers
  /// "The run 2026-01-31T00:00:00Z", of which other times than its own are not answered; empty: the
  /// best forecasts.
  std::string of;
  /// What TIME stands for where nobody gave it: all that was asked for by runs or leads.
  std::optional<std::string> time;
};

/// DIM_REFERENCE_TIME asks for one run, DIM_FORECAST_PERIOD for what each run says that far ahead,
/// both for one forecast; without them it is the best forecasts, of every time that of the latest
/// run. A range or a list of one of them is all of these forecasts; of runs, with one TIME, what
/// they say of it.
/// @param coverage one of the dataset's @pre coverage.forecasts
/// @throws ows::Exception InvalidDimensionValue
[[nodiscard]] ForecastChoice choose_forecasts(
    const std::shared_ptr<const coverage::Dataset>& dataset, const coverage::Coverage& coverage,
    const DimensionValues& values, std::int64_t now_us);

/// @throws ows::Exception InvalidDimensionValue: `of` has no forecast for the time, but those
[[noreturn]] void refuse_time(const std::string& of, const std::string& text,
                              const coverage::Axis& times);

/// Which run and how far ahead, for who asks what a value is.
[[nodiscard]] std::vector<LayerInfo::Step> steps_of(const coverage::Coverage& coverage,
                                                    const coverage::Forecast& forecast);

/// The time axis that a layer of several runs is offered with: that of the best forecasts. Null
/// where it is no such layer.
[[nodiscard]] const coverage::Axis* best_times(const coverage::Dataset& dataset,
                                               const coverage::Coverage& coverage);

}  // namespace gyre::wms
