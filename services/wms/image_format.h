#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rendering/image.h"
#include "rendering/row_writer.h"
#include "services/http/response.h"

namespace gyre::wms {

/// A picture's media type as announced, and how it is made.
struct ImageFormat {
  enum class Kind : std::uint8_t { Palette, Rgba, Jpeg };  ///< Palette: where its colours suffice
  std::string_view media_type;
  Kind kind = Kind::Palette;
};

/// In the order they are announced.
[[nodiscard]] std::span<const ImageFormat> image_formats();
/// By media type, whatever its case and blanks; the names other servers gave the same are known.
/// @throws ows::Exception InvalidFormat, locator FORMAT
[[nodiscard]] const ImageFormat& image_format(std::string_view media_type);

/// Takes rows of red, green, blue and opacity. What a JPEG cannot show is `under`.
[[nodiscard]] std::unique_ptr<rendering::RowWriter> writer_of(const ImageFormat& format,
                                                              std::size_t width, std::size_t height,
                                                              const rendering::Colour& under);

/// An answer with a picture that is there whole.
[[nodiscard]] http::Response image_response(const rendering::RgbaImage& image,
                                            const ImageFormat& format,
                                            const rendering::Colour& under);

}  // namespace gyre::wms
