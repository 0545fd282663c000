#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "coverage/aggregate/agreement.h"
#include "coverage/aggregate/assemble.h"
#include "coverage/aggregate/layout.h"
#include "coverage/aggregate/overlaps.h"

namespace gyre::coverage::aggregation {

/// What a variable of the members is to their aggregate.
enum class Part : std::uint8_t {
  Coordinate,  ///< of a joined dimension: made anew
  Grid,        ///< places data, the same in all: its values are compared
  Alike,       ///< the same in all as far as anybody knows
  Label,       ///< one value a member, or a few along joined dimensions alone: kept
  Data         ///< joined
};

/// The part of each variable of the agreement's schema.
[[nodiscard]] std::vector<Part> find_parts(const Agreement& agreement, const Joins& joins,
                                           const std::vector<std::string>& expanded);

/// Bounds of times without units of their own have those of the times (CF 1.11, 7.1): by name, the
/// coordinate's.
[[nodiscard]] std::map<std::string, std::string> units_from(const HoldingSchema& schema);

/// Makes the variables of the aggregate, one by one.
class VariableMerger {
 public:
  VariableMerger(const Agreement& agreement, const Structures& structures, const Joins& joins,
                 AggregationRule::Overlaps overlaps_rule, Layout& layout)
      : agreement_(agreement),
        structures_(structures),
        joins_(joins),
        rule_(overlaps_rule),
        layout_(layout) {}

  [[nodiscard]] AggregateVariable make(std::size_t variable, Part part);
  [[nodiscard]] const Overlaps& overlaps() const { return overlaps_; }
  /// Units of times, where the coordinate did not keep those of the members.
  std::map<std::string, VariableSchema> chosen_times;
  std::map<std::string, std::string> inherits;

 private:
  [[nodiscard]] AggregateVariable alike(std::size_t variable, bool owned = false);
  [[nodiscard]] bool known_alike(std::size_t variable) const;
  [[nodiscard]] AggregateVariable joined(std::size_t variable, bool all_axes);
  [[nodiscard]] AggregateVariable label(std::size_t variable);
  [[nodiscard]] bool equal_everywhere(std::size_t variable) const;
  std::size_t owners_of(std::uint32_t seen);
  [[nodiscard]] std::vector<ValueForm> forms_of(std::uint32_t seen) const;
  [[nodiscard]] std::string renamed(const std::string& dimension) const;

  const Agreement& agreement_;
  const Structures& structures_;
  const Joins& joins_;
  AggregationRule::Overlaps rule_;
  Layout& layout_;
  Overlaps overlaps_;
  std::map<std::vector<std::uint8_t>, std::size_t> owners_by_classes_;
};

}  // namespace gyre::coverage::aggregation
