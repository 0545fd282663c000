#pragma once

#include <cstdint>

#include "coverage/model/axis.h"

namespace gyre::coverage {

/// Axis::cell_at and cell_at_modular for many positions: the same answers, a few nanoseconds each.
/// Looks at the axis where it is, which must outlive it: as cheap to make as a pointer.
class CellFinder {
 public:
  static constexpr std::int32_t kNone = -1;
  static constexpr std::int32_t kUnsure = -2;

  /// @param turns positions are degrees that may be given in any turn of 360 (longitudes of the
  /// globe, rotated longitudes)
  CellFinder(const Axis& axis, bool turns);

  /// The cell whose footprint holds `at`, kNone outside of all and for NaN.
  [[nodiscard]] std::int32_t find(double at) const;
  /// What find() says of every position within `error` of `at`; kUnsure where it does not say the
  /// same of all, or that would take long to tell. @pre both are finite
  [[nodiscard]] std::int32_t find_surely(double at, double error) const;

  /// Is a position in another turn the same to find()?
  [[nodiscard]] bool any_turn() const { return turns_ && !twice_; }
  /// The mean width of cells, in units of the axis.
  [[nodiscard]] double cell_width() const { return cells_per_unit_ > 0 ? 1 / cells_per_unit_ : 0; }

 private:
  [[nodiscard]] std::int32_t index_of(std::int32_t rank) const {
    return descending_ ? size_ - 1 - rank : rank;
  }
  /// Of the cells in ascending order.
  [[nodiscard]] Axis::Interval footprint(std::int32_t rank) const {
    return axis_.footprint(static_cast<std::size_t>(index_of(rank)));
  }
  [[nodiscard]] std::int32_t guess(double at) const;
  [[nodiscard]] std::int32_t last_below(double at) const;
  [[nodiscard]] std::int32_t find_here(double at) const;

  const Axis& axis_;
  bool turns_, twice_, descending_;
  std::int32_t size_;
  double low_ = 0, high_ = 0, cells_per_unit_ = 0;  // low_ and high_: of all cells
};

}  // namespace gyre::coverage
