#include "coverage/subset/pixel_transform.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

namespace gyre::coverage {
namespace {

/// The width of the world in EPSG:3857 and 3395.
constexpr double kTurn_m = 2 * 20037508.342789244;

bool is_mercator(const Crs& crs) {
  constexpr std::array<std::string_view, 3> kCodes{"EPSG:3857", "EPSG:3395", "EPSG:900913"};
  const auto& code = crs.authority_code();
  return code && std::find(kCodes.begin(), kCodes.end(), *code) != kCodes.end();
}

bool has_globe_axes(const DomainSet& domain_set) {
  return domain_set.axes()[domain_set.x()].data().geographic_longitude &&
         domain_set.axes()[domain_set.y()].data().geographic_latitude;
}

/// Projections give the pole to a few units in the last place: it belongs to the outermost cell.
double settled_latitude(double latitude) {
  constexpr double kSlack = 1e-9;
  if (latitude > 90 && latitude < 90 + kSlack) return 90;
  if (latitude < -90 && latitude > -90 - kSlack) return -90;
  return latitude;
}

bool is_web_mercator(const Crs& crs) {
  const auto& code = crs.authority_code();
  return code && (*code == "EPSG:3857" || *code == "EPSG:900913");
}

/// Maps repeat beyond the dateline; PROJ does not answer far out.
double in_first_turn(double x, double turn) {
  return turn > 0 ? x - turn * std::round(x / turn) : x;
}

}  // namespace

PixelTransform::PixelTransform(const Crs& native, const TargetGrid& target)
    : target_(target), to_native_(&transform_between(target.crs, native)) {
  if (target.crs.is_geographic()) turn_ = 360;
  if (is_mercator(target.crs)) turn_ = kTurn_m;
  separable_ = to_native_->identity();
}

PixelTransform::PixelTransform(const DomainSet& domain_set, const TargetGrid& target)
    : PixelTransform(domain_set.crs(), target) {
  on_the_globe_ = has_globe_axes(domain_set) || domain_set.geometry() != nullptr;
  separable_ = domain_set.geometry() == nullptr &&
               (to_native_->identity() || (has_globe_axes(domain_set) && is_mercator(target.crs)));
  from_web_mercator_ =
      is_web_mercator(target.crs) && transform_between(Crs(), domain_set.crs()).identity();
}

double PixelTransform::x_of(double column) const {
  return target_.envelope.min_x +
         (column + 0.5) * target_.envelope.width() / static_cast<double>(target_.width);
}

double PixelTransform::y_of(double row) const {
  return target_.envelope.max_y -
         (row + 0.5) * target_.envelope.height() / static_cast<double>(target_.height);
}

void PixelTransform::operator()(std::span<double> x, std::span<double> y) const {
  const bool latitudes = target_.crs.is_geographic();
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = in_first_turn(x_of(x[i]), turn_);
    y[i] = y_of(y[i]);
    if (latitudes && std::abs(y[i]) > 90) y[i] = std::numeric_limits<double>::quiet_NaN();
  }
  to_native_->forward(x, y);
  if (!on_the_globe_) return;
  for (double& latitude : y) latitude = settled_latitude(latitude);
}

void PixelTransform::separately(const PixelWindow& window, std::span<double> x,
                                std::span<double> y) const {
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = x_of(static_cast<double>(window.column + i));
  for (std::size_t j = 0; j < y.size(); ++j) y[j] = y_of(static_cast<double>(window.row + j));
  if (to_native_->identity()) return;
  for (double& one : x) one = in_first_turn(one, turn_);
  if (from_web_mercator_) {
    constexpr double kRadius_m = 6378137, kDegrees = 180 / M_PI;
    for (double& one : x) one = one / kRadius_m * kDegrees;
    for (double& one : y) one = std::atan(std::sinh(one / kRadius_m)) * kDegrees;
    return;
  }
  std::vector<double> equator(x.size(), 0.0);
  std::vector<double> meridian(y.size(), 0.0);
  to_native_->forward(x, equator);
  to_native_->forward(meridian, y);
}

void PixelTransform::of(const PixelWindow& window, std::span<double> x, std::span<double> y) const {
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = static_cast<double>(window.column + i % window.width);
    y[i] = static_cast<double>(window.row + i / window.width);
  }
  (*this)(x, y);
}

}  // namespace gyre::coverage
