#include "coverage/geometry/grid_extent.h"

#include <algorithm>
#include <cmath>

namespace gyre::coverage::geometry {
namespace {

constexpr double kTurn = 360;
constexpr double kHole = 15;  ///< degrees; narrower gaps are between samples, not outside

}  // namespace

void GridExtent::add(double longitude, double latitude) {
  first_ = std::min(first_, longitude);
  last_ = std::max(last_, longitude);
  add_corner(longitude, latitude);
}

void GridExtent::add_corner(double longitude, double latitude) {
  const double turned = longitude - kTurn * std::floor(longitude / kTurn);
  const auto place = static_cast<std::size_t>(turned / kTurn * static_cast<double>(kBins));
  Bin& bin = bins_[std::min(place, kBins - 1)];
  bin.low = std::min(bin.low, turned);
  bin.high = std::max(bin.high, turned);
  south_ = std::min(south_, latitude);
  north_ = std::max(north_, latitude);
}

void GridExtent::add_pole(double latitude) {
  pole_ = true;
  south_ = std::min(south_, latitude);
  north_ = std::max(north_, latitude);
}

GeographicExtent GridExtent::result() const {
  const double south = std::max(south_, -90.0);
  const double north = std::min(north_, 90.0);
  const double base = first_ < 0 ? -180.0 : 0.0;
  const GeographicExtent all_round{base, south, base + kTurn, north};
  if (pole_) return all_round;
  double widest = 0, west = 0, east = 0;
  const Bin* before = nullptr;
  const Bin* first = nullptr;
  for (const Bin& bin : bins_) {
    if (bin.low > bin.high) continue;
    if (first == nullptr) first = &bin;
    if (before != nullptr && bin.low - before->high > widest) {
      widest = bin.low - before->high;
      west = bin.low;
      east = before->high + kTurn;
    }
    before = &bin;
  }
  if (first == nullptr) return {};
  if (first->low + kTurn - before->high >= widest) {
    widest = first->low + kTurn - before->high;
    west = first->low;
    east = before->high;
  }
  if (widest < kHole) return all_round;
  const double shift = kTurn * std::round(((first_ + last_) - (west + east)) / 2 / kTurn);
  return {west + shift, south, east + shift, north};
}

}  // namespace gyre::coverage::geometry
