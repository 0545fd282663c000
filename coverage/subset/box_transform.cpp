#include "coverage/subset/box_transform.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace gyre::coverage {
namespace {

constexpr std::size_t kSide = 65;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Moves each x of a lattice by whole turns to its neighbour; rows begin beside one another.
void make_continuous(std::span<double> x, double turn) {
  double row_before = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t row = 0; row < x.size(); row += kSide) {
    double last = row_before;
    bool begun = false;
    for (double& one : x.subspan(row, kSide)) {
      if (!std::isfinite(one)) continue;
      if (std::isfinite(last)) one += turn * std::round((last - one) / turn);
      last = one;
      if (!begun) row_before = one;
      begun = true;
    }
  }
}

/// The x at which the map of a CRS begins, `turn` wide.
double western_seam(const Crs& crs, double turn) {
  const double unit = crs.metres_per_unit();
  const double middle =
      unit > 0 ? crs.projection_parameter("False easting").value_or(0) / unit : 0.0;
  return middle - turn / 2;
}

/// In the turn where it begins within the map, or so little before it that the rest lies within.
void move_onto_map(Envelope& box, const Crs& crs, double turn) {
  constexpr double kRounding = 1e-6, kLittle = 0.05;
  const double seam = western_seam(crs, turn);
  if (box.width() > turn * (1 - kRounding)) {
    const bool is_map = std::abs(box.min_x - seam) < turn * kRounding &&
                        std::abs(box.max_x - seam - turn) < turn * kRounding;
    if (!is_map) box = {seam, box.min_y, seam + turn, box.max_y};
    return;
  }
  const double before = kLittle * box.width() + turn * 1e-12;
  const double shift = turn * std::floor((box.min_x - seam + before) / turn);
  box.min_x -= shift;
  box.max_x -= shift;
}

}  // namespace

double x_period(const Crs& crs) {
  if (crs.is_geographic() || crs.is_rotated_pole()) return 360;
  return transform_between(Crs(), crs).x_period();
}

std::optional<Envelope> transformed(const Envelope& box, const Crs& from, const Crs& to) {
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t j = 0; j < kSide; ++j) {
    for (std::size_t i = 0; i < kSide; ++i) {
      x.push_back(box.min_x + box.width() * static_cast<double>(i) / (kSide - 1));
      y.push_back(box.min_y + box.height() * static_cast<double>(j) / (kSide - 1));
    }
  }
  transform_between(from, to).forward(x, y);
  const double turn = x_period(to);
  if (turn > 0) make_continuous(x, turn);
  Envelope out{kInfinity, kInfinity, -kInfinity, -kInfinity};
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (!std::isfinite(x[k]) || !std::isfinite(y[k])) continue;
    out.min_x = std::min(out.min_x, x[k]);
    out.max_x = std::max(out.max_x, x[k]);
    out.min_y = std::min(out.min_y, y[k]);
    out.max_y = std::max(out.max_y, y[k]);
  }
  if (!(out.min_x <= out.max_x && out.min_y <= out.max_y)) return std::nullopt;
  if (turn > 0) move_onto_map(out, to, turn);
  return out;
}

}  // namespace gyre::coverage
