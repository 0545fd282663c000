#pragma once

#include <memory>
#include <vector>

#include "coverage/cf/coordinate_axis.h"
#include "coverage/cf/holding.h"
#include "coverage/model/forecast_runs.h"

namespace gyre::coverage::cf {

/// Is `variable` the valid times of several runs: over the dimension of a reference time and one
/// other? Such a coordinate is no field, whoever lists it.
[[nodiscard]] bool is_time_of_runs(const Holding& holding, const VariableSchema& variable);

/// What a field over runs and leads knows of its valid times; null where it is no such field. The
/// axis of the leads, where only a dimension tells it, is called "forecast_period" rather than by
/// the name of the times that vary along it.
/// @param axes of the field; the axis of leads may get another label
[[nodiscard]] std::shared_ptr<const ForecastRuns> forecast_runs_of(const Holding& holding,
                                                                   const VariableSchema& field,
                                                                   std::vector<AxisData>& axes,
                                                                   AxisMaker& maker);

}  // namespace gyre::coverage::cf
