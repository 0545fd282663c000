#include "coverage/subset/cell_finder.h"

#include <algorithm>
#include <cmath>
#include <ranges>

namespace gyre::coverage {

CellFinder::CellFinder(const Axis& axis, bool turns)
    : axis_(axis),
      turns_(turns),
      descending_(axis.descending()),
      size_(static_cast<std::int32_t>(axis.size())) {
  low_ = footprint(0).low;
  high_ = footprint(size_ - 1).high;
  twice_ = Axis::has_meridians_twice({low_, high_});
  cells_per_unit_ = high_ > low_ ? static_cast<double>(size_) / (high_ - low_) : 0;
}

/// Right on regular axes, but for rounding. @pre at >= low_
inline std::int32_t CellFinder::guess(double at) const {
  const double rank = (at - low_) * cells_per_unit_;
  return rank < size_ ? static_cast<std::int32_t>(rank) : size_ - 1;
}

/// The last cell, in ascending order, that begins at or below. @pre at >= low_
std::int32_t CellFinder::last_below(double at) const {
  std::int32_t rank = guess(at);
  if (std::abs(footprint(rank).low - at) * cells_per_unit_ > 8) {
    const auto ranks = std::views::iota(std::int32_t{0}, size_);
    const auto above = std::ranges::partition_point(
        ranks, [&](std::int32_t one) { return footprint(one).low <= at; });
    rank = std::max(0, static_cast<std::int32_t>(above - ranks.begin()) - 1);
  }
  while (rank + 1 < size_ && footprint(rank + 1).low <= at) ++rank;
  while (rank > 0 && footprint(rank).low > at) --rank;
  return rank;
}

std::int32_t CellFinder::find_here(double at) const {
  if (!(at >= low_) || at > high_) return kNone;
  const std::int32_t rank = last_below(at);
  if (at <= footprint(rank).high) return index_of(rank);
  const auto exact = axis_.cell_at(at);  // a gap between bounds, or cells that overlap
  return exact ? static_cast<std::int32_t>(*exact) : kNone;
}

std::int32_t CellFinder::find(double at) const {
  if (!std::isfinite(at)) return kNone;
  if (!turns_) return find_here(at);
  if (twice_) {
    if (const std::int32_t here = find_here(at); here != kNone) return here;
  }
  const double base = Axis::moved_into({low_, high_}, at);
  const std::int32_t cell = find_here(base);
  if (cell != kNone) return cell;
  // Rounding at the seam, and grids that go nearly all the way round: rare, so the slow way.
  if (const auto exact = axis_.cell_at_modular(at)) return static_cast<std::int32_t>(*exact);
  const std::int32_t before = find_here(base - 360);
  return before != kNone ? before : find_here(base + 360);
}

std::int32_t CellFinder::find_surely(double at, double error) const {
  if (!axis_.cells_in_order()) return kUnsure;
  if (any_turn()) {
    if (at < low_ || at >= low_ + 360) at -= 360 * std::floor((at - low_) / 360);
    if (at - error < low_ || at + error >= low_ + 360) return kUnsure;
  }
  if (at + error < low_ || at - error > high_) {
    // Where find() looks into other turns, or gives what is between the last cell and the first to
    // one of them.
    const bool elsewhere = turns_ && (twice_ || high_ >= low_ + 360 || axis_.spans_globe());
    return elsewhere ? kUnsure : kNone;
  }
  if (at < low_) return kUnsure;
  // Without bounds a cell ends where the next one begins.
  const bool touching = axis_.data().bounds.empty();
  const auto within = [&](std::int32_t rank) {
    const Axis::Interval cell = footprint(rank);
    return at - error >= cell.low && at + error < cell.high &&
           (touching || rank + 1 == size_ || at + error < footprint(rank + 1).low);
  };
  std::int32_t rank = guess(at);
  if (!within(rank)) {
    rank = last_below(at);
    if (!within(rank)) return kUnsure;
  }
  return index_of(rank);
}

}  // namespace gyre::coverage
