#pragma once

#include "services/ows/kvp.h"
#include "services/wms/request.h"

namespace gyre::wms {

/// KVP -> typed requests, for 1.3.0 and 1.1.1 alike: keys, axis order and words of each version
/// end here. Syntax only; nothing here needs a layer.
/// All throw ows::Exception with the standard's code and the parameter's name as locator.

/// Which version a request speaks. GetCapabilities negotiates (06-042, 6.2.4): without VERSION, and
/// from 1.3.0 on, 1.3.0; below it 1.1.1. Other operations must name theirs.
[[nodiscard]] Version negotiated_version(const ows::Kvp& kvp);
[[nodiscard]] Version required_version(const ows::Kvp& kvp);

[[nodiscard]] GetCapabilities get_capabilities_from_kvp(const ows::Kvp& kvp);
[[nodiscard]] GetMap get_map_from_kvp(const ows::Kvp& kvp);
[[nodiscard]] GetFeatureInfo get_feature_info_from_kvp(const ows::Kvp& kvp);
[[nodiscard]] GetLegendGraphic get_legend_graphic_from_kvp(const ows::Kvp& kvp);

/// EXCEPTIONS in every spelling of both versions. @throws InvalidFormat
[[nodiscard]] Exceptions exceptions_from_kvp(const ows::Kvp& kvp);
/// TRANSPARENT and BGCOLOR.
[[nodiscard]] rendering::Background background_from_kvp(const ows::Kvp& kvp);
/// WIDTH or HEIGHT as a number of pixels, at least one.
[[nodiscard]] std::size_t pixels_from_kvp(const ows::Kvp& kvp, std::string_view key);

}  // namespace gyre::wms
