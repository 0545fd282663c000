#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "coverage/model/crs.h"

namespace gyre::coverage {

/// The geokeys of a CRS (OGC 19-008r4), as three tags hold them.
struct GeoKeys {
  std::vector<std::uint16_t> directory;  ///< GeoKeyDirectoryTag
  std::vector<double> numbers;           ///< GeoDoubleParamsTag
  std::string text;                      ///< GeoAsciiParamsTag
};

/// What GDAL makes of a CRS. Geokeys do not know every one.
struct CrsKeys {
  GeoKeys own;
  GeoKeys local;         ///< of a local CRS of its name, which claims nothing
  bool by_code = false;  ///< an authority's code says it
  std::string back;      ///< else: what a reader gets, as WKT; empty: nothing
};

/// @throws Error{Internal} Cost: a good part of a millisecond.
[[nodiscard]] CrsKeys crs_keys(const Crs& crs);

}  // namespace gyre::coverage
