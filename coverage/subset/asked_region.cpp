#include "coverage/subset/asked_region.h"

#include <algorithm>
#include <cmath>

#include "coverage/base/work.h"
#include "coverage/subset/box_transform.h"

namespace gyre::coverage {
namespace {

/// Rounding that takes no centre of a cell out of a box it lies in.
constexpr double kSlack = 1e-9;

bool within(double at, double low, double high, double turn) {
  const double slack = kSlack * (high - low);
  if (turn > 0) at = low + std::remainder(at - low, turn);
  return (at >= low - slack && at <= high + slack) || (turn > 0 && at + turn <= high + slack);
}

bool within(const Envelope& box, double turn, double x, double y) {
  return within(y, box.min_y, box.max_y, 0) && within(x, box.min_x, box.max_x, turn);
}

}  // namespace

bool AskedRegion::holds(double x, double y) const { return within(box, x_period(crs), x, y); }

std::vector<std::uint8_t> AskedRegion::outside(const TargetGrid& target,
                                               const PixelWindow& window) const {
  std::vector<std::uint8_t> made(window.width * window.height);
  const double turn = x_period(crs);
  constexpr std::size_t kPixelsOfTask = 1u << 14;
  const std::size_t rows =
      std::max<std::size_t>(1, kPixelsOfTask / std::max<std::size_t>(1, window.width));
  in_parallel((window.height + rows - 1) / rows, [&](std::size_t task) {
    const std::size_t first = task * rows;
    const PixelWindow part{window.column, window.row + first, window.width,
                           std::min(rows, window.height - first)};
    std::vector<double> x(part.width * part.height), y(x.size());
    PixelTransform(crs, target).of(part, x, y);
    for (std::size_t i = 0; i < x.size(); ++i) {
      made[first * window.width + i] = within(box, turn, x[i], y[i]) ? 0 : 1;
    }
  });
  return made;
}

}  // namespace gyre::coverage
