#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "coverage/aggregate/joins.h"
#include "coverage/aggregate/structures.h"
#include "coverage/model/aggregate_report.h"

namespace gyre::coverage::aggregation {

/// Members that can be joined, and what they have in common.
struct Agreement {
  std::vector<MemberToJoin> members;
  std::vector<std::uint32_t> classes;  ///< of each member, in Structures
  /// The holding that all together would be, before its dimensions grow: each variable as most
  /// have it, in the order of the largest class.
  HoldingSchema schema;
  std::vector<std::uint32_t> seen;        ///< of each variable, its index in Structures
  std::vector<std::uint32_t> first_with;  ///< of each variable, the first member that has it
};

/// Sorts out the members whose dimensions, units, calendars or flags are not those of most.
/// @param joined names of dimensions that may have any size
[[nodiscard]] Agreement agree_on_structure(std::vector<MemberToJoin> members,
                                           std::vector<std::uint32_t> classes,
                                           const Structures& structures,
                                           const std::vector<std::string>& joined,
                                           AggregateReport& report);

/// Sorts out the members whose values of one of `variables` (indices in the agreement's schema) are
/// not those of most.
void agree_on_values(Agreement& agreement, const Structures& structures,
                     const std::vector<std::size_t>& variables, AggregateReport& report);

/// Keeps the members for which `keep` is not 0.
void retain(Agreement& agreement, const Structures& structures,
            const std::vector<std::uint8_t>& keep);

/// Of each class, whether it has the variable of that index in Structures.
[[nodiscard]] std::vector<std::uint8_t> classes_with(const Structures& structures,
                                                     std::uint32_t seen);

}  // namespace gyre::coverage::aggregation
