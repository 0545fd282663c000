#include "coverage/subset/picture.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <span>
#include <utility>

#include "coverage/source/chunks/decoded_chunks.h"
#include "coverage/source/source.h"
#include "coverage/subset/cell_finder.h"
#include "coverage/subset/gather.h"
#include "coverage/subset/overview.h"
#include "coverage/subset/pixel_map.h"
#include "coverage/subset/whole_plane.h"

namespace gyre::coverage {
namespace {

constexpr std::int32_t kNone = CellFinder::kNone;
/// What one picture keeps of blocks that nobody else may be shown: a row of tiles.
constexpr std::size_t kOwnOverviewBytes = 16u << 20;

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

/// How a picture reduces the view's first field.
/// @param map of all its pixels; null: they are many
Reduction reduction_for(const View& view, const TargetGrid& target, const PixelMap* map) {
  const DomainSet& domain_set = view.coverage().domain_set;
  if (domain_set.x() == domain_set.y()) return {};  // cells of a mesh have no order
  if (!is_reducible(view.field(0)) || view.dataset().source->computes()) return {};
  return map != nullptr ? reduction_of(*map) : reduction_of(domain_set, target);
}

std::size_t band_of(const TargetGrid& target) {
  const std::size_t most = kMostMapPixels / std::max<std::size_t>(1, target.width);
  return std::clamp<std::size_t>(most, 1, std::max<std::size_t>(1, target.height));
}

/// Null where the pixels are mapped band by band.
std::shared_ptr<const PixelMap> whole_map_of(const DomainSet& domain_set,
                                             const TargetGrid& target) {
  return band_of(target) < target.height ? nullptr : pixel_map_of(domain_set, target);
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

/// Null where nothing tells whether what was kept is still what the holding says.
DecodedChunks* lasting(const View& view, DecodedChunks* overviews) {
  const bool told = !view.dataset().may_change_unseen() ||
                    view.state_of(0, IndexBox(view.query().axes.size(), IndexRange{0, 1}));
  return told ? overviews : nullptr;
}

}  // namespace

Picture::Picture(const ResolvedQuery& query, const TargetGrid& target, DecodedChunks* overviews)
    : view_(over_whole_plane(query)),
      target_(target),
      band_(band_of(target)),
      map_(whole_map_of(domain_set(), target)),
      reduction_(reduction_for(view_, target, map_.get())),
      overviews_(reduction_.reduces() ? lasting(view_, overviews) : overviews) {
  if (overviews_ == nullptr && reduction_.reduces() && band_ < target.height) {
    own_overviews_ = std::make_unique<DecodedChunks>(kOwnOverviewBytes);
    overviews_ = own_overviews_.get();
  }
}

Picture::~Picture() = default;

std::shared_ptr<const PixelMap> Picture::map_of(std::size_t first, std::size_t count) const {
  if (map_ != nullptr && count == target_.height) return map_;
  return std::make_shared<const PixelMap>(domain_set(), target_,
                                          PixelWindow{0, first, target_.width, count});
}

StoredRaster Picture::rows(std::size_t first, std::size_t count, const AbortToken& abort) const {
  const std::shared_ptr<const PixelMap> map = map_of(first, count);
  StoredRaster raster{target_.width, count, {}, {}};
  raster.block = reduction_.reduces()
                     ? gather_reduced(view_, 0, *map, reduction_, overviews_, abort)
                     : gather(view_, 0, *map, abort);
  raster.outside = outside_of(*map);
  return raster;
}

std::optional<RawBlock> block_shown(const ResolvedQuery& query, const TargetGrid& target,
                                    std::size_t i, std::size_t j, DecodedChunks* overviews,
                                    const AbortToken& abort) {
  const DomainSet& domain_set = query.coverage->domain_set;
  if (surely_few_cells(domain_set, target)) return std::nullopt;
  const View view(over_whole_plane(query));
  const Reduction reduction = reduction_for(view, target, whole_map_of(domain_set, target).get());
  const PixelMap pixel(domain_set, target, {i, j, 1, 1});
  const auto [x, y] = pixel.at(0, 0);
  if (!reduction.reduces() || x == kNone) return std::nullopt;
  return block_of_cell(view, 0, static_cast<std::size_t>(x), static_cast<std::size_t>(y), reduction,
                       lasting(view, overviews), abort);
}

StoredRaster pick_nearest(const ResolvedQuery& query, const TargetGrid& target,
                          const AbortToken& abort) {
  StoredRaster raster{target.width, target.height, {}, {}};
  const View view(over_whole_plane(query));
  const std::shared_ptr<const PixelMap> map = pixel_map_of(query.coverage->domain_set, target);
  raster.block = gather(view, 0, *map, abort);
  raster.outside = outside_of(*map);
  return raster;
}

Raster unpacked(const Field& field, const StoredRaster& stored) {
  Raster raster{stored.width, stored.height, std::vector<double>(stored.width * stored.height)};
  unpack(field, stored.block, raster.values);
  for (std::size_t i = 0; i < stored.outside.size(); ++i) {
    if (stored.outside[i] != 0) raster.values[i] = std::numeric_limits<double>::quiet_NaN();
  }
  return raster;
}

}  // namespace gyre::coverage
