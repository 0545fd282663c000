#include "coverage/encode/geotiff_encoder.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/encode/chunk_encoder.h"
#include "coverage/encode/geotiff_keys.h"
#include "coverage/encode/geotiff_layout.h"
#include "coverage/encode/tiff_file.h"
#include "coverage/model/crs.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kStripBytes = 256u << 10;
constexpr std::size_t kTile = 512;               ///< cells a side
constexpr std::size_t kTiledFrom = 2048 * 2048;  ///< cells; strips below

/// Tags of TIFF 6.0, of GeoTIFF (OGC 19-008r4) and GDAL's own.
enum Tag : std::uint16_t {
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

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// What GDAL reads of a file and its bands beyond what TIFF has tags for. GDAL takes escapes out of
/// texts twice.
class GdalMetadata {
 public:
  void add(std::string_view name, std::string_view text) {
    if (!text.empty())
      items_ +=
          fmt::format("  <Item name=\"{}\">{}</Item>\n", escaped(name), escaped(escaped(text)));
  }
  void add(std::size_t band, std::string_view name, std::string_view text,
           std::string_view role = {}) {
    if (text.empty()) return;
    items_ +=
        fmt::format("  <Item name=\"{}\" sample=\"{}\"{}>{}</Item>\n", escaped(name), band,
                    role.empty() ? "" : fmt::format(" role=\"{}\"", role), escaped(escaped(text)));
  }
  [[nodiscard]] std::string xml() const {
    return items_.empty() ? "" : "<GDALMetadata>\n" + items_ + "</GDALMetadata>\n";
  }

 private:
  std::string items_;
};

std::uint16_t sample_format(ElementType type) {
  if (is_float(type)) return 3;
  return with_type(type, [](auto zero) { return std::is_signed_v<decltype(zero)>; }) ? 2 : 1;
}

std::string nodata_text(long double nodata, ElementType type) {
  if (std::isnan(nodata)) return "nan";
  if (type == ElementType::Int64) return fmt::format("{}", static_cast<std::int64_t>(nodata));
  return fmt::format("{}", static_cast<double>(nodata));
}

/// Stored values of rows x columns in the raster's type and direction; what is missing becomes
/// nodata.
template <typename To>
void put_samples(const Field& field, const RawBlock& block, const GeotiffLayout& layout,
                 std::size_t rows, std::size_t columns, bool x_first, std::span<To> out) {
  std::vector<std::uint8_t> missing(block.cells());
  find_missing(field, block, missing);
  const To nodata = layout.nodata ? static_cast<To>(*layout.nodata) : To{};
  with_type(block.type, [&](auto zero) {
    using From = decltype(zero);
    const auto in = block.as<From>();
    for (std::size_t row = 0; row < rows; ++row) {
      const std::size_t j = layout.flip_y ? rows - 1 - row : row;
      for (std::size_t column = 0; column < columns; ++column) {
        const std::size_t i = layout.flip_x ? columns - 1 - column : column;
        const std::size_t from = x_first ? i * rows + j : j * columns + i;
        out[row * columns + column] = missing[from] != 0 ? nodata : static_cast<To>(in[from]);
      }
    }
  });
}

class Writer {
 public:
  Writer(const View& view, const GeotiffLayout& layout, const AbortToken& abort)
      : view_(view), layout_(layout), abort_(abort) {
    values_.item = size_of(layout.type);
    values_.shape = {layout.bands.size(), layout.height, layout.width};
    values_.shuffled = false;
    const std::size_t row = layout.width * values_.item;
    is_tiled_ = layout.width > kTile && layout.width * layout.height >= kTiledFrom;
    values_.padded = is_tiled_;
    values_.chunk_shape =
        is_tiled_ ? std::vector<std::size_t>{1, kTile, kTile}
                  : std::vector<std::size_t>{
                        1,
                        std::clamp<std::size_t>(kStripBytes / std::max<std::size_t>(1, row), 1,
                                                layout.height),
                        layout.width};
    values_.read = [this](const IndexBox& box) { return read(box); };
  }

  /// @returns the bytes of a file in memory
  std::string run(const std::optional<std::string>& path, const Provenance& provenance) const {
    const std::size_t rows = values_.chunk_shape[1], columns = values_.chunk_shape[2];
    const std::size_t down = (layout_.height + rows - 1) / rows;
    const std::size_t across = (layout_.width + columns - 1) / columns;
    constexpr double kLargestClassic = 4e9;
    TiffFile file(path, tags(provenance), is_tiled_ ? kTileOffsets : kStripOffsets,
                  is_tiled_ ? kTileByteCounts : kStripByteCounts,
                  layout_.bands.size() * down * across, layout_.bytes() > kLargestClassic);
    encode_chunks(values_, abort_,
                  [&](const std::vector<std::size_t>& corner, const StoredChunk& chunk) {
                    file.put((corner[0] * down + corner[1] / rows) * across + corner[2] / columns,
                             chunk.bytes);
                  });
    return file.close();
  }

 private:
  [[nodiscard]] TiffTags tags(const Provenance& provenance) const {
    const auto bands = static_cast<std::uint16_t>(layout_.bands.size());
    TiffTags tags;
    tags.set_longs(kImageWidth, {static_cast<std::uint32_t>(layout_.width)});
    tags.set_longs(kImageLength, {static_cast<std::uint32_t>(layout_.height)});
    const auto each = [&](std::uint16_t value) { return std::vector<std::uint16_t>(bands, value); };
    tags.set_shorts(kBitsPerSample, each(static_cast<std::uint16_t>(8 * values_.item)));
    tags.set_shorts(kCompression, {8});  // deflate
    tags.set_shorts(kPhotometric, {1});  // the least is black
    tags.set_shorts(kSamplesPerPixel, {bands});
    tags.set_shorts(kPlanarConfiguration, {static_cast<std::uint16_t>(bands > 1 ? 2 : 1)});
    if (bands > 1) {
      tags.set_shorts(kExtraSamples, std::vector<std::uint16_t>(bands - 1, 0));
    }
    tags.set_shorts(kSampleFormat, each(sample_format(layout_.type)));
    if (is_tiled_) {
      tags.set_longs(kTileWidth, {kTile});
      tags.set_longs(kTileLength, {kTile});
    } else {
      tags.set_longs(kRowsPerStrip, {static_cast<std::uint32_t>(values_.chunk_shape[1])});
    }
    const Attributes& attributes = view_.dataset().attributes;
    tags.set_text(kImageDescription, attributes.text("title").value_or(view_.dataset().id));
    tags.set_text(kSoftware, provenance.service);
    tags.set_text(kArtist, attributes.text("institution").value_or(""));
    tags.set_text(kCopyright, attributes.text("license").value_or(""));
    const auto& g = layout_.geotransform;
    tags.set_doubles(kModelPixelScale, {g[1], -g[5], 0});
    tags.set_doubles(kModelTiepoint, {0, 0, 0, g[0], g[3], 0});
    const Crs& crs = view_.coverage().domain_set.crs();
    const auto [keys, tells_crs] = geo_keys(crs, layout_);
    if (!keys.directory.empty()) tags.set_shorts(kGeoKeyDirectory, keys.directory);
    if (!keys.numbers.empty()) tags.set_doubles(kGeoDoubleParams, keys.numbers);
    tags.set_text(kGeoAsciiParams, keys.text);
    tags.set_text(kGdalMetadata, metadata(provenance, tells_crs ? std::string() : crs.wkt2()));
    if (layout_.nodata) tags.set_text(kGdalNodata, nodata_text(*layout_.nodata, layout_.type));
    return tags;
  }

  [[nodiscard]] std::string metadata(const Provenance& provenance, const std::string& wkt) const {
    GdalMetadata metadata;
    metadata.add("crs_wkt", wkt);
    metadata.add("source_id", view_.coverage().id);
    metadata.add("request", provenance.request);
    for (const char* const key : {"references", "comment", "acknowledgement", "source"})
      metadata.add(key, view_.dataset().attributes.text(key).value_or(""));
    for (std::size_t b = 0; b < layout_.bands.size(); ++b) {
      const GeotiffBand& band = layout_.bands[b];
      const Field& field = view_.field(band.field);
      metadata.add(b, "DESCRIPTION", band.description, "description");
      metadata.add(b, "variable", field.name);
      metadata.add(b, "standard_name", field.standard_name);
      metadata.add(b, "UNITTYPE", field.units, "unittype");
      for (const auto& [label, position] : band.metadata) metadata.add(b, label, position);
      if (!field.packing.packed) continue;
      metadata.add(b, "OFFSET", fmt::format("{}", field.packing.offset), "offset");
      metadata.add(b, "SCALE", fmt::format("{}", field.packing.scale), "scale");
    }
    return metadata.xml();
  }

  /// Bands, rows and columns of the raster.
  [[nodiscard]] RawBlock read(const IndexBox& box) const {
    const DomainSet& domain_set = view_.coverage().domain_set;
    const auto turned = [](IndexRange range, std::size_t size, bool flip) {
      return flip ? IndexRange{size - range.end, size - range.begin} : range;
    };
    RawBlock all{layout_.type, {box[0].size(), box[1].size(), box[2].size()}, {}};
    all.bytes.resize(all.cells() * values_.item);
    const std::size_t cells = box[1].size() * box[2].size();
    for (std::size_t b = box[0].begin; b < box[0].end; ++b) {
      abort_.check();
      const GeotiffBand& band = layout_.bands[b];
      IndexBox part;
      for (const std::size_t at : band.at) part.push_back({at, at + 1});
      part[domain_set.x()] = turned(box[2], layout_.width, layout_.flip_x);
      part[domain_set.y()] = turned(box[1], layout_.height, layout_.flip_y);
      const RawBlock block = view_.read(band.field, part, abort_);
      with_type(layout_.type, [&](auto zero) {
        using To = decltype(zero);
        put_samples<To>(view_.field(band.field), block, layout_, box[1].size(), box[2].size(),
                        domain_set.x() < domain_set.y(),
                        all.as<To>().subspan((b - box[0].begin) * cells, cells));
      });
    }
    return all;
  }

  const View& view_;
  const GeotiffLayout& layout_;
  const AbortToken& abort_;
  ChunkedValues values_;
  bool is_tiled_ = false;
};

}  // namespace

std::vector<std::string> GeotiffEncoder::aliases() const {
  return {"image/geotiff", "image/tiff;application=geotiff", "image/x-geotiff"};
}

void GeotiffEncoder::check(const View& view) const { (void)lay_out_geotiff(view); }

void GeotiffEncoder::write_file(const View& view, const std::string& path,
                                const Provenance& provenance, const AbortToken& abort) const {
  const GeotiffLayout layout = lay_out_geotiff(view);
  static_cast<void>(Writer(view, layout, abort).run(path, provenance));
}

std::string GeotiffEncoder::write_small(const View& view, const Provenance& provenance,
                                        const AbortToken& abort) const {
  const GeotiffLayout layout = lay_out_geotiff(view);
  return Writer(view, layout, abort).run(std::nullopt, provenance);
}

}  // namespace gyre::coverage
