#pragma once

#include <cstddef>
#include <cstdint>

#include "coverage/encode/encoder.h"
#include "coverage/encode/geotiff_layout.h"
#include "coverage/encode/tiff_file.h"

namespace gyre::coverage {

/// Tags of TIFF 6.0, of GeoTIFF (OGC 19-008r4) and GDAL's own.
enum GeotiffTag : std::uint16_t {
  kNewSubfileType = 254,
  kImageWidth = 256,
  kImageLength = 257,
  kBitsPerSample = 258,
  kCompression = 259,
  kPhotometric = 262,
  kImageDescription = 270,
  kStripOffsets = 273,
  kSamplesPerPixel = 277,
  kRowsPerStrip = 278,
  kStripByteCounts = 279,
  kPlanarConfiguration = 284,
  kSoftware = 305,
  kArtist = 315,
  kTileWidth = 322,
  kTileLength = 323,
  kTileOffsets = 324,
  kTileByteCounts = 325,
  kExtraSamples = 338,
  kSampleFormat = 339,
  kCopyright = 33432,
  kModelPixelScale = 33550,
  kModelTiepoint = 33922,
  kGeoKeyDirectory = 34735,
  kGeoDoubleParams = 34736,
  kGeoAsciiParams = 34737,
  kGdalMetadata = 42112,
  kGdalNodata = 42113,
};

/// What an image of the raster's type and bands says of its values, whatever its size: an overview
/// needs no more. Strips or tiles are the caller's.
[[nodiscard]] TiffTags image_tags(const GeotiffLayout& layout, std::size_t width,
                                  std::size_t height);
/// The same of the raster itself, and all that is known of it: place, bands, texts.
[[nodiscard]] TiffTags raster_tags(const View& view, const GeotiffLayout& layout,
                                   const Provenance& provenance);

}  // namespace gyre::coverage
