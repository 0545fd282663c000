#include "coverage/encode/geotiff_tags.h"

#include <cmath>

#include <fmt/format.h>

#include "coverage/encode/geotiff_keys.h"
#include "coverage/model/crs.h"

namespace gyre::coverage {
namespace {

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

std::string metadata_of(const View& view, const GeotiffLayout& layout, const Provenance& provenance,
                        const std::string& wkt) {
  GdalMetadata metadata;
  metadata.add("crs_wkt", wkt);
  metadata.add("source_id", view.coverage().id);
  metadata.add("request", provenance.request);
  for (const char* const key : {"references", "comment", "acknowledgement", "source"})
    metadata.add(key, view.dataset().attributes.text(key).value_or(""));
  for (std::size_t b = 0; b < layout.bands.size(); ++b) {
    const GeotiffBand& band = layout.bands[b];
    const Field& field = view.field(band.field);
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

}  // namespace

TiffTags image_tags(const GeotiffLayout& layout, std::size_t width, std::size_t height) {
  const auto bands = static_cast<std::uint16_t>(layout.bands.size());
  TiffTags tags;
  tags.set_longs(kImageWidth, {static_cast<std::uint32_t>(width)});
  tags.set_longs(kImageLength, {static_cast<std::uint32_t>(height)});
  const auto each = [&](std::uint16_t value) { return std::vector<std::uint16_t>(bands, value); };
  tags.set_shorts(kBitsPerSample, each(static_cast<std::uint16_t>(8 * size_of(layout.type))));
  tags.set_shorts(kCompression, {8});  // deflate
  tags.set_shorts(kPhotometric, {1});  // the least is black
  tags.set_shorts(kSamplesPerPixel, {bands});
  tags.set_shorts(kPlanarConfiguration, {static_cast<std::uint16_t>(bands > 1 ? 2 : 1)});
  if (bands > 1) {
    tags.set_shorts(kExtraSamples, std::vector<std::uint16_t>(bands - 1, 0));
  }
  tags.set_shorts(kSampleFormat, each(sample_format(layout.type)));
  if (layout.nodata) tags.set_text(kGdalNodata, nodata_text(*layout.nodata, layout.type));
  return tags;
}

TiffTags raster_tags(const View& view, const GeotiffLayout& layout, const Provenance& provenance) {
  TiffTags tags = image_tags(layout, layout.width, layout.height);
  const Attributes& attributes = view.dataset().attributes;
  tags.set_text(kImageDescription, attributes.text("title").value_or(view.dataset().id));
  tags.set_text(kSoftware, provenance.service);
  tags.set_text(kArtist, attributes.text("institution").value_or(""));
  tags.set_text(kCopyright, attributes.text("license").value_or(""));
  const auto& g = layout.geotransform;
  tags.set_doubles(kModelPixelScale, {g[1], -g[5], 0});
  tags.set_doubles(kModelTiepoint, {0, 0, 0, g[0], g[3], 0});
  const Crs& crs = view.coverage().domain_set.crs();
  const auto [keys, tells_crs] = geo_keys(crs, layout);
  if (!keys.directory.empty()) tags.set_shorts(kGeoKeyDirectory, keys.directory);
  if (!keys.numbers.empty()) tags.set_doubles(kGeoDoubleParams, keys.numbers);
  tags.set_text(kGeoAsciiParams, keys.text);
  tags.set_text(kGdalMetadata,
                metadata_of(view, layout, provenance, tells_crs ? std::string() : crs.wkt2()));
  return tags;
}

}  // namespace gyre::coverage
