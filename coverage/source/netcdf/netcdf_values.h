#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "coverage/model/index_range.h"

namespace gyre::coverage {

/// Where a variable lives within an open file.
struct NetcdfLocation {
  int group = 0, variable = 0;
};

/// "group/variable" -> ids. @pre the NetcdfLock is held. @throws Error{MalformedHolding}
[[nodiscard]] NetcdfLocation locate(int file, const std::string& variable);

/// Reads `box` of a variable of numbers as stored, in native byte order. @returns netCDF-C's
/// status.
/// @pre the NetcdfLock is held, `into` has room for it
[[nodiscard]] int read_netcdf_numbers(const NetcdfLocation& at, const IndexBox& box,
                                      std::span<std::byte> into);

/// The texts of a character or string variable, row-major; padding blanks are dropped.
/// @pre the NetcdfLock is held. @throws Error{MalformedHolding | TooLarge}
[[nodiscard]] std::vector<std::string> read_netcdf_strings(int file, const std::string& variable);

}  // namespace gyre::coverage
