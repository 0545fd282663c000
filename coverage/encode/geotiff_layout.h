#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "coverage/subset/view.h"

namespace gyre::coverage {

/// One raster band: a field at one sample of every axis but x and y.
struct GeotiffBand {
  std::size_t field = 0;
  std::vector<std::size_t> at;  ///< index per axis of the view; of x and y unused
  std::string description;
  std::vector<std::pair<std::string, std::string>> metadata;  ///< axis label -> position
};

/// How a view lies in a GeoTIFF.
struct GeotiffLayout {
  std::size_t width = 0, height = 0;
  std::array<double, 6> geotransform{};  ///< GDAL's, of the north-up raster
  bool flip_x = false, flip_y = false;   ///< the view's cells run westwards, northwards
  ElementType type = ElementType::Float32;
  std::optional<long double> nodata;  ///< a double, or a 64-bit integer, exactly
  std::vector<GeotiffBand> bands;     ///< field, then member, reference time, time, level, others

  [[nodiscard]] double bytes() const {
    return static_cast<double>(size_of(type)) * static_cast<double>(width) *
           static_cast<double>(height) * static_cast<double>(bands.size());
  }
};

/// @throws Error{EncodingRefused} when x or y are irregular, when no type holds all fields exactly,
/// when no value is free to say "missing", or when there are more than 65535 bands
[[nodiscard]] GeotiffLayout lay_out_geotiff(const View& view);

}  // namespace gyre::coverage
