#pragma once

#include <cmath>

namespace gyre::coverage::geometry {

/// A place on the sphere. Distances between places are chords: 2 sin(angle / 2).
struct UnitVector {
  double x = 0, y = 0, z = 0;

  UnitVector operator+(const UnitVector& o) const { return {x + o.x, y + o.y, z + o.z}; }
  UnitVector operator-(const UnitVector& o) const { return {x - o.x, y - o.y, z - o.z}; }
  UnitVector operator*(double factor) const { return {x * factor, y * factor, z * factor}; }
  bool operator==(const UnitVector&) const = default;
};

inline constexpr double kRadiansPerDegree = 0.017453292519943295;

/// Degrees in any turn.
inline UnitVector unit_vector(double longitude, double latitude) {
  const double lambda = longitude * kRadiansPerDegree;
  const double phi = latitude * kRadiansPerDegree;
  const double across = std::cos(phi);
  return {across * std::cos(lambda), across * std::sin(lambda), std::sin(phi)};
}

inline double dot(const UnitVector& a, const UnitVector& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline UnitVector cross(const UnitVector& a, const UnitVector& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline double squared_chord(const UnitVector& a, const UnitVector& b) {
  const UnitVector d = a - b;
  return dot(d, d);
}
inline UnitVector normalised(const UnitVector& v) {
  const double length = std::sqrt(dot(v, v));
  return length > 0 ? v * (1 / length) : v;
}
inline double longitude_of(const UnitVector& v) { return std::atan2(v.y, v.x) / kRadiansPerDegree; }
inline double latitude_of(const UnitVector& v) {
  return std::atan2(v.z, std::hypot(v.x, v.y)) / kRadiansPerDegree;
}

}  // namespace gyre::coverage::geometry
