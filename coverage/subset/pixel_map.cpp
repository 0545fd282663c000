#include "coverage/subset/pixel_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <list>
#include <map>
#include <mutex>
#include <string>

#include <fmt/format.h>

#include "coverage/base/memory_budget.h"
#include "coverage/base/work.h"
#include "coverage/model/crs.h"
#include "coverage/subset/cell_finder.h"

namespace gyre::coverage {
namespace {

/// Half the width of the world in EPSG:3857 and 3395.
constexpr double kHalfTurn_m = 20037508.342789244;

double centre_x(const TargetGrid& target, std::size_t column) {
  return target.envelope.min_x + (static_cast<double>(column) + 0.5) * target.envelope.width() /
                                     static_cast<double>(target.width);
}

double centre_y(const TargetGrid& target, std::size_t row) {
  return target.envelope.max_y - (static_cast<double>(row) + 0.5) * target.envelope.height() /
                                     static_cast<double>(target.height);
}

bool is_mercator(const Crs& crs) {
  constexpr std::array<std::string_view, 3> kCodes{"EPSG:3857", "EPSG:3395", "EPSG:900913"};
  const auto& code = crs.authority_code();
  return code && std::find(kCodes.begin(), kCodes.end(), *code) != kCodes.end();
}

bool on_the_globe(const DomainSet& domain_set) {
  return domain_set.axes()[domain_set.x()].data().geographic_longitude &&
         domain_set.axes()[domain_set.y()].data().geographic_latitude;
}

CellFinder x_finder(const DomainSet& domain_set) {
  const Axis& axis = domain_set.axes()[domain_set.x()];
  return {axis, axis.data().geographic_longitude || domain_set.crs().is_rotated_pole()};
}

CellFinder y_finder(const DomainSet& domain_set) {
  return {domain_set.axes()[domain_set.y()], false};
}

/// Projections give the pole to a few units in the last place: it belongs to the outermost cell.
double settled_latitude(double latitude) {
  constexpr double kSlack = 1e-9;
  if (latitude > 90 && latitude < 90 + kSlack) return 90;
  if (latitude < -90 && latitude > -90 - kSlack) return -90;
  return latitude;
}

}  // namespace

PixelMap::PixelMap(const DomainSet& domain_set, const TargetGrid& target, const PixelWindow& window)
    : window_(window) {
  if (domain_set.geometry() != nullptr) {
    map_by_geometry(domain_set, target);
    return;
  }
  const CrsTransform& to_native = transform_between(target.crs, domain_set.crs());
  separable_ = to_native.identity() || (on_the_globe(domain_set) && is_mercator(target.crs));
  if (separable_) {
    map_separably(domain_set, target);
  } else {
    map_each(domain_set, target);
  }
}

void PixelMap::map_separably(const DomainSet& domain_set, const TargetGrid& target) {
  const CrsTransform& to_native = transform_between(target.crs, domain_set.crs());
  std::vector<double> xs(window_.width);
  std::vector<double> ys(window_.height);
  for (std::size_t i = 0; i < xs.size(); ++i) xs[i] = centre_x(target, window_.column + i);
  for (std::size_t j = 0; j < ys.size(); ++j) ys[j] = centre_y(target, window_.row + j);
  if (!to_native.identity()) {
    // Maps repeat beyond the dateline; PROJ does not answer far out.
    for (double& x : xs) x -= 2 * kHalfTurn_m * std::round(x / (2 * kHalfTurn_m));
    std::vector<double> equator(xs.size(), 0.0);
    std::vector<double> meridian(ys.size(), 0.0);
    to_native.forward(xs, equator);
    to_native.forward(meridian, ys);
  }
  const CellFinder find_x = x_finder(domain_set);
  const CellFinder find_y = y_finder(domain_set);
  x_.resize(xs.size());
  y_.resize(ys.size());
  std::transform(xs.begin(), xs.end(), x_.begin(), [&](double x) { return find_x.find(x); });
  std::transform(ys.begin(), ys.end(), y_.begin(), [&](double y) { return find_y.find(y); });
}

/// Pixel centres in the grid's CRS, row by row: settle(first pixel of the row, xs, ys). Some rows
/// at a time are one task, so that they are shared out, and an end comes soon when nobody waits any
/// more.
template <typename Settle>
void PixelMap::each_row(const DomainSet& domain_set, const TargetGrid& target,
                        const Settle& settle) {
  const bool geographic = target.crs.is_geographic();
  const bool mercator = is_mercator(target.crs);
  const std::size_t width = window_.width;
  x_.assign(width * window_.height, CellFinder::kNone);
  y_.assign(x_.size(), CellFinder::kNone);
  constexpr std::size_t kPixelsOfTask = 1u << 14;
  const std::size_t rows =
      std::max<std::size_t>(1, kPixelsOfTask / std::max<std::size_t>(1, width));
  in_parallel((window_.height + rows - 1) / rows, [&](std::size_t task) {
    const CrsTransform& to_native =
        transform_between(target.crs, domain_set.crs());  // the thread's
    std::vector<double> xs(width), ys(width);
    for (std::size_t j = task * rows; j < std::min(window_.height, (task + 1) * rows); ++j) {
      const double row_y = centre_y(target, window_.row + j);
      if (geographic && std::abs(row_y) > 90) continue;
      for (std::size_t i = 0; i < width; ++i) {
        double x = centre_x(target, window_.column + i);
        if (geographic) x -= 360 * std::round(x / 360);
        if (mercator) x -= 2 * kHalfTurn_m * std::round(x / (2 * kHalfTurn_m));
        xs[i] = x;
        ys[i] = row_y;
      }
      to_native.forward(xs, ys);
      settle(j * width, xs, ys);
    }
  });
}

void PixelMap::map_each(const DomainSet& domain_set, const TargetGrid& target) {
  const CellFinder find_x = x_finder(domain_set);
  const CellFinder find_y = y_finder(domain_set);
  const bool globe = on_the_globe(domain_set);
  each_row(domain_set, target,
           [&](std::size_t first, const std::vector<double>& xs, const std::vector<double>& ys) {
             for (std::size_t i = 0; i < xs.size(); ++i) {
               const std::int32_t y = find_y.find(globe ? settled_latitude(ys[i]) : ys[i]);
               const std::int32_t x =
                   y == CellFinder::kNone ? CellFinder::kNone : find_x.find(xs[i]);
               x_[first + i] = x;
               y_[first + i] = x == CellFinder::kNone ? CellFinder::kNone : y;
             }
           });
}

void PixelMap::map_by_geometry(const DomainSet& domain_set, const TargetGrid& target) {
  const CellGeometry& geometry = *domain_set.geometry();
  const std::size_t columns = geometry.columns();
  each_row(domain_set, target,
           [&](std::size_t first, std::vector<double>& xs, std::vector<double>& ys) {
             std::vector<std::size_t> cells(xs.size());
             for (double& latitude : ys) latitude = settled_latitude(latitude);
             geometry.locate(xs, ys, cells);
             for (std::size_t i = 0; i < cells.size(); ++i) {
               if (cells[i] == CellGeometry::kNone) continue;
               x_[first + i] = static_cast<std::int32_t>(cells[i] % columns);
               y_[first + i] = static_cast<std::int32_t>(cells[i] / columns);
             }
           });
}

std::span<const std::int32_t> PixelMap::x_of_row(std::size_t row) const {
  return separable_ ? std::span(x_) : std::span(x_).subspan(row * window_.width, window_.width);
}

std::span<const std::int32_t> PixelMap::y_of_row(std::size_t row) const {
  return separable_ ? std::span(y_).subspan(row, 1)
                    : std::span(y_).subspan(row * window_.width, window_.width);
}

std::pair<std::int32_t, std::int32_t> PixelMap::at(std::size_t column, std::size_t row) const {
  const std::int32_t x = x_of_row(row)[column];
  const std::int32_t y = y_of_row(row)[separable_ ? 0 : column];
  if (x == CellFinder::kNone || y == CellFinder::kNone)
    return {CellFinder::kNone, CellFinder::kNone};
  return {x, y};
}

void pixel_centres(const DomainSet& domain_set, const TargetGrid& target, const PixelWindow& window,
                   std::vector<double>& x, std::vector<double>& y) {
  const CrsTransform& to_native = transform_between(target.crs, domain_set.crs());
  const bool globe = on_the_globe(domain_set) || domain_set.geometry() != nullptr;
  const bool geographic = target.crs.is_geographic();
  const bool mercator = is_mercator(target.crs);
  x.resize(window.width * window.height);
  y.resize(x.size());
  for (std::size_t j = 0; j < window.height; ++j) {
    for (std::size_t i = 0; i < window.width; ++i) {
      double at = centre_x(target, window.column + i);
      if (geographic) at -= 360 * std::round(at / 360);
      if (mercator) at -= 2 * kHalfTurn_m * std::round(at / (2 * kHalfTurn_m));
      x[j * window.width + i] = at;
      y[j * window.width + i] = centre_y(target, window.row + j);
    }
  }
  to_native.forward(x, y);
  if (!globe) return;
  for (double& latitude : y) latitude = settled_latitude(latitude);
}

namespace {

/// Maps by what they depend on. A map asked for by two threads at once may be made twice.
class KeptMaps {
 public:
  template <typename Make>
  std::shared_ptr<const PixelMap> get(const std::string& key, Make&& make) {
    {
      const std::lock_guard lock(mutex_);
      const auto found = places_.find(key);
      if (found != places_.end()) {
        recent_.splice(recent_.begin(), recent_, found->second);
        return found->second->map;
      }
    }
    const std::shared_ptr<const PixelMap> made = make();
    const std::size_t bytes = made->width() * made->height() * 2 * sizeof(std::int32_t);
    if (bytes > memory_shares().pixel_maps / 4) return made;
    const std::lock_guard lock(mutex_);
    if (places_.contains(key)) return made;
    recent_.push_front({key, made, bytes});
    places_.emplace(key, recent_.begin());
    bytes_ += bytes;
    while (bytes_ > memory_shares().pixel_maps) {
      bytes_ -= recent_.back().bytes;
      places_.erase(recent_.back().key);
      recent_.pop_back();
    }
    return made;
  }

 private:
  struct Kept {
    std::string key;
    std::shared_ptr<const PixelMap> map;
    std::size_t bytes;
  };
  std::mutex mutex_;
  std::list<Kept> recent_;
  std::map<std::string, std::list<Kept>::iterator, std::less<>> places_;
  std::size_t bytes_ = 0;
};

}  // namespace

std::shared_ptr<const PixelMap> pixel_map_of(const DomainSet& domain_set,
                                             const TargetGrid& target) {
  const auto make = [&] {
    return std::make_shared<const PixelMap>(domain_set, target,
                                            PixelWindow{0, 0, target.width, target.height});
  };
  if (domain_set.geometry() == nullptr) return make();
  static KeptMaps kept;
  const Envelope& box = target.envelope;
  return kept.get(fmt::format("{} {} {:a} {:a} {:a} {:a} {} {}", domain_set.geometry()->hash(),
                              target.crs.hash(), box.min_x, box.min_y, box.max_x, box.max_y,
                              target.width, target.height),
                  make);
}

}  // namespace gyre::coverage
