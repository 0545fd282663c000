#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coverage/model/dataset.h"

namespace gyre::coverage {

/// What the one axis of a series of forecasts is.
enum class ForecastAxis : std::uint8_t {
  ValidTime,      ///< times at which they are valid; reference times go along as a coordinate
  ReferenceTime,  ///< runs, of forecasts for one time
};

/// A dataset of one coverage: the fields of `coverage`, in the same order and of the same names,
/// where the axes of runs and leads give way to one, along which lie the `forecasts`. All that the
/// holding has along runs or leads (reference times, periods, terms of formulas, ancillary data)
/// lies along it too. Costs no I/O.
/// @param coverage one of the dataset's @pre coverage.forecasts
/// @param forecasts of coverage.forecasts, not empty; in the order of the axis, which rises or
/// falls strictly
/// @param id of the new coverage
[[nodiscard]] GYRE_API std::shared_ptr<const Dataset> forecast_view(
    const std::shared_ptr<const Dataset>& dataset, const Coverage& coverage,
    std::vector<Forecast> forecasts, ForecastAxis axis, const std::string& id);

/// The best forecasts: of every time that of the latest run. As published, else made, under the
/// coverage's id + ".best".
[[nodiscard]] GYRE_API std::shared_ptr<const Dataset> best_forecasts(
    const std::shared_ptr<const Dataset>& dataset, const Coverage& coverage);

}  // namespace gyre::coverage
