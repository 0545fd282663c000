#pragma once

#include "coverage/encode/geotiff_layout.h"
#include "coverage/model/crs.h"
#include "coverage/source/gdal/crs_keys.h"

namespace gyre::coverage {

struct AgreedKeys {
  GeoKeys keys;
  bool tells_crs = false;  ///< else they are of a local CRS of its name, which claims nothing
};

/// As GDAL writes them. Geokeys do not know every CRS: what a reader gets back must put the
/// raster's points where ours does.
[[nodiscard]] AgreedKeys geo_keys(const Crs& crs, const GeotiffLayout& layout);

}  // namespace gyre::coverage
