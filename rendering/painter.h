#pragma once

#include "coverage/base/export.h"
#include "rendering/classes.h"
#include "rendering/image.h"
#include "rendering/style.h"

namespace gyre::rendering {

/// The colours of a map of one layer, so that classes are indices of them: first what lies under
/// missing values, then the style's. @returns at most 256
[[nodiscard]] GYRE_API std::vector<Colour> palette_of(const Style& style,
                                                      const Background& background);

/// Lays a picture over another one of the same size.
GYRE_API void lay_over(RgbaImage& image, const RgbaImage& top);

/// Paints a layer over what `image` already shows; missing values leave it as it is.
GYRE_API void paint_over(RgbaImage& image, const Classes& classes, const Style& style);

}  // namespace gyre::rendering
