#pragma once

#include "coverage/subset/resample.h"
#include "services/ows/context.h"
#include "services/wms/caches.h"
#include "services/wms/layer_query.h"
#include "services/wms/request.h"

namespace gyre::wms {

/// The samples that a map shows of a layer, as stored.
[[nodiscard]] coverage::StoredRaster shown_of(const LayerQuery& layer, const MapPart& map,
                                              const ows::Context& context, Caches& caches);

}  // namespace gyre::wms
