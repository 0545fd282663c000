#include "services/wms/image_format.h"

#include <algorithm>
#include <array>

#include "rendering/jpeg.h"
#include "rendering/png.h"
#include "services/ows/exception.h"
#include "services/wms/kvp_values.h"

namespace gyre::wms {
namespace {

using Kind = ImageFormat::Kind;

constexpr std::array kFormats{ImageFormat{"image/png", Kind::Palette},
                              ImageFormat{"image/png; mode=32bit", Kind::Rgba},
                              ImageFormat{"image/jpeg", Kind::Jpeg}};

struct Alias {
  std::string_view name;  ///< lower case, without blanks
  std::size_t format;     ///< in kFormats
};
// ncWMS, MapServer and GeoServer have these.
constexpr std::array kAliases{Alias{"image/png", 0},
                              Alias{"image/png8", 0},
                              Alias{"image/png;mode=8bit", 0},
                              Alias{"image/png;mode=32bit", 1},
                              Alias{"image/png32", 1},
                              Alias{"image/png24", 1},
                              Alias{"image/png;mode=24bit", 1},
                              Alias{"image/jpeg", 2},
                              Alias{"image/jpg", 2}};

}  // namespace

std::span<const ImageFormat> image_formats() { return kFormats; }

const ImageFormat& image_format(std::string_view media_type) {
  std::string plain = lower_case(media_type);
  std::erase(plain, ' ');
  for (const Alias& alias : kAliases) {
    if (alias.name == plain) return kFormats[alias.format];
  }
  throw ows::Exception("InvalidFormat", "FORMAT", 400,
                       "FORMAT is image/png, image/png; mode=32bit or image/jpeg");
}

std::unique_ptr<rendering::RowWriter> writer_of(const ImageFormat& format, std::size_t width,
                                                std::size_t height,
                                                const rendering::Colour& under) {
  if (format.kind == Kind::Jpeg) {
    return std::make_unique<rendering::JpegWriter>(width, height, under);
  }
  return std::make_unique<rendering::PngWriter>(width, height);
}

http::Response image_response(const rendering::RgbaImage& image, const ImageFormat& format,
                              const rendering::Colour& under) {
  const auto writer = writer_of(format, image.width, image.height, under);
  writer->add(image.bytes);
  http::Response response;
  response.media_type = format.media_type;
  response.body = writer->finish();
  return response;
}

}  // namespace gyre::wms
