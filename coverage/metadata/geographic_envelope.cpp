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

/// Longitudes may count from another prime meridian.
double degrees_east_of_greenwich(const Crs& crs, const Envelope& box) {
  const CrsTransform& to_globe = transform_between(crs, Crs());
  if (to_globe.identity()) return 0;
  const double counted = std::remainder(box.min_x, kTurn);
  double longitude = counted;
  double latitude = (box.min_y + box.max_y) / 2;
  to_globe.forward({&longitude, 1}, {&latitude, 1});
  const double shift = std::remainder(longitude - counted, kTurn);
  constexpr double kDatums = 0.01;  // differences between ellipsoids move no box
  return std::isfinite(shift) && std::abs(shift) > kDatums ? shift : 0;
}

bool holds_pole(const Envelope& box, const CrsTransform& to_globe, double latitude) {
  double x = 0, y = latitude;
  to_globe.inverse({&x, 1}, {&y, 1});
  if (!(x >= box.min_x && x <= box.max_x && y >= box.min_y && y <= box.max_y)) return false;
  // Some projections answer a place for a pole they do not show: only what comes back counts.
  double longitude = x, back = y;
  to_globe.forward({&longitude, 1}, {&back, 1});
  constexpr double kNear = 1e-4;  // an orthographic map is flat there
  return std::abs(back - latitude) < kNear;
}

/// Adds the rim of the map to a lattice that was projected: between a position that has a place on
/// the globe and a neighbour that has none.
void add_horizon(const Positions& projected, int side, const CrsTransform& to_globe,
                 Positions& globe) {
  Positions inner, outer;
  const auto consider = [&](int a, int b) {
    const auto i = static_cast<std::size_t>(a), k = static_cast<std::size_t>(b);
    const bool a_is = std::isfinite(globe.x[i]), b_is = std::isfinite(globe.x[k]);
    if (a_is == b_is) return;
    inner.add(projected.x[a_is ? i : k], projected.y[a_is ? i : k]);
    outer.add(projected.x[a_is ? k : i], projected.y[a_is ? k : i]);
  };
  for (int j = 0; j < side; ++j) {
    for (int i = 0; i < side; ++i) {
      if (i + 1 < side) consider(j * side + i, j * side + i + 1);
      if (j + 1 < side) consider(j * side + i, (j + 1) * side + i);
    }
  }
  constexpr int kHalvings = 20;
  for (int round = 0; round < kHalvings; ++round) {
    Positions middle;
    for (std::size_t i = 0; i < inner.x.size(); ++i) {
      middle.add((inner.x[i] + outer.x[i]) / 2, (inner.y[i] + outer.y[i]) / 2);
    }
    Positions there = middle;
    to_globe.forward(there.x, there.y);
    for (std::size_t i = 0; i < inner.x.size(); ++i) {
      Positions& side_of = std::isfinite(there.x[i]) ? inner : outer;
      side_of.x[i] = middle.x[i];
      side_of.y[i] = middle.y[i];
    }
  }
  to_globe.forward(inner.x, inner.y);
  globe.x.insert(globe.x.end(), inner.x.begin(), inner.x.end());
  globe.y.insert(globe.y.end(), inner.y.begin(), inner.y.end());
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
  const Positions projected = grid;
  to_globe.forward(grid.x, grid.y);
  add_horizon(projected, kSide, to_globe, grid);
  std::vector<double> longitudes;
  double south = 90, north = -90;
  for (std::size_t i = 0; i < grid.x.size(); ++i) {
    if (!std::isfinite(grid.x[i]) || !std::isfinite(grid.y[i])) continue;
    longitudes.push_back(grid.x[i] - kTurn * std::floor(grid.x[i] / kTurn));
    south = std::min(south, grid.y[i]);
    north = std::max(north, grid.y[i]);
  }
  if (longitudes.empty()) return {-180, -90, 180, 90};
  const bool north_pole = holds_pole(box, to_globe, 90);
  const bool south_pole = holds_pole(box, to_globe, -90);
  if (north_pole || south_pole) {
    return {-180, south_pole ? -90 : south, 180, north_pole ? 90 : north};
  }
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
  Envelope box = domain_set.envelope();
  if (domain_set.geometry() != nullptr) {
    return normalised(box.min_x, box.min_y, box.max_x, box.max_y);
  }
  if (domain_set.crs().is_geographic()) {
    const double shift = degrees_east_of_greenwich(domain_set.crs(), box);
    box.min_x += shift;
    box.max_x += shift;
    if (domain_set.axes()[domain_set.x()].spans_globe()) {
      return normalised(box.min_x, box.min_y, box.min_x + kTurn, box.max_y);
    }
    return normalised(box.min_x, box.min_y, box.max_x, box.max_y);
  }
  return around_outline(box, transform_between(domain_set.crs(), Crs()));
}

}  // namespace gyre::coverage
