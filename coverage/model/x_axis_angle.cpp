#include "coverage/model/x_axis_angle.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <list>
#include <vector>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/model/proj_handles.h"

namespace gyre::coverage {
namespace {

constexpr double kRadians = 0.017453292519943295;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The longitudes and latitudes that a CRS is made from, with no shift of datum between, and the
/// squared eccentricity of their figure of the Earth.
struct Globe {
  Crs crs;
  double eccentricity_squared = 0;
};

Globe make_globe(const Crs& crs) {
  if (crs.is_rotated_pole()) return {};
  const auto context = proj::thread_context();
  proj::Object object = proj::horizontal_crs(context.get(), crs.proj_definition());
  if (object && proj_get_type(object.get()) == PJ_TYPE_BOUND_CRS) {
    object.reset(proj_get_source_crs(context.get(), object.get()));
  }
  const proj::Object figure(object ? proj_get_ellipsoid(context.get(), object.get()) : nullptr);
  double major = 0, inverse_flattening = 0;
  if (!figure || proj_ellipsoid_get_parameters(context.get(), figure.get(), &major, nullptr,
                                               nullptr, &inverse_flattening) == 0) {
    return {};
  }
  if (inverse_flattening == 0) {
    return {Crs::from_definition(fmt::format("+proj=longlat +R={} +no_defs", major)), 0};
  }
  const double f = 1 / inverse_flattening;
  return {Crs::from_definition(
              fmt::format("+proj=longlat +a={} +rf={} +no_defs", major, inverse_flattening)),
          f * (2 - f)};
}

/// This thread's, so that maps and reads do not ask PROJ each time.
const Globe& globe_of(const Crs& crs) {
  constexpr std::size_t kMost = 16;
  thread_local std::list<std::pair<Crs, Globe>> recent;
  for (auto entry = recent.begin(); entry != recent.end(); ++entry) {
    if (!(entry->first == crs)) continue;
    recent.splice(recent.begin(), recent, entry);
    return recent.front().second;
  }
  recent.emplace_front(crs, make_globe(crs));
  if (recent.size() > kMost) recent.pop_back();
  return recent.front().second;
}

using Vector = std::array<double, 3>;

double dot(const Vector& a, const Vector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

/// In radii of the equator, from the centre of the Earth: smooth across poles and the dateline.
Vector place(double longitude, double latitude, double eccentricity_squared) {
  const double lambda = longitude * kRadians, phi = latitude * kRadians;
  const double s = std::sin(phi);
  const double n = 1 / std::sqrt(1 - eccentricity_squared * s * s);
  return {n * std::cos(phi) * std::cos(lambda), n * std::cos(phi) * std::sin(lambda),
          n * (1 - eccentricity_squared) * s};
}

}  // namespace

void x_axis_angles(const Crs& crs, std::span<const double> x, std::span<const double> y,
                   std::span<double> angles) {
  if (crs.is_geographic()) {
    std::fill(angles.begin(), angles.end(), 0.0);
    return;
  }
  const Globe& globe = globe_of(crs);
  const CrsTransform& to_globe = transform_between(crs, globe.crs);
  // The derivative by a central difference: its own error is (step / radius)^2, about 1e-8, that of
  // PROJ's iterations 1e-10 radians over the step.
  constexpr double kStep_m = 640, kStep_deg = 1e-3;
  const double step = crs.metres_per_unit() > 0 ? kStep_m / crs.metres_per_unit() : kStep_deg;
  std::vector<double> lon, lat;
  lon.reserve(3 * x.size());
  lat.reserve(3 * x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (const double by : {-step, 0.0, step}) {
      lon.push_back(x[i] + by);
      lat.push_back(y[i]);
    }
  }
  to_globe.forward(lon, lat);
  constexpr double kAtPole_deg = 1e-9;
  for (std::size_t i = 0; i < x.size(); ++i) {
    angles[i] = kNaN;
    const double longitude = lon[3 * i + 1], latitude = lat[3 * i + 1];
    if (!std::isfinite(longitude) || !(std::abs(latitude) < 90 - kAtPole_deg)) continue;
    // At the rim of a projection there is a place on one side only.
    const std::size_t before = std::isfinite(lon[3 * i]) ? 3 * i : 3 * i + 1;
    const std::size_t after = std::isfinite(lon[3 * i + 2]) ? 3 * i + 2 : 3 * i + 1;
    if (before == after) continue;
    const Vector from = place(lon[before], lat[before], globe.eccentricity_squared);
    const Vector to = place(lon[after], lat[after], globe.eccentricity_squared);
    const Vector along{to[0] - from[0], to[1] - from[1], to[2] - from[2]};
    const double lambda = longitude * kRadians, phi = latitude * kRadians;
    const Vector east{-std::sin(lambda), std::cos(lambda), 0};
    const Vector north{-std::sin(phi) * std::cos(lambda), -std::sin(phi) * std::sin(lambda),
                       std::cos(phi)};
    angles[i] = std::atan2(dot(along, north), dot(along, east));
  }
}

}  // namespace gyre::coverage
