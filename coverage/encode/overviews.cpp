#include "coverage/encode/overviews.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>
#include <utility>

#include "coverage/source/zarr/strided_copy.h"
#include "coverage/subset/reduction.h"

namespace gyre::coverage {
namespace {

/// The field as the raster has it: of its type, with nodata alone missing.
Field rule_of(const Field& field, const GeotiffLayout& layout) {
  Field rule;
  rule.name = field.name;
  rule.declared = rule.storage = layout.type;
  rule.flags = field.flags;
  // No mean of directions is one. The most frequent of four is the first where all differ.
  if (!is_reducible(field)) rule.flags.emplace_back();
  if (layout.nodata) {
    if (is_float(layout.type)) {
      rule.missing.fills = {static_cast<double>(*layout.nodata)};
    } else {
      rule.missing.fills = {static_cast<std::int64_t>(*layout.nodata)};
    }
  }
  return rule;
}

/// A mean that happens to be nodata is no hole: the first value there stands for it.
template <typename T>
void fill_false_holes(T nodata, const RawBlock& cells, RawBlock& made) {
  const std::size_t rows = cells.shape[0], columns = cells.shape[1];
  const auto from = cells.as<T>();
  const auto into = made.as<T>();
  for (std::size_t i = 0; i < into.size(); ++i) {
    if (into[i] != nodata) continue;
    const std::size_t row = i / made.shape[1] * 2, column = i % made.shape[1] * 2;
    for (std::size_t cell = 0; cell < 4 && into[i] == nodata; ++cell) {
      const std::size_t y = row + cell / 2, x = column + cell % 2;
      if (y < rows && x < columns) into[i] = from[y * columns + x];
    }
  }
}

}  // namespace

std::vector<RasterLevel> raster_levels(std::size_t width, std::size_t height) {
  std::vector<RasterLevel> levels{{width, height}};
  while (std::max(width, height) > kOverviewTile) {
    width = (width + 1) / 2;
    height = (height + 1) / 2;
    levels.push_back({width, height});
  }
  return levels;
}

Overviews::Overviews(const View& view, const GeotiffLayout& layout,
                     std::function<void(const LevelTile& at, const RawBlock& cells)> put)
    : layout_(layout), levels_(raster_levels(layout.width, layout.height)), put_(std::move(put)) {
  for (std::size_t k = 0; k < view.field_count(); ++k) {
    rules_.push_back(rule_of(view.field(k), layout));
  }
}

Overviews::Begun Overviews::begin(const LevelTile& at) const {
  const RasterLevel& level = levels_[at.level];
  const RasterLevel& below = levels_[at.level - 1];
  const auto from = [](std::size_t tile, std::size_t all) {
    return std::min(kOverviewTile, all - tile * kOverviewTile);
  };
  Begun begun;
  begun.cells = {layout_.type, {from(at.row, level.height), from(at.column, level.width)}, {}};
  begun.cells.bytes.resize(begun.cells.cells() * size_of(layout_.type));
  begun.wanted = std::min<std::size_t>(2, below.down() - 2 * at.row) *
                 std::min<std::size_t>(2, below.across() - 2 * at.column);
  return begun;
}

RawBlock Overviews::halved(const RawBlock& cells, std::size_t band) const {
  RawBlock made = reduced(rules_[layout_.bands[band].field], cells, {2, 2});
  if (layout_.nodata && !std::isnan(*layout_.nodata)) {
    with_type(layout_.type, [&](auto zero) {
      using T = decltype(zero);
      fill_false_holes(static_cast<T>(*layout_.nodata), cells, made);
    });
  }
  return made;
}

void Overviews::add(const LevelTile& at, const RawBlock& cells) {
  if (at.level + 1 == levels_.size()) return;
  const RawBlock part = halved(cells, at.band);
  const LevelTile above{at.level + 1, at.band, at.row / 2, at.column / 2};
  Begun* begun = nullptr;
  {
    const std::lock_guard lock(mutex_);
    auto found = begun_.find(above);
    if (found == begun_.end()) found = begun_.emplace(above, begin(above)).first;
    begun = &found->second;  // stays where it is, whatever is added or taken beside it
  }
  // Quarters do not overlap: several may be put in at once.
  const std::size_t item = size_of(layout_.type);
  const auto into = row_major_strides(begun->cells.shape, item);
  const std::size_t first =
      at.row % 2 * kOverviewTile / 2 * into[0] + at.column % 2 * kOverviewTile / 2 * into[1];
  copy_strided(Strided<const std::byte*>{part.bytes.data(), row_major_strides(part.shape, item)},
               {begun->cells.bytes.data() + first, into}, part.shape, item);
  RawBlock whole;
  {
    const std::lock_guard lock(mutex_);
    if (--begun->wanted > 0) return;
    whole = std::move(begun->cells);
    begun_.erase(above);
  }
  put_(above, whole);
  add(above, whole);
}

}  // namespace gyre::coverage
