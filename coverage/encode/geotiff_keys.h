#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "coverage/encode/geotiff_layout.h"
#include "coverage/model/crs.h"

namespace gyre::coverage {

/// The geokeys of a CRS (OGC 19-008r4), as three tags hold them.
struct GeoKeys {
  std::vector<std::uint16_t> directory;  ///< GeoKeyDirectoryTag
  std::vector<double> numbers;           ///< GeoDoubleParamsTag
  std::string text;                      ///< GeoAsciiParamsTag
  bool tells_crs = false;  ///< else they are of a local CRS of its name, which claims nothing
};

/// As GDAL writes them. Geokeys do not know every CRS: what a reader gets back must put the
/// raster's points where ours does.
[[nodiscard]] GeoKeys geo_keys(const Crs& crs, const GeotiffLayout& layout);

}  // namespace gyre::coverage
