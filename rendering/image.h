#pragma once

#include <cstdint>
#include <vector>

#include "coverage/base/export.h"
#include "rendering/colour.h"

namespace gyre::rendering {

/// A picture of 4 bytes a pixel: red, green, blue, opacity (not premultiplied). Row-major, row 0
/// at the top.
struct RgbaImage {
  std::size_t width = 0, height = 0;
  std::vector<std::uint8_t> bytes;

  [[nodiscard]] Colour at(std::size_t x, std::size_t y) const {
    const std::uint8_t* p = &bytes[(y * width + x) * 4];
    return {p[0], p[1], p[2], p[3]};
  }
};

/// What lies under the layers of a map: WMS's TRANSPARENT and BGCOLOR.
struct Background {
  bool transparent = false;
  Colour colour = kWhite;
  bool operator==(const Background&) const = default;
};

/// A picture of one colour all over.
[[nodiscard]] GYRE_API RgbaImage blank(std::size_t width, std::size_t height,
                                       const Background& background);

}  // namespace gyre::rendering
