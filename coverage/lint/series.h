#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "coverage/lint/finding.h"
#include "coverage/lint/subject.h"
#include "coverage/model/instants.h"

namespace gyre::coverage::lint {

/// "nemo/nemo_201501.nc" -> "nemo/nemo_{6 digits}.nc": the names of a series. Itself without
/// digits.
[[nodiscard]] GYRE_API std::string series_pattern(const std::string& relative);

/// What must be alike among the files of a series, and what goes on through it.
struct SeriesMember {
  std::string relative;
  std::string grid;                          ///< x and y of all coverages, hashed
  std::map<std::string, std::string> units;  ///< by field
  Instants times;                            ///< of the principal coverage
};
[[nodiscard]] SeriesMember member_of(const Subject& subject);

/// What a file, or the whole series (path: its pattern), is found at fault with.
struct SeriesFinding {
  std::string path;
  Finding finding;
};
/// Files that differ from most others, times that several have, times that none has.
/// @param members of one pattern, by name
[[nodiscard]] std::vector<SeriesFinding> check_series(const std::string& pattern,
                                                      const std::vector<SeriesMember>& members);

}  // namespace gyre::coverage::lint
