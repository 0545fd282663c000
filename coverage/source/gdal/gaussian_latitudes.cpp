#include "coverage/source/gdal/gaussian_latitudes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gyre::coverage {

std::vector<double> gaussian_latitudes(int parallels, double first, double last) {
  const int degree = 2 * parallels;
  constexpr double kDegrees = 180 / std::numbers::pi, kNear = 1e-3;
  std::vector<double> all;
  for (int k = 0; k < degree; ++k) {
    // Newton's method from Tricomi's estimate.
    double x = std::cos(std::numbers::pi * (k + 0.75) / (degree + 0.5));
    for (int step = 0; step < 20; ++step) {
      double before = 1, value = x;
      for (int n = 2; n <= degree; ++n) {
        const double next = ((2 * n - 1) * x * value - (n - 1) * before) / n;
        before = value;
        value = next;
      }
      const double slope = degree * (before - x * value) / (1 - x * x);
      const double change = value / slope;
      x -= change;
      if (std::abs(change) < 1e-15) break;
    }
    all.push_back(std::asin(x) * kDegrees);
  }
  const double north = std::max(first, last) + kNear, south = std::min(first, last) - kNear;
  std::vector<double> some;
  for (const double one : all) {
    if (one <= north && one >= south) some.push_back(one);
  }
  if (first < last) std::reverse(some.begin(), some.end());
  return some;
}

}  // namespace gyre::coverage
