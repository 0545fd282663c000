#pragma once

#include <optional>
#include <string>

#include "coverage/encode/netcdf_plan.h"

namespace gyre::coverage {

/// Writes a plan as NetCDF-4: laid out by netCDF-C, which writes what is small; what is large is
/// deflated, in the holding's chunks where they make sense.
/// @param path absent: in memory
/// @returns the bytes of a file in memory
[[nodiscard]] std::string write_netcdf4(const View& view, const NetcdfPlan& plan,
                                        const std::optional<std::string>& path,
                                        const AbortToken& abort);

}  // namespace gyre::coverage
