#include "services/wms/shown.h"

namespace gyre::wms {

coverage::StoredRaster shown_of(const LayerQuery& layer, const MapPart& map,
                                const ows::Context& context, Caches& caches) {
  // What is made for this request alone nobody asks for again.
  const bool lasts = layer.query.dataset->source == layer.published->source &&
                     !may_change_unseen(*layer.published);
  return coverage::pick_shown(layer.query, target_of(map), lasts ? &caches.overviews : nullptr,
                              context.abort);
}

}  // namespace gyre::wms
