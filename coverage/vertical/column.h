#pragma once

#include <cstddef>
#include <span>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// Where a height lies in a column: `weight` of the way from level `lower` to the next one. With
/// weight 0 it is the level's own and the next one does not matter.
struct LevelPosition {
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
  std::size_t lower = kNowhere;
  double weight = 0;
  bool operator==(const LevelPosition&) const = default;
};

/// @param heights of a column's levels, NaN where not known. They have to rise or fall strictly all
/// the way, else the answer would be one of several: kNowhere. Never across a level not known.
[[nodiscard]] GYRE_API LevelPosition position_in(std::span<const double> heights, double at);

}  // namespace gyre::coverage
