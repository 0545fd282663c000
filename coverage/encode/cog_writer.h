#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "coverage/base/abort_token.h"
#include "coverage/encode/encoder.h"
#include "coverage/encode/geotiff_layout.h"

namespace gyre::coverage {

/// A Cloud Optimized GeoTIFF (OGC 21-026), as GDAL's driver lays it out: tiles of 512 x 512 cells,
/// overviews of half the size each until one is a single tile; the directories of all images in
/// front, then the tiles of the smallest overview, of the next ones, and those of the raster.
/// Values are read once. Tiles are put aside (beside `path`) until their places are known.
/// @param path absent: in memory
/// @returns the bytes of a file in memory
std::string write_cog(const View& view, const GeotiffLayout& layout,
                      const std::optional<std::string>& path, const Provenance& provenance,
                      const AbortToken& abort);

/// What it holds of overviews at most while it writes so many bytes of values.
[[nodiscard]] std::size_t cog_bytes_held(std::size_t values_bytes);

}  // namespace gyre::coverage
