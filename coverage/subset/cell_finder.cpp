#include "coverage/subset/cell_finder.h"

#include <algorithm>
#include <cmath>

namespace gyre::coverage {

CellFinder::CellFinder(const Axis& axis, bool turns) : axis_(axis), turns_(turns) {
  const std::size_t n = axis.size();
  low_.resize(n);
  high_.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    const Axis::Interval cell = axis.footprint(axis.descending() ? n - 1 - i : i);
    low_[i] = cell.low;
    high_[i] = cell.high;
  }
  origin_ = low_.front();
  const double span = high_.back() - low_.front();
  cells_per_unit_ = span > 0 ? static_cast<double>(n) / span : 0;
}

std::int32_t CellFinder::find_here(double at) const {
  const auto n = static_cast<std::int32_t>(low_.size());
  if (!(at >= low_.front()) || at > high_.back()) return kNone;
  // A guess that is right on regular axes, then steps to the last cell that begins at or below.
  auto i = static_cast<std::int32_t>((at - origin_) * cells_per_unit_);
  i = std::clamp(i, 0, n - 1);
  if (std::abs(low_[static_cast<std::size_t>(i)] - at) * cells_per_unit_ > 8) {
    i = static_cast<std::int32_t>(std::upper_bound(low_.begin(), low_.end(), at) - low_.begin()) -
        1;
  }
  while (i + 1 < n && low_[static_cast<std::size_t>(i) + 1] <= at) ++i;
  while (i > 0 && low_[static_cast<std::size_t>(i)] > at) --i;
  if (at <= high_[static_cast<std::size_t>(i)]) return axis_.descending() ? n - 1 - i : i;
  const auto exact = axis_.cell_at(at);  // a gap between bounds, or cells that overlap
  return exact ? static_cast<std::int32_t>(*exact) : kNone;
}

std::int32_t CellFinder::find(double at) const {
  if (!std::isfinite(at)) return kNone;
  if (!turns_) return find_here(at);
  if (Axis::has_meridians_twice({low_.front(), high_.back()})) {
    if (const std::int32_t here = find_here(at); here != kNone) return here;
  }
  const double base = at - 360 * std::floor((at - origin_) / 360);
  const std::int32_t cell = find_here(base);
  if (cell != kNone) return cell;
  // Rounding at the seam, and grids that go nearly all the way round: rare, so the slow way.
  if (const auto exact = axis_.cell_at_modular(at)) return static_cast<std::int32_t>(*exact);
  const std::int32_t before = find_here(base - 360);
  return before != kNone ? before : find_here(base + 360);
}

}  // namespace gyre::coverage
