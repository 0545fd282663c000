#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "coverage/model/element_type.h"
#include "coverage/model/field.h"
#include "coverage/source/gdal/gdal_raster.h"
#include "coverage/source/gdal/gdal_types.h"

namespace gyre::coverage {

/// Where a band lies along an axis that is not of the raster.
struct BandPosition {
  double value = 0;
  std::string units;  ///< of a time: "seconds since ..."; else as told, or ""
  auto operator<=>(const BandPosition&) const = default;
};

/// What one band says of itself.
struct GeotiffBandInfo {
  int number = 0;
  std::string field;  ///< the name of what it is of
  ElementType type = ElementType::Float32;
  bool masked = false;
  Attributes attributes;
  std::map<std::string, BandPosition> positions;  ///< by axis: "time", "depth" ...
};

/// The bands that hold values; what is left out gets a remark.
[[nodiscard]] std::vector<GeotiffBandInfo> bands_of(const GdalRaster& raster,
                                                    std::vector<std::string>& remarks);

/// Where a mask says what is missing, a value that no cell has must stand for it: the next wider
/// type has one. Its fill value.
[[nodiscard]] ElementType type_with_room(ElementType type);
[[nodiscard]] double fill_of(ElementType type);

}  // namespace gyre::coverage
