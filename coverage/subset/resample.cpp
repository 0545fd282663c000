#include "coverage/subset/resample.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "coverage/base/error.h"
#include "coverage/source/source.h"
#include "coverage/subset/cell_finder.h"
#include "coverage/subset/picture.h"
#include "coverage/subset/pixel_map.h"
#include "coverage/subset/view.h"
#include "coverage/subset/whole_plane.h"

namespace gyre::coverage {
namespace {

constexpr std::int32_t kNone = CellFinder::kNone;

}  // namespace

std::vector<std::optional<CellIndex>> locate(const DomainSet& domain_set,
                                             const TargetGrid& target) {
  const std::shared_ptr<const PixelMap> found = pixel_map_of(domain_set, target);
  const PixelMap& map = *found;
  std::vector<std::optional<CellIndex>> cells(target.width * target.height);
  for (std::size_t row = 0; row < target.height; ++row) {
    for (std::size_t column = 0; column < target.width; ++column) {
      const auto [x, y] = map.at(column, row);
      if (x != kNone) {
        cells[row * target.width + column] =
            CellIndex{static_cast<std::size_t>(x), static_cast<std::size_t>(y)};
      }
    }
  }
  return cells;
}

Places sample_places(const DomainSet& domain_set, const TargetGrid& target) {
  const std::vector<std::optional<CellIndex>> cells = locate(domain_set, target);
  const double step_x = target.envelope.width() / static_cast<double>(target.width);
  const double step_y = target.envelope.height() / static_cast<double>(target.height);
  constexpr double kNowhere = std::numeric_limits<double>::quiet_NaN();
  Places places{std::vector<double>(cells.size(), kNowhere),
                std::vector<double>(cells.size(), kNowhere)};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i]) continue;
    if (const CellGeometry* const geometry = domain_set.geometry()) {
      const std::size_t cell = cells[i]->y * geometry->columns() + cells[i]->x;
      places.x[i] = geometry->longitude(cell);
      places.y[i] = geometry->latitude(cell);
    } else {
      places.x[i] = domain_set.axes()[domain_set.x()].centres()[cells[i]->x];
      places.y[i] = domain_set.axes()[domain_set.y()].centres()[cells[i]->y];
    }
  }
  transform_between(domain_set.crs(), target.crs).forward(places.x, places.y);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (std::isfinite(places.x[i]) && std::isfinite(places.y[i])) continue;
    places.x[i] = target.envelope.min_x + (static_cast<double>(i % target.width) + 0.5) * step_x;
    places.y[i] = target.envelope.max_y - (static_cast<double>(i / target.width) + 0.5) * step_y;
  }
  return places;
}

Raster resample_nearest(const ResolvedQuery& query, const TargetGrid& target,
                        const AbortToken& abort) {
  if (target.width == 0 || target.height == 0) return {target.width, target.height, {}};
  return unpacked(query.coverage->fields[query.fields.front()], pick_nearest(query, target, abort));
}

PointSample sample_pixel(const ResolvedQuery& query, const TargetGrid& target, std::size_t i,
                         std::size_t j, const AbortToken& abort) {
  const DomainSet& domain_set = query.coverage->domain_set;
  PointSample sample;
  sample.values.assign(query.fields.size(), std::numeric_limits<double>::quiet_NaN());
  sample.texts.assign(query.fields.size(), "NaN");
  const auto [x, y] = PixelMap(domain_set, target, {i, j, 1, 1}).at(0, 0);
  if (x == kNone) return sample;
  sample.cell = CellIndex{static_cast<std::size_t>(x), static_cast<std::size_t>(y)};
  if (const CellGeometry* const geometry = domain_set.geometry()) {
    const std::size_t cell = sample.cell->y * geometry->columns() + sample.cell->x;
    sample.x = geometry->longitude(cell);
    sample.y = geometry->latitude(cell);
  } else {
    sample.x = domain_set.axes()[domain_set.x()].centres()[sample.cell->x];
    sample.y = domain_set.axes()[domain_set.y()].centres()[sample.cell->y];
  }
  sample.longitude = sample.x;
  sample.latitude = sample.y;
  transform_between(domain_set.crs(), Crs()).forward({&sample.longitude, 1}, {&sample.latitude, 1});
  if (!std::isfinite(sample.longitude) || !std::isfinite(sample.latitude)) {
    // A cell at the rim of a map may have its centre off the globe: the place asked for is on it.
    sample.longitude = target.envelope.min_x + (static_cast<double>(i) + 0.5) *
                                                   target.envelope.width() /
                                                   static_cast<double>(target.width);
    sample.latitude = target.envelope.max_y - (static_cast<double>(j) + 0.5) *
                                                  target.envelope.height() /
                                                  static_cast<double>(target.height);
    transform_between(target.crs, Crs()).forward({&sample.longitude, 1}, {&sample.latitude, 1});
  }
  sample.longitude -= 360 * std::floor((sample.longitude + 180) / 360);

  const View view(over_whole_plane(query));
  IndexBox box(view.query().axes.size(), IndexRange{0, 1});
  box[domain_set.x()] = {sample.cell->x, sample.cell->x + 1};
  if (domain_set.y() != domain_set.x()) box[domain_set.y()] = {sample.cell->y, sample.cell->y + 1};
  for (std::size_t k = 0; k < view.field_count(); ++k) {
    RawBlock block = view.read(k, box, abort);
    unpack(view.field(k), block, {&sample.values[k], 1});
    sample.texts[k] = format_sample(view.field(k), block, 0);
    sample.stored.push_back(std::move(block));
  }
  return sample;
}

}  // namespace gyre::coverage
