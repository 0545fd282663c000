#include "coverage/geometry/cell_polygon.h"

#include <algorithm>
#include <array>

namespace gyre::coverage::geometry {
namespace {

struct Point {
  double x, y;
};

/// The tangent plane of the sphere at a centre.
class Plane {
 public:
  explicit Plane(const UnitVector& centre) : normal_(centre) {
    // Any direction that is not the normal's own.
    const UnitVector helper = std::abs(centre.z) < 0.9 ? UnitVector{0, 0, 1} : UnitVector{1, 0, 0};
    east_ = normalised(cross(helper, centre));
    north_ = cross(centre, east_);
  }
  [[nodiscard]] bool sees(const UnitVector& v) const { return dot(normal_, v) > 1e-6; }
  [[nodiscard]] Point project(const UnitVector& v) const {
    const double depth = dot(normal_, v);
    return {dot(east_, v) / depth, dot(north_, v) / depth};
  }

 private:
  UnitVector normal_, east_, north_;
};

/// Twice the area of the triangle a, b, p: positive when p is left of a -> b.
double side_of(const Point& a, const Point& b, const Point& p) {
  return (b.x - a.x) * (p.y - a.y) - (p.x - a.x) * (b.y - a.y);
}

bool on_edge(const Point& a, const Point& b, const Point& p) {
  const double length2 = (b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y);
  if (length2 == 0) return p.x == a.x && p.y == a.y;
  const double slack = 1e-9 * length2;
  if (std::abs(side_of(a, b, p)) > slack) return false;
  const double along = (p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y);
  return along >= -slack && along <= length2 + slack;
}

}  // namespace

bool holds(std::span<const UnitVector> corners, const UnitVector& centre, const UnitVector& place) {
  constexpr std::size_t kMost = 64;
  const Plane plane(centre);
  const std::size_t count = std::min(corners.size(), kMost);
  if (count < 3 || !plane.sees(place)) return false;
  std::array<Point, kMost> points;
  for (std::size_t i = 0; i < count; ++i) {
    if (!plane.sees(corners[i])) return false;
    points[i] = plane.project(corners[i]);
  }
  const Point p = plane.project(place);
  bool inside = false;
  for (std::size_t i = 0, j = count - 1; i < count; j = i++) {
    const Point& a = points[i];
    const Point& b = points[j];
    if (on_edge(a, b, p)) return true;
    if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) {
      inside = !inside;
    }
  }
  return inside;
}

}  // namespace gyre::coverage::geometry
