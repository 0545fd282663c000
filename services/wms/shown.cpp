#include "services/wms/shown.h"

#include <algorithm>
#include <cmath>
#include <variant>
#include <vector>

namespace gyre::wms {
namespace {

/// Null: what is made for this request alone nobody asks for again.
coverage::DecodedChunks* overviews_for(const LayerQuery& layer, Caches& caches) {
  return layer.query.dataset->source == layer.published->source ? &caches.overviews : nullptr;
}

bool is_by_values(const ColourScale& scale) {
  return std::holds_alternative<ColourScale::Auto>(scale.range);
}

}  // namespace

ShownLayer::ShownLayer(const LayerQuery& layer, const MapPart& map, const ows::Context& context,
                       Caches& caches)
    : field_(layer.field_asked()),
      height_(map.height),
      abort_(context.abort),
      picture_(layer.query, target_of(map), overviews_for(layer, caches)),
      style_(layer.style) {
  style_ = settled(map);
}

rendering::Style ShownLayer::settled(const MapPart& map) {
  if (!is_by_values(map.colour_scale) || !style_.categories.empty()) {
    return with_colour_scale(style_, map.colour_scale, {});
  }
  std::vector<double> ends;  // of what is finite, if anything is
  for (std::size_t first = 0; first < height_; first += band()) {
    coverage::StoredRaster raster = read(first, std::min(band(), height_ - first));
    for (const double value : unpacked(field_, raster).values) {
      if (!std::isfinite(value)) continue;
      if (ends.empty()) ends = {value, value};
      ends[0] = std::min(ends[0], value);
      ends[1] = std::max(ends[1], value);
    }
    if (band() == height_) whole_ = std::move(raster);
  }
  return with_colour_scale(style_, map.colour_scale, ends);
}

coverage::StoredRaster ShownLayer::read(std::size_t first, std::size_t count) const {
  abort_.check();
  return picture_.rows(first, count, abort_);
}

rendering::Classes ShownLayer::rows(std::size_t first, std::size_t count) {
  const coverage::StoredRaster raster = whole_ ? *std::move(whole_) : read(first, count);
  whole_.reset();
  rendering::Classes classes = rendering::classes_of(style_, field_, raster.block);
  for (std::size_t i = 0; i < raster.outside.size(); ++i) {
    if (raster.outside[i] != 0) classes[i] = 0;
  }
  return classes;
}

rendering::Style style_shown(const LayerQuery& layer, const MapPart& map,
                             const ows::Context& context, Caches& caches) {
  if (!is_by_values(map.colour_scale)) {
    return with_colour_scale(layer.style, map.colour_scale, {});
  }
  return ShownLayer(layer, map, context, caches).style();
}

int class_shown(const LayerQuery& layer, const MapPart& map, std::size_t i, std::size_t j,
                const rendering::Style& style, double value, const ows::Context& context,
                Caches& caches) {
  const auto block = coverage::block_shown(layer.query, target_of(map), i, j,
                                           overviews_for(layer, caches), context.abort);
  if (!block) return rendering::class_of(style, value);
  return rendering::classes_of(style, layer.field_asked(), *block).front() - 1;
}

}  // namespace gyre::wms
