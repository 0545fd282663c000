#include "coverage/encode/geotiff_keys.h"

#include <cmath>
#include <map>
#include <memory>
#include <mutex>

#include "coverage/base/error.h"
#include "coverage/source/gdal_module.h"

namespace gyre::coverage {
namespace {

/// GDAL takes a good part of a millisecond for what is always the same.
std::shared_ptr<const CrsKeys> known(const Crs& crs) {
  constexpr std::size_t kMost = 64;
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const CrsKeys>> all;
  {
    const std::lock_guard lock(mutex);
    const auto found = all.find(crs.hash());
    if (found != all.end()) return found->second;
  }
  auto made = std::make_shared<const CrsKeys>(gdal_module().crs_keys(crs));
  const std::lock_guard lock(mutex);
  if (all.size() >= kMost) all.clear();
  all[crs.hash()] = made;
  return made;
}

/// Are points of the raster where they are in `crs`?
bool agrees(const Crs& crs, const std::string& back, const GeotiffLayout& layout) {
  const auto& g = layout.geotransform;
  std::vector<double> x;
  std::vector<double> y;
  for (const double u : {0.1, 0.5, 0.9}) {
    for (const double v : {0.1, 0.5, 0.9}) {
      x.push_back(g[0] + u * g[1] * static_cast<double>(layout.width));
      y.push_back(g[3] + v * g[5] * static_cast<double>(layout.height));
    }
  }
  std::vector<double> u = x;
  std::vector<double> v = y;
  try {
    CrsTransform(crs, Crs::from_definition(back)).forward(u, v);
  } catch (const Error&) {
    return false;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool same = std::abs(u[i] - x[i]) < 1e-3 * g[1] && std::abs(v[i] - y[i]) < -1e-3 * g[5];
    if (!same) return false;
  }
  return true;
}

}  // namespace

AgreedKeys geo_keys(const Crs& crs, const GeotiffLayout& layout) {
  const auto one = known(crs);
  const bool tells = one->by_code || (!one->back.empty() && agrees(crs, one->back, layout));
  return {tells ? one->own : one->local, tells};
}

}  // namespace gyre::coverage
