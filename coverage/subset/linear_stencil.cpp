#include "coverage/subset/linear_stencil.h"

#include <cmath>
#include <optional>

#include "coverage/geometry/unit_vector.h"
#include "coverage/subset/cell_finder.h"

namespace gyre::coverage {
namespace {

constexpr std::int32_t kNone = CellFinder::kNone;
using geometry::UnitVector;

struct Cell {
  std::int32_t x = kNone, y = kNone;
};

/// The four cells of one pixel, the nearest first, and how far along towards its neighbours.
struct Corner {
  std::array<Cell, 4> cells;
  double along_x = 0, along_y = 0;
};

/// The neighbour of sample `i` on the side of `at`, and the share of the way to it.
struct Step {
  std::int32_t other;
  double share = 0;
};
Step step_towards(const Axis& axis, std::int32_t i, double at, bool turns) {
  const CoordinateValues& centres = axis.centres();
  const auto n = static_cast<std::int32_t>(centres.size());
  const auto distance = [&](double to, double from) {
    return turns ? std::remainder(to - from, 360.0) : to - from;
  };
  const double away = distance(at, centres[static_cast<std::size_t>(i)]);
  const bool up = (away > 0) != axis.descending();
  std::int32_t other = up ? i + 1 : i - 1;
  if (other < 0 || other >= n) {
    if (!turns || !axis.spans_globe() || n < 3) return {i, 0};
    other = (other + n) % n;
  }
  const double step =
      distance(centres[static_cast<std::size_t>(other)], centres[static_cast<std::size_t>(i)]);
  if (step == 0 || away / step < 0 || away / step > 1) return {i, 0};
  return {other, away / step};
}

Corner on_axes(const DomainSet& domain_set, Cell cell, double x, double y) {
  const Axis& across = domain_set.axes()[domain_set.x()];
  const Axis& along = domain_set.axes()[domain_set.y()];
  const bool turns = across.data().geographic_longitude || domain_set.crs().is_rotated_pole();
  const Step right = step_towards(across, cell.x, x, turns);
  const Step down = step_towards(along, cell.y, y, false);
  return {
      {cell, Cell{right.other, cell.y}, Cell{cell.x, down.other}, Cell{right.other, down.other}},
      right.share,
      down.share};
}

/// A plane that touches the sphere at a centre.
struct Plane {
  UnitVector east, north, up;
  explicit Plane(const UnitVector& at) : up(at) {
    const UnitVector helper = std::abs(at.z) < 0.9 ? UnitVector{0, 0, 1} : UnitVector{1, 0, 0};
    east = normalised(cross(helper, at));
    north = cross(at, east);
  }
  /// Absent: on the other side of the globe.
  [[nodiscard]] std::optional<std::array<double, 2>> flat(const UnitVector& v) const {
    const double depth = dot(up, v);
    if (!(depth > 0.1)) return std::nullopt;
    return std::array{dot(east, v) / depth, dot(north, v) / depth};
  }
};

/// s and t with p = s b + t d + s t (c - b - d), for the quadrilateral 0, b, c, d; by Newton.
std::optional<std::array<double, 2>> within(const std::array<double, 2>& p,
                                            const std::array<double, 2>& b,
                                            const std::array<double, 2>& c,
                                            const std::array<double, 2>& d) {
  const std::array<double, 2> twist{c[0] - b[0] - d[0], c[1] - b[1] - d[1]};
  double s = 0.25, t = 0.25;
  constexpr int kRounds = 8;
  for (int round = 0; round < kRounds; ++round) {
    const double fx = s * b[0] + t * d[0] + s * t * twist[0] - p[0];
    const double fy = s * b[1] + t * d[1] + s * t * twist[1] - p[1];
    const double sx = b[0] + t * twist[0], sy = b[1] + t * twist[1];
    const double tx = d[0] + s * twist[0], ty = d[1] + s * twist[1];
    const double determinant = sx * ty - sy * tx;
    if (determinant == 0) return std::nullopt;
    s -= (fx * ty - fy * tx) / determinant;
    t -= (sx * fy - sy * fx) / determinant;
  }
  constexpr double kSlack = 1e-9;
  if (!(s > -kSlack && s < 1 + kSlack && t > -kSlack && t < 1 + kSlack)) return std::nullopt;
  return std::array{std::clamp(s, 0.0, 1.0), std::clamp(t, 0.0, 1.0)};
}

Corner on_plane(const CellGeometry& geometry, Cell cell, double longitude, double latitude) {
  const auto columns = static_cast<std::int32_t>(geometry.columns());
  const auto rows = static_cast<std::int32_t>(geometry.rows());
  const auto beside = [&](std::int32_t right, std::int32_t down) -> Cell {
    Cell other{cell.x + right, cell.y + down};
    if (geometry.wraps()) other.x = (other.x + columns) % columns;
    if (other.x < 0 || other.x >= columns || other.y < 0 || other.y >= rows) return {};
    return other;
  };
  const auto place = [&](Cell at) {
    const std::size_t i =
        static_cast<std::size_t>(at.y) * geometry.columns() + static_cast<std::size_t>(at.x);
    return geometry::unit_vector(geometry.longitude(i), geometry.latitude(i));
  };
  const Plane plane(place(cell));
  const auto p = plane.flat(geometry::unit_vector(longitude, latitude));
  for (const auto& [right, down] : {std::pair{1, 1}, {1, -1}, {-1, 1}, {-1, -1}}) {
    const std::array<Cell, 3> others{beside(right, 0), beside(0, down), beside(right, down)};
    std::array<std::optional<std::array<double, 2>>, 3> flat;
    bool whole = p.has_value();
    for (std::size_t k = 0; k < 3; ++k) {
      if (others[k].x != kNone) flat[k] = plane.flat(place(others[k]));
      whole = whole && flat[k].has_value();
    }
    if (!whole) continue;
    if (const auto share = within(*p, *flat[0], *flat[2], *flat[1])) {
      return {{cell, others[0], others[1], others[2]}, (*share)[0], (*share)[1]};
    }
  }
  return {{cell, cell, cell, cell}};
}

}  // namespace

LinearStencil linear_stencil(const DomainSet& domain_set, const TargetGrid& target,
                             const PixelWindow& window) {
  const PixelMap nearest(domain_set, target, window);
  const std::size_t pixels = window.width * window.height;
  std::vector<double> xs(pixels), ys(pixels);
  PixelTransform(domain_set, target).of(window, xs, ys);
  std::array<std::vector<std::int32_t>, 4> x;
  std::array<std::vector<std::int32_t>, 4> y;
  std::array<std::vector<double>, 4> weights;
  for (std::size_t k = 0; k < 4; ++k) {
    x[k].assign(pixels, kNone);
    y[k].assign(pixels, kNone);
    weights[k].assign(pixels, 0);
  }
  for (std::size_t i = 0; i < pixels; ++i) {
    const auto [cell_x, cell_y] = nearest.at(i % window.width, i / window.width);
    if (cell_x == kNone) continue;
    const Corner corner = domain_set.geometry() != nullptr
                              ? on_plane(*domain_set.geometry(), {cell_x, cell_y}, xs[i], ys[i])
                              : on_axes(domain_set, {cell_x, cell_y}, xs[i], ys[i]);
    const double u = corner.along_x, v = corner.along_y;
    const std::array<double, 4> share{(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v};
    for (std::size_t k = 0; k < 4; ++k) {
      x[k][i] = corner.cells[k].x;
      y[k][i] = corner.cells[k].y;
      weights[k][i] = share[k];
    }
  }
  const auto map = [&](std::size_t k) {
    return PixelMap(window.width, window.height, std::move(x[k]), std::move(y[k]));
  };
  return {{map(0), map(1), map(2), map(3)}, std::move(weights)};
}

}  // namespace gyre::coverage
