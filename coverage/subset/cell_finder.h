#pragma once

#include <cstdint>
#include <vector>

#include "coverage/model/axis.h"

namespace gyre::coverage {

/// Axis::cell_at and cell_at_modular for many positions: the same answers, a few nanoseconds each.
class CellFinder {
 public:
  static constexpr std::int32_t kNone = -1;

  /// @param turns positions are degrees that may be given in any turn of 360 (longitudes of the
  /// globe, rotated longitudes)
  CellFinder(const Axis& axis, bool turns);

  /// The cell whose footprint holds `at`, kNone outside of all and for NaN.
  [[nodiscard]] std::int32_t find(double at) const;

 private:
  [[nodiscard]] std::int32_t find_here(double at) const;

  const Axis& axis_;
  bool turns_;
  std::vector<double> low_, high_;  // footprints in ascending order
  double origin_ = 0, cells_per_unit_ = 0;
};

}  // namespace gyre::coverage
