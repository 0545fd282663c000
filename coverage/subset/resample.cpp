#include "coverage/subset/resample.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "coverage/base/error.h"
#include "coverage/source/source.h"
#include "coverage/subset/cell_finder.h"
#include "coverage/subset/gather.h"
#include "coverage/subset/overview.h"
#include "coverage/subset/pixel_map.h"
#include "coverage/subset/view.h"

namespace gyre::coverage {
namespace {

constexpr std::int32_t kNone = CellFinder::kNone;

/// The query with x and y whole and one sample elsewhere.
ResolvedQuery over_whole_plane(const ResolvedQuery& query) {
  ResolvedQuery plane = query;
  const DomainSet& domain_set = query.coverage->domain_set;
  plane.axes[domain_set.x()] = whole_axis(domain_set.axes()[domain_set.x()]);
  plane.axes[domain_set.y()] = whole_axis(domain_set.axes()[domain_set.y()]);
  for (std::size_t a = 0; a < plane.axes.size(); ++a) {
    if (a == domain_set.x() || a == domain_set.y() || plane.axes[a].size() == 1) continue;
    throw Error(ErrorKind::InvalidPosition, domain_set.axes()[a].label(),
                "A map shows one sample of axis '" + domain_set.axes()[a].label() +
                    "': give one position on it.");
  }
  return plane;
}

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

namespace {

/// 1 for each pixel that lies in no cell; empty when all do.
std::vector<std::uint8_t> outside_of(const PixelMap& map) {
  const auto none = [](std::span<const std::int32_t> cells) {
    return std::find(cells.begin(), cells.end(), kNone) != cells.end();
  };
  std::vector<std::uint8_t> outside;
  if (map.separable()) {
    const bool columns_none = map.height() > 0 && none(map.x_of_row(0));
    bool rows_none = false;
    for (std::size_t row = 0; row < map.height(); ++row) rows_none |= none(map.y_of_row(row));
    if (!columns_none && !rows_none) return outside;
  }
  for (std::size_t row = 0; row < map.height(); ++row) {
    const auto xs = map.x_of_row(row), ys = map.y_of_row(row);
    if (!none(xs) && !none(ys)) continue;
    outside.resize(map.width() * map.height(), 0);
    for (std::size_t column = 0; column < map.width(); ++column) {
      outside[row * map.width() + column] = map.at(column, row).first == kNone ? 1 : 0;
    }
  }
  return outside;
}

}  // namespace

StoredRaster pick_nearest(const ResolvedQuery& query, const TargetGrid& target,
                          const AbortToken& abort) {
  StoredRaster raster{target.width, target.height, {}, {}};
  const View view(over_whole_plane(query));
  const std::shared_ptr<const PixelMap> map = pixel_map_of(query.coverage->domain_set, target);
  raster.block = gather(view, 0, *map, abort);
  raster.outside = outside_of(*map);
  return raster;
}

namespace {

/// How a picture reduces the first field of a query.
Reduction reduction_for(const ResolvedQuery& query, const PixelMap& map) {
  const DomainSet& domain_set = query.coverage->domain_set;
  const Field& field = query.coverage->fields[query.fields.front()];
  if (domain_set.x() == domain_set.y()) return {};  // cells of a mesh have no order
  if (!is_reducible(field) || query.dataset->source->computes()) return {};
  return reduction_of(map);
}

/// A look at one row and one column tells most pictures of few cells, at little cost: there is less
/// than one from pixel to pixel.
bool surely_few_cells(const DomainSet& domain_set, const TargetGrid& target) {
  const PixelMap row(domain_set, target, {0, target.height / 2, target.width, 1});
  const PixelMap column(domain_set, target, {target.width / 2, 0, 1, target.height});
  std::vector<std::pair<std::int32_t, std::int32_t>> along, down;
  for (std::size_t i = 0; i < target.width; ++i) along.push_back(row.at(i, 0));
  for (std::size_t j = 0; j < target.height; ++j) down.push_back(column.at(0, j));
  for (const auto& cells : {along, down}) {
    for (std::size_t i = 1; i < cells.size(); ++i) {
      if (cells[i].first == kNone || cells[i - 1].first == kNone) continue;
      if (std::abs(cells[i].first - cells[i - 1].first) > 1) return false;
      if (std::abs(cells[i].second - cells[i - 1].second) > 1) return false;
    }
  }
  return true;
}

}  // namespace

StoredRaster pick_shown(const ResolvedQuery& query, const TargetGrid& target,
                        DecodedChunks* overviews, const AbortToken& abort) {
  const View view(over_whole_plane(query));
  const std::shared_ptr<const PixelMap> map = pixel_map_of(query.coverage->domain_set, target);
  const Reduction reduction = reduction_for(query, *map);
  StoredRaster raster{target.width, target.height, {}, {}};
  raster.block = reduction.reduces() ? gather_reduced(view, 0, *map, reduction, overviews, abort)
                                     : gather(view, 0, *map, abort);
  raster.outside = outside_of(*map);
  return raster;
}

std::optional<RawBlock> block_shown(const ResolvedQuery& query, const TargetGrid& target,
                                    std::size_t i, std::size_t j, DecodedChunks* overviews,
                                    const AbortToken& abort) {
  const DomainSet& domain_set = query.coverage->domain_set;
  if (surely_few_cells(domain_set, target)) return std::nullopt;
  const Reduction reduction = reduction_for(query, *pixel_map_of(domain_set, target));
  const PixelMap pixel(domain_set, target, {i, j, 1, 1});
  if (!reduction.reduces() || pixel.at(0, 0).first == kNone) return std::nullopt;
  const View view(over_whole_plane(query));
  return gather_reduced(view, 0, pixel, reduction, overviews, abort);
}

Raster unpacked(const Field& field, const StoredRaster& stored) {
  Raster raster{stored.width, stored.height, std::vector<double>(stored.width * stored.height)};
  unpack(field, stored.block, raster.values);
  for (std::size_t i = 0; i < stored.outside.size(); ++i) {
    if (stored.outside[i] != 0) raster.values[i] = std::numeric_limits<double>::quiet_NaN();
  }
  return raster;
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
  IndexBox box(view.axes().size(), IndexRange{0, 1});
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
