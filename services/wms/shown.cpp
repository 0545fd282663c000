#include "services/wms/shown.h"

#include "rendering/classes.h"

namespace gyre::wms {

namespace {

/// Null: what is made for this request alone nobody asks for again.
coverage::DecodedChunks* overviews_for(const LayerQuery& layer, Caches& caches) {
  const bool lasts = layer.query.dataset->source == layer.published->source &&
                     !may_change_unseen(*layer.published);
  return lasts ? &caches.overviews : nullptr;
}

}  // namespace

coverage::StoredRaster shown_of(const LayerQuery& layer, const MapPart& map,
                                const ows::Context& context, Caches& caches) {
  return coverage::pick_shown(layer.query, target_of(map), overviews_for(layer, caches),
                              context.abort);
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
