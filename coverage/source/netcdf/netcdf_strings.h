#pragma once

#include <string>
#include <vector>

namespace gyre::coverage {

/// Where a variable lives within an open file.
struct NetcdfLocation {
  int group = 0, variable = 0;
};

/// "group/variable" -> ids. @pre the NetcdfLock is held. @throws Error{MalformedHolding}
[[nodiscard]] NetcdfLocation locate(int file, const std::string& variable);

/// The texts of a character or string variable, row-major; padding blanks are dropped.
/// @pre the NetcdfLock is held. @throws Error{MalformedHolding | TooLarge}
[[nodiscard]] std::vector<std::string> read_netcdf_strings(int file, const std::string& variable);

}  // namespace gyre::coverage
