#pragma once

#include <vector>

#include "services/ows/lifetime.h"
#include "services/wms/layer_query.h"

namespace gyre::wms {

/// How long a map of these layers, or the values in it, stays what it is: closed when every layer
/// has a time that the request names and that is closed; else until the time that one of them shows
/// by default, or by "current", moves on.
[[nodiscard]] ows::Lifetime lifetime_of(const std::vector<LayerQuery>& layers,
                                        const ows::Context& context);

}  // namespace gyre::wms
