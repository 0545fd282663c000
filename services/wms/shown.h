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

/// Of one pixel of that map the class and the colour, as GetFeatureInfo tells them.
/// @param value of the nearest sample, NaN where it is missing
[[nodiscard]] int class_shown(const LayerQuery& layer, const MapPart& map, std::size_t i,
                              std::size_t j, const rendering::Style& style, double value,
                              const ows::Context& context, Caches& caches);

}  // namespace gyre::wms
