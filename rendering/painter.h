#pragma once

#include "coverage/base/export.h"
#include "rendering/classes.h"
#include "rendering/image.h"
#include "rendering/style.h"

namespace gyre::rendering {

/// A raster's classes as one layer in palette indices: one index for what lies under missing
/// values, then the style's classes. @pre classes.size() == width * height
/// @throws std::logic_error when the classes and the background need more than 256 colours
[[nodiscard]] GYRE_API IndexedImage paint(const Classes& classes, std::size_t width,
                                          std::size_t height, const Style& style,
                                          const Background& background);

/// Lays a picture over another one of the same size.
GYRE_API void lay_over(RgbaImage& image, const RgbaImage& top);

/// Paints a layer over what `image` already shows; missing values leave it as it is.
GYRE_API void paint_over(RgbaImage& image, const Classes& classes, const Style& style);

}  // namespace gyre::rendering
