#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coverage/aggregate/aggregation_rule.h"
#include "coverage/aggregate/name_pattern.h"
#include "coverage/index/indexed_holding.h"
#include "coverage/model/calendar.h"

namespace gyre::coverage::aggregation {

/// A dimension that is joined along, and where its positions come from.
struct Join {
  enum class From : std::uint8_t {
    Coordinate,  ///< the coordinate variable of the members' own dimension
    Scalar,      ///< a single value, by a variable that is called so
    Told,        ///< what is told of each member
    Names,       ///< a field of the pattern of names
    Attribute,   ///< a global attribute
    Order        ///< members follow each other as they are listed
  };
  std::string dimension;   ///< as the aggregate calls it
  bool in_files = false;   ///< members have it
  std::string coordinate;  ///< variable of members; empty: none
  From from = From::Coordinate;
  std::size_t field = 0;  ///< of the pattern
  std::string attribute = {}, units = {};
};

struct MemberToJoin {
  std::shared_ptr<const IndexedHolding> holding;
  /// What is told of its positions, one text for each join of the rule ("12", "2024-01-31", of
  /// several steps "0 6 12"); empty: nothing.
  std::vector<std::string> told = {};
};

struct Joins {
  std::vector<Join> list;                  ///< outermost first
  Calendar calendar = Calendar::Standard;  ///< of the members' times
};

/// What the rule means for these members, as most of a sample of them have it.
/// @throws Error{UnsupportedHolding} when nothing tells the positions of a dimension
[[nodiscard]] Joins find_joins(const std::vector<MemberToJoin>& members,
                               const AggregationRule& rule,
                               const std::optional<NamePattern>& names);

}  // namespace gyre::coverage::aggregation
