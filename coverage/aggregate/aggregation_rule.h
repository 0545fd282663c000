#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gyre::coverage {

/// One dimension that members are joined along.
///
/// Where files have it, their own coordinate gives the positions; else it is new, and each file
/// has one position on it: what is told for the file, what the pattern of names says, a global
/// attribute, or a single value of a variable called like the dimension.
struct JoinedDimension {
  std::string name;       ///< empty: the time, as CF tells it
  std::string attribute;  ///< global attribute that has the position
  std::string units;      ///< of positions that no file tells: "days since 2000-01-01"
  bool operator==(const JoinedDimension&) const = default;
};

/// How many holdings become one dataset.
struct AggregationRule {
  /// Which of several holdings that have the same cell is asked for it.
  enum class Overlaps : std::uint8_t {
    Newest,  ///< the one modified last, of equal ones the last by path
    First,   ///< by path
    Last
  };

  /// Below the data roots: folders, globs ("*" within a name, "**" across folders, "?"), files.
  std::vector<std::string> files;
  /// Outermost first. Absent: the time, where files have one. Empty: none, the union of variables.
  std::optional<std::vector<JoinedDimension>> joins;
  /// What names of files tell: "{run:%Y%m%dT%H}/member_{member}_*.nc" (name_pattern.h).
  std::string names;
  /// With new dimensions alone: the variables that get them; empty: all data.
  std::vector<std::string> expanded;
  Overlaps overlaps = Overlaps::Newest;
  bool strict_attributes = false;  ///< attributes of variables must agree too
  bool keep_files = false;         ///< members are datasets of their own besides
  bool operator==(const AggregationRule&) const = default;
};

}  // namespace gyre::coverage
