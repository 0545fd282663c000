#pragma once

#include <optional>
#include <string>

#include "coverage/model/dataset.h"
#include "services/wcs/request.h"

namespace gyre::wcs {

/// What heights or pressures computed of the levels are called in SUBSET; absent where there are
/// none, or where an axis is called so.
[[nodiscard]] std::optional<std::string> surface_label(const coverage::Coverage& coverage);

/// SUBSET=altitude(1500), where the levels' heights are computed (CF 1.11, 4.3.3), is the section
/// at that height, in metres or pascals; absent when none is asked for. What an axis is called is
/// that axis.
/// @throws Error{InvalidPosition} for what is not one number
[[nodiscard]] std::optional<double> surface_asked(const GetCoverage& request,
                                                  const coverage::Coverage& coverage);

}  // namespace gyre::wcs
