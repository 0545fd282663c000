#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coverage/model/dataset.h"
#include "services/wms/feature_info.h"
#include "services/wms/request.h"

namespace gyre::wms {

/// A layer of several runs as one series over time: what is asked for decides which forecasts.
struct ForecastChoice {
  std::shared_ptr<const coverage::Dataset> dataset;  ///< of the series, with one coverage
  std::vector<coverage::Forecast> forecasts;         ///< along its time axis
  std::vector<std::string> warnings;                 ///< texts of Warning headers
};

/// DIM_REFERENCE_TIME asks for one run, DIM_FORECAST_PERIOD for what each run says that far ahead,
/// both for one forecast; without them it is the best forecasts, of every time that of the latest
/// run.
/// @param coverage one of the dataset's @pre coverage.forecasts
/// @throws ows::Exception InvalidDimensionValue
[[nodiscard]] ForecastChoice choose_forecasts(
    const std::shared_ptr<const coverage::Dataset>& dataset, const coverage::Coverage& coverage,
    const DimensionValues& values, std::int64_t now_us);

/// Which run and how far ahead, for who asks what a value is.
[[nodiscard]] std::vector<LayerInfo::Step> steps_of(const coverage::Coverage& coverage,
                                                    const coverage::Forecast& forecast);

/// The time axis that a layer of several runs is offered with: that of the best forecasts. Null
/// where it is no such layer.
[[nodiscard]] const coverage::Axis* best_times(const coverage::Dataset& dataset,
                                               const coverage::Coverage& coverage);

}  // namespace gyre::wms
