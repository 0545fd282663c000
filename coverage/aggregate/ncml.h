#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/aggregate/aggregation_rule.h"
#include "coverage/aggregate/schema_changes.h"
#include "coverage/base/export.h"

namespace gyre::coverage::aggregation {

/// What an .ncml file says: which files, how they are joined, what is said of the result.
struct NcmlDocument {
  struct Member {
    std::string
        location;        ///< of a file, or a glob of a scan; relative to the document, or absolute
    std::string regexp;  ///< of whole paths, which must match too; empty: none
    /// The join along which its name tells where it is: the date that `dates` (a NamePattern) finds
    /// in it, else all of it.
    std::optional<std::size_t> by_name;
    std::string dates;
    /// Parallel to the joins of the rule.
    std::vector<std::string> told;
    long line = 0;  ///< of the document that names it; 0: not known
    bool operator==(const Member&) const = default;
  };
  AggregationRule rule;
  std::vector<Member> members;
  SchemaChanges changes;
  bool operator==(const NcmlDocument&) const = default;
};

/// Reads NcML 2.2: netcdf, aggregation of type joinExisting, joinNew and union (also within each
/// other), scan, variableAgg, attribute, variable, remove. No DTD, no entities, no network.
/// @param name of the document, for messages
/// @throws Error{UnsupportedHolding}: "name:12: what is not understood and why"
[[nodiscard]] GYRE_API NcmlDocument parse_ncml(std::string_view text, const std::string& name);

}  // namespace gyre::coverage::aggregation
