#pragma once

#include "services/http/response.h"
#include "services/ows/context.h"
#include "services/wms/caches.h"
#include "services/wms/request.h"

namespace gyre::wms {

/// The operations: typed request in, answer out. Each resolves names, limits and access before it
/// reads; they throw ows::Exception and coverage::Error, which WmsService::refuse() words.

[[nodiscard]] http::Response get_capabilities(const GetCapabilities& request,
                                              const ows::Context& context, Caches& caches);
[[nodiscard]] http::Response get_map(const GetMap& request, const ows::Context& context,
                                     Caches& caches);
[[nodiscard]] http::Response get_feature_info(const GetFeatureInfo& request,
                                              const ows::Context& context, Caches& caches);
[[nodiscard]] http::Response get_legend_graphic(const GetLegendGraphic& request,
                                                const ows::Context& context);

}  // namespace gyre::wms
