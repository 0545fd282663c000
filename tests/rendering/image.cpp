#include "rendering/image.h"

#include <algorithm>
#include <cstdio>
#include <random>
#include <tuple>

#include <catch2/catch.hpp>
#include <png.h>

// jpeglib.h needs size_t and FILE before it.
#include <jpeglib.h>

#include "rendering/jpeg.h"
#include "rendering/png.h"

using namespace gyre::rendering;

namespace {

/// What libpng makes of a PNG, as RGBA.
RgbaImage decoded(const std::string& bytes) {
  png_image reader{};
  reader.version = PNG_IMAGE_VERSION;
  REQUIRE(png_image_begin_read_from_memory(&reader, bytes.data(), bytes.size()) != 0);
  reader.format = PNG_FORMAT_RGBA;
  RgbaImage image{reader.width, reader.height, std::vector<std::uint8_t>(PNG_IMAGE_SIZE(reader))};
  REQUIRE(png_image_finish_read(&reader, nullptr, image.bytes.data(), 0, nullptr) != 0);
  CHECK((reader.warning_or_error & PNG_IMAGE_ERROR) == 0);
  return image;
}

}  // namespace

TEST_CASE("libpng reads our palette PNG back, pixel for pixel", "[rendering]") {
  std::vector<Colour> palette;
  for (int k = 0; k < 256; ++k) {
    const auto byte = static_cast<std::uint8_t>(k);
    palette.push_back(
        {byte, static_cast<std::uint8_t>(255 - k), 7, static_cast<std::uint8_t>(k == 0 ? 0 : 255)});
  }
  std::mt19937 random(3);
  // Rows like the one above, runs, noise; small, and large enough to be deflated in parts.
  for (const auto& [width, height, rows_at_once] :
       {std::tuple(7, 5, 2), std::tuple(1, 1, 1), std::tuple(1030, 700, 311),
        std::tuple(300, 20, 20)}) {
    std::vector<std::uint8_t> indices;
    for (int row = 0; row < height; ++row) {
      for (int column = 0; column < width; ++column) {
        const bool noise = row % 50 > 40;
        indices.push_back(static_cast<std::uint8_t>(noise ? random() : (column / 90 + row / 7)));
      }
    }
    PngWriter writer(static_cast<std::size_t>(width), static_cast<std::size_t>(height), palette);
    for (int row = 0; row < height; row += rows_at_once) {
      const auto first = static_cast<std::size_t>(row * width);
      const auto count = static_cast<std::size_t>(std::min(rows_at_once, height - row) * width);
      writer.add(std::span(indices).subspan(first, count));
    }
    const RgbaImage read = decoded(writer.finish());
    REQUIRE(read.width == static_cast<std::size_t>(width));
    REQUIRE(read.height == static_cast<std::size_t>(height));
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < indices.size(); ++i) {
      wrong += read.at(i % read.width, i / read.width) != palette[indices[i]] ? 1 : 0;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("libpng reads our RGBA PNG back, pixel for pixel", "[rendering]") {
  RgbaImage image{3, 4, {}};
  for (std::size_t i = 0; i < 48; ++i) image.bytes.push_back(static_cast<std::uint8_t>(i * 5));
  CHECK(decoded(encode_png(image)).bytes == image.bytes);
}

TEST_CASE("a JPEG has the size asked for and the colour given under what is transparent",
          "[rendering]") {
  const std::string bytes = encode_jpeg(blank(20, 10, {true, kWhite}), {200, 30, 60, 255});
  jpeg_decompress_struct info;
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  REQUIRE(jpeg_read_header(&info, TRUE) == JPEG_HEADER_OK);
  jpeg_start_decompress(&info);
  CHECK(info.output_width == 20);
  CHECK(info.output_height == 10);
  std::vector<unsigned char> row(20 * 3);
  unsigned char* rows[] = {row.data()};
  jpeg_read_scanlines(&info, rows, 1);
  CHECK(row[0] == Approx(200).margin(4));
  CHECK(row[1] == Approx(30).margin(4));
  CHECK(row[2] == Approx(60).margin(4));
  jpeg_destroy_decompress(&info);
}
