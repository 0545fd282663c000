#include "coverage/encode/geotiff_encoder.h"

#include <algorithm>

#include "coverage/encode/chunk_encoder.h"
#include "coverage/encode/cog_writer.h"
#include "coverage/encode/geotiff_layout.h"
#include "coverage/encode/geotiff_tags.h"
#include "coverage/encode/geotiff_values.h"
#include "coverage/encode/tiff_file.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kStripBytes = 256u << 10;
constexpr std::size_t kTile = 512;               ///< cells a side
constexpr std::size_t kTiledFrom = 2048 * 2048;  ///< cells; strips below

/// Its strips or tiles as they come. @returns the bytes of a file in memory
std::string write_plain(const View& view, const GeotiffLayout& layout,
                        const std::optional<std::string>& path, const Provenance& provenance,
                        const AbortToken& abort) {
  ChunkedValues values;
  values.item = size_of(layout.type);
  values.shape = {layout.bands.size(), layout.height, layout.width};
  values.shuffled = false;
  const std::size_t row = layout.width * values.item;
  const bool is_tiled = layout.width > kTile && layout.width * layout.height >= kTiledFrom;
  values.padded = is_tiled;
  values.chunk_shape = is_tiled
                           ? std::vector<std::size_t>{1, kTile, kTile}
                           : std::vector<std::size_t>{
                                 1,
                                 std::clamp<std::size_t>(
                                     kStripBytes / std::max<std::size_t>(1, row), 1, layout.height),
                                 layout.width};
  values.read = [&](const IndexBox& box) { return read_raster(view, layout, box, abort); };
  const std::size_t rows = values.chunk_shape[1], columns = values.chunk_shape[2];
  const std::size_t down = (layout.height + rows - 1) / rows;
  const std::size_t across = (layout.width + columns - 1) / columns;

  TiffTags tags = raster_tags(view, layout, provenance);
  if (is_tiled) {
    tags.set_longs(kTileWidth, {kTile});
    tags.set_longs(kTileLength, {kTile});
  } else {
    tags.set_longs(kRowsPerStrip, {static_cast<std::uint32_t>(rows)});
  }
  constexpr double kLargestClassic = 4e9;
  TiffFile file(path, std::move(tags), is_tiled ? kTileOffsets : kStripOffsets,
                is_tiled ? kTileByteCounts : kStripByteCounts, layout.bands.size() * down * across,
                layout.bytes() > kLargestClassic);
  encode_chunks(
      values, abort, [&](const std::vector<std::size_t>& corner, const StoredChunk& chunk) {
        file.put((corner[0] * down + corner[1] / rows) * across + corner[2] / columns, chunk.bytes);
      });
  return file.close();
}

}  // namespace

std::string GeotiffEncoder::media_type() const {
  return kind_ == Kind::Plain ? "image/tiff"
                              : "image/tiff;application=geotiff;profile=cloud-optimized";
}

std::vector<std::string> GeotiffEncoder::aliases() const {
  if (kind_ == Kind::Plain) {
    return {"image/geotiff", "image/tiff;application=geotiff", "image/x-geotiff"};
  }
  return {"image/tiff;profile=cloud-optimized", "image/vnd.stac.geotiff;cloud-optimized=true"};
}

std::string GeotiffEncoder::title() const {
  return kind_ == Kind::Plain ? "GeoTIFF" : "Cloud Optimized GeoTIFF";
}

void GeotiffEncoder::check(const View& view) const { (void)lay_out_geotiff(view); }

std::size_t GeotiffEncoder::bytes_held(std::size_t values_bytes) const {
  return kind_ == Kind::Plain ? 0 : cog_bytes_held(values_bytes);
}

std::string GeotiffEncoder::write(const View& view, const std::optional<std::string>& path,
                                  const Provenance& provenance, const AbortToken& abort) const {
  const GeotiffLayout layout = lay_out_geotiff(view);
  return kind_ == Kind::Plain ? write_plain(view, layout, path, provenance, abort)
                              : write_cog(view, layout, path, provenance, abort);
}

}  // namespace gyre::coverage
