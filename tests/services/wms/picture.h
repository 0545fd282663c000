#pragma once

#include <catch2/catch.hpp>
#include <png.h>

#include "rendering/image.h"
#include "tests/services/wms/fixture.h"

namespace gyre::wms::testing {

/// What libpng makes of a PNG answer.
inline rendering::RgbaImage picture_of(const http::Response& response) {
  const std::string bytes = text_of(response);
  INFO(bytes.substr(0, 600));
  png_image reader{};
  reader.version = PNG_IMAGE_VERSION;
  REQUIRE(png_image_begin_read_from_memory(&reader, bytes.data(), bytes.size()) != 0);
  reader.format = PNG_FORMAT_RGBA;
  rendering::RgbaImage image{reader.width, reader.height,
                             std::vector<std::uint8_t>(PNG_IMAGE_SIZE(reader))};
  REQUIRE(png_image_finish_read(&reader, nullptr, image.bytes.data(), 0, nullptr) != 0);
  return image;
}

/// Is the picture one colour all over, and which?
inline bool is_all(const rendering::RgbaImage& image, const rendering::Colour& colour) {
  for (std::size_t i = 0; i < image.width * image.height; ++i) {
    if (!(image.at(i % image.width, i / image.width) == colour)) return false;
  }
  return true;
}

}  // namespace gyre::wms::testing
