#pragma once

#include <cstdint>
#include <vector>

#include "coverage/model/time_instant.h"

namespace gyre::coverage::aggregation {

/// Between two steps that follow each other, steps that the spacing of the others says belong
/// there.
struct HoleInTime {
  std::size_t after = 0;  ///< index of the step before the hole
  std::size_t steps = 0;
  bool operator==(const HoleInTime&) const = default;
};

/// Steps by the spacing that most have: a constant one, or whole months. None where there is no
/// such spacing.
/// @param times microseconds, ascending
[[nodiscard]] std::vector<HoleInTime> find_holes(Calendar calendar,
                                                 const std::vector<std::int64_t>& times);

}  // namespace gyre::coverage::aggregation
