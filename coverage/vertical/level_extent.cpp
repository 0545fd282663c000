#include "coverage/vertical/level_extent.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "coverage/vertical/level_heights.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kSteps = 8;
constexpr std::size_t kColumns = 1u << 16;  // looked at in all, of few levels
constexpr std::size_t kHeights = 1u << 23;  // so many heights, and a column of some rows
constexpr std::size_t kRows = 32;           // no fewer: those at the poles are masked

/// The k-th of `count` places spread over `size`, the first and the last among them.
std::size_t spread(std::size_t k, std::size_t count, std::size_t size) {
  return count < 2 ? 0 : k * (size - 1) / (count - 1);
}

double snapped(double value, double width, bool up) {
  const double digits = 2 - std::floor(std::log10(width));
  const double power = std::pow(10, std::abs(digits));
  // By a division where the step is a fraction, so that 0.3 prints as 0.3.
  const double count = digits > 0 ? value * power : value / power;
  const double whole = up ? std::ceil(count) : std::floor(count);
  return digits > 0 ? whole / power : whole * power;
}

}  // namespace

std::optional<std::pair<double, double>> level_extent(const Source& source,
                                                      const DomainSet& domain_set,
                                                      const VerticalTransform& transform) {
  const auto& axes = domain_set.axes();
  std::size_t steps = 1;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (a == domain_set.x() || a == domain_set.y() || a == transform.axis) continue;
    steps = std::max(steps, std::min(kSteps, axes[a].size()));
  }
  const std::size_t width = axes[domain_set.x()].size();
  const bool one_axis = domain_set.x() == domain_set.y();
  const std::size_t height = one_axis ? 1 : axes[domain_set.y()].size();
  const std::size_t levels = axes[transform.axis].size();
  const std::size_t cells = std::max<std::size_t>(1, std::min(kColumns, kHeights / levels) / steps);
  const std::size_t rows = std::min(height, std::max(kRows, cells / width));
  // One row of many cells (a mesh) is looked at in pieces spread along it.
  const std::size_t pieces = one_axis && width > cells ? std::min(kRows, cells) : 1;
  const std::size_t piece = pieces > 1 ? cells / pieces : std::min(width, kColumns);
  const std::size_t stride = pieces > 1 ? 1 : 1 + piece * rows / (cells + 1);
  double low = std::numeric_limits<double>::infinity(), high = -low;
  std::vector<double> heights(levels);
  const auto look = [&](const std::vector<std::size_t>& at, IndexRange strip, IndexRange columns) {
    const LevelHeights strip_heights(source, domain_set, transform, at, strip, columns);
    for (std::size_t row = 0; row < strip.size(); ++row) {
      for (std::size_t column = 0; column < columns.size(); column += stride) {
        strip_heights.column(row, column, heights);
        for (const double value : heights) {
          if (std::isnan(value)) continue;
          low = std::min(low, value);
          high = std::max(high, value);
        }
      }
    }
  };
  for (std::size_t step = 0; step < steps; ++step) {
    std::vector<std::size_t> at;
    for (const Axis& axis : axes) at.push_back(spread(step, steps, axis.size()));
    for (std::size_t p = 0; p < pieces; ++p) {
      const std::size_t begin = spread(p, pieces, width - piece + 1);
      const IndexRange columns{begin, begin + piece};
      if (rows == height) {
        look(at, {0, height}, columns);
        continue;
      }
      for (std::size_t k = 0; k < rows; ++k) {
        const std::size_t row = spread(k, rows, height);
        look(at, {row, row + 1}, columns);
      }
    }
  }
  if (!(low <= high)) return std::nullopt;
  const double distance = high > low ? high - low : std::max(std::abs(high), 1.0);
  return std::pair{snapped(low, distance, false) + 0.0, snapped(high, distance, true) + 0.0};
}

}  // namespace gyre::coverage
