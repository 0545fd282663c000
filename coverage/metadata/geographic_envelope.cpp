#include <algorithm>
#include <cmath>
#include <vector>

#include "coverage/metadata/description.h"

namespace gyre::coverage {
namespace {

constexpr double kTurn = 360;
/// Longitudes nearer than this are one: noise of float32 axes and of projecting there and back.
constexpr double kNoise = 1e-6;

/// West in [-180, 180), east <= 180: all longitudes when the extent crosses 180 degrees.
Envelope normalised(double west, double south, double east, double north) {
  south = std::clamp(south, -90.0, 90.0);
  north = std::clamp(north, -90.0, 90.0);
  const Envelope all{-180, south, 180, north};
  if (!(east - west < kTurn - kNoise)) return all;
  const double shift = -kTurn * std::floor((west + 180 + kNoise) / kTurn);
  west += shift;
  east += shift;
  if (east > 180 + kNoise) return all;
  return {std::max(west, -180.0), south, std::min(east, 180.0), north};
}

struct Positions {
  std::vector<double> x, y;
  void add(double at_x, double at_y) {
    x.push_back(at_x);
    y.push_back(at_y);
  }
};

/// The closed outline of a box, its last point its first.
Positions outline_of(const Envelope& box) {
  constexpr int kPerSide = 128;
  Positions line;
  const auto side = [&](double x0, double y0, double x1, double y1) {
    for (int i = 0; i < kPerSide; ++i) {
      const double share = static_cast<double>(i) / kPerSide;
      line.add(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share);
    }
  };
  side(box.min_x, box.min_y, box.max_x, box.min_y);
  side(box.max_x, box.min_y, box.max_x, box.max_y);
  side(box.max_x, box.max_y, box.min_x, box.max_y);
  side(box.min_x, box.max_y, box.min_x, box.min_y);
  line.add(box.min_x, box.min_y);
  return line;
}

bool holds_pole(const Envelope& box, const CrsTransform& to_globe, double latitude) {
  double x = 0, y = latitude;
  to_globe.inverse({&x, 1}, {&y, 1});
  if (!(x >= box.min_x && x <= box.max_x && y >= box.min_y && y <= box.max_y)) return false;
  // Some projections answer a place for a pole they do not show: only what comes back counts.
  double longitude = x, back = y;
  to_globe.forward({&longitude, 1}, {&back, 1});
  return std::abs(back - latitude) < kNoise;
}

/// From positions all over the grid, for grids whose outline leaves the projection (the corners of
/// a sinusoidal or geostationary map): the widest gap between longitudes is outside.
Envelope around_samples(const Envelope& box, const CrsTransform& to_globe) {
  constexpr int kSide = 129;
  Positions grid;
  for (int j = 0; j < kSide; ++j) {
    for (int i = 0; i < kSide; ++i) {
      grid.add(box.min_x + box.width() * i / (kSide - 1),
               box.min_y + box.height() * j / (kSide - 1));
    }
  }
  to_globe.forward(grid.x, grid.y);
  std::vector<double> longitudes;
  double south = 90, north = -90;
  for (std::size_t i = 0; i < grid.x.size(); ++i) {
    if (!std::isfinite(grid.x[i]) || !std::isfinite(grid.y[i])) continue;
    longitudes.push_back(grid.x[i] - kTurn * std::floor(grid.x[i] / kTurn));
    south = std::min(south, grid.y[i]);
    north = std::max(north, grid.y[i]);
  }
  if (longitudes.empty()) return {-180, -90, 180, 90};
  std::sort(longitudes.begin(), longitudes.end());
  double widest = longitudes.front() + kTurn - longitudes.back();
  double west = longitudes.front(), east = longitudes.back();
  for (std::size_t i = 1; i < longitudes.size(); ++i) {
    const double gap = longitudes[i] - longitudes[i - 1];
    if (gap <= widest) continue;
    widest = gap;
    west = longitudes[i];
    east = longitudes[i - 1] + kTurn;
  }
  constexpr double kHole = 15;  // narrower gaps are between samples, not outside
  if (widest < kHole) return {-180, south, 180, north};
  return normalised(west, south, east, north);
}

Envelope around_outline(const Envelope& box, const CrsTransform& to_globe) {
  Positions line = outline_of(box);
  to_globe.forward(line.x, line.y);
  const auto finite = [](double value) { return std::isfinite(value); };
  if (!std::all_of(line.x.begin(), line.x.end(), finite) ||
      !std::all_of(line.y.begin(), line.y.end(), finite)) {
    return around_samples(box, to_globe);
  }
  // Followed along the outline, each step the short way round.
  double longitude = line.x.front(), west = longitude, east = longitude;
  double south = line.y.front(), north = south;
  for (std::size_t i = 1; i < line.x.size(); ++i) {
    longitude += std::remainder(line.x[i] - line.x[i - 1], kTurn);
    west = std::min(west, longitude);
    east = std::max(east, longitude);
    south = std::min(south, line.y[i]);
    north = std::max(north, line.y[i]);
  }
  const bool north_pole = holds_pole(box, to_globe, 90);
  const bool south_pole = holds_pole(box, to_globe, -90);
  // An outline that ends a turn away from where it began goes round a pole.
  const bool round = std::abs(longitude - line.x.front()) > kTurn / 2;
  if (!north_pole && !south_pole && !round) return normalised(west, south, east, north);
  const bool northern = north_pole || (round && !south_pole && south + north > 0);
  const bool southern = south_pole || (round && !northern);
  return {-180, southern ? -90 : south, 180, northern ? 90 : north};
}

}  // namespace

Envelope geographic_envelope(const DomainSet& domain_set) {
  const Envelope box = domain_set.envelope();
  if (domain_set.geometry() != nullptr) {
    return normalised(box.min_x, box.min_y, box.max_x, box.max_y);
  }
  if (domain_set.crs().is_geographic()) {
    if (domain_set.axes()[domain_set.x()].spans_globe()) {
      return normalised(box.min_x, box.min_y, box.min_x + kTurn, box.max_y);
    }
    return normalised(box.min_x, box.min_y, box.max_x, box.max_y);
  }
  return around_outline(box, transform_between(domain_set.crs(), Crs()));
}

}  // namespace gyre::coverage
