#pragma once

#include <span>
#include <string>
#include <string_view>

#include "services/wms/feature_info.h"

namespace gyre::wms {

/// One way to write the values at a point.
struct FeatureInfoFormat {
  std::string_view media_type;
  std::string (*write)(const FeatureInfo& info) = nullptr;
};

/// In the order they are announced.
[[nodiscard]] std::span<const FeatureInfoFormat> feature_info_formats();
/// By media type, whatever its case; parameters ("; charset=…") and the names other servers gave
/// the same are known. @throws ows::Exception InvalidFormat, locator INFO_FORMAT
[[nodiscard]] const FeatureInfoFormat& feature_info_format(std::string_view media_type);

}  // namespace gyre::wms
