#pragma once

#include <string>

#include "coverage/subset/asked_values.h"
#include "services/wcs/request.h"

namespace gyre::wcs {

/// What the valid times of a coverage of several runs are called in SUBSET: as the holding's
/// variable, unless one of the axes is called so. @pre coverage.forecasts
[[nodiscard]] std::string forecast_time_label(const coverage::Coverage& coverage);

/// SUBSET=time(...) of a coverage over runs and leads, whose valid times are no axis of its own:
/// with a slice of the reference time, times of that run; with a slice of the forecast period,
/// times at that distance from each run; a slice of time alone, what every run says of it. Subsets
/// that are settled by that are taken out of the request. Without SUBSET=time the coverage is as it
/// is.
/// @throws Error{InvalidPosition} for a trim of time alone, which is no box of runs and leads;
/// what the rules for axes throw
[[nodiscard]] coverage::CoverageOf forecasts_asked(GetCoverage& request,
                                                   coverage::CoverageOf asked);

}  // namespace gyre::wcs
