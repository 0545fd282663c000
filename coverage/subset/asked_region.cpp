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

}  // namespace

bool AskedRegion::holds(double x, double y) const {
  return within(y, box.min_y, box.max_y, 0) && within(x, box.min_x, box.max_x, x_period(crs));
}

std::vector<std::uint8_t> AskedRegion::outside(const TargetGrid& target,
                                               const PixelWindow& window) const {
  std::vector<std::uint8_t> made(window.width * window.height);
  const double step_x = target.envelope.width() / static_cast<double>(target.width);
  const double step_y = target.envelope.height() / static_cast<double>(target.height);
  const double turn = x_period(crs);
  constexpr std::size_t kPixelsOfTask = 1u << 14;
  const std::size_t rows =
      std::max<std::size_t>(1, kPixelsOfTask / std::max<std::size_t>(1, window.width));
  in_parallel((window.height + rows - 1) / rows, [&](std::size_t task) {
    // PROJ's handles are the thread's.
    const CrsTransform& transform = transform_between(target.crs, crs);
    std::vector<double> x(window.width), y(window.width);
    for (std::size_t j = task * rows; j < std::min(window.height, (task + 1) * rows); ++j) {
      for (std::size_t i = 0; i < window.width; ++i) {
        x[i] = target.envelope.min_x + (static_cast<double>(window.column + i) + 0.5) * step_x;
        y[i] = target.envelope.max_y - (static_cast<double>(window.row + j) + 0.5) * step_y;
      }
      transform.forward(x, y);
      for (std::size_t i = 0; i < window.width; ++i) {
        const bool inside =
            within(y[i], box.min_y, box.max_y, 0) && within(x[i], box.min_x, box.max_x, turn);
        made[j * window.width + i] = inside ? 0 : 1;
      }
    }
  });
  return made;
}

}  // namespace gyre::coverage
