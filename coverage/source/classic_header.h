#pragma once

#include <map>
#include <string>

#include "coverage/index/variable_layout.h"

namespace gyre::coverage {

/// Reads the header of a classic NetCDF file (CDF-1, CDF-2, CDF-5) as far as it takes to know how
/// long the file must be. netCDF-C answers zeros for what lies behind the end of a truncated file,
/// so this has to be asked before it is trusted. Also refuses headers whose counts exceed the file.
/// Source: The NetCDF classic format specification, grammar of netcdf_file.
/// @throws Error{MalformedHolding} when the file is shorter than its header says, or contradicts
/// itself
void check_classic_file(const std::string& path);

/// Where the variables of numbers lie, by name. @throws as check_classic_file
[[nodiscard]] std::map<std::string, VariableLayout> classic_layouts(const std::string& path);

}  // namespace gyre::coverage
