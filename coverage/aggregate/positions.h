#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coverage/aggregate/joins.h"
#include "coverage/aggregate/layout.h"
#include "coverage/model/time_units.h"

namespace gyre::coverage::aggregation {

/// Positions of members along one joined dimension, before they are put in order.
struct Positions {
  enum class Kind : std::uint8_t { Time, Number, Text } kind = Kind::Number;
  Calendar calendar = Calendar::Standard;  ///< of times
  /// Of each member, and their end.
  std::vector<std::uint32_t> offsets;
  /// In an order that is that of the positions: microseconds of times, bits of numbers, ranks of
  /// texts.
  std::vector<std::int64_t> keys;
  std::vector<std::uint32_t> steps;  ///< of the member
  std::vector<std::string> words;    ///< by rank, of texts
  /// Of each member, whether it knows nothing of the dimension: what it has holds everywhere.
  std::vector<std::uint8_t> everywhere;

  [[nodiscard]] std::string text(std::int64_t key) const;  ///< for operators
  [[nodiscard]] double number(std::int64_t key) const;
};

/// A member that has none, and why.
struct NoPosition {
  std::size_t member;
  std::string reason;
};

/// Where each member lies along a join. Members that cannot be placed have no positions, and are
/// listed; of one that has some steps without a position, a warning tells.
[[nodiscard]] Positions find_positions(const std::vector<MemberToJoin>& members, const Join& join,
                                       std::size_t rule_index,
                                       const std::optional<NamePattern>& names, Calendar calendar,
                                       std::vector<NoPosition>& without,
                                       std::vector<std::string>& warnings);

/// All positions in order, each once; the places of members along them.
/// @param keys gets the positions
[[nodiscard]] JoinedAxis make_axis(const Positions& positions, std::vector<std::int64_t>& keys);

/// The order of names: digits in them count as numbers, so that "m2" is before "m10".
[[nodiscard]] bool before_by_name(std::string_view a, std::string_view b);

}  // namespace gyre::coverage::aggregation
