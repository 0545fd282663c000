#pragma once

#include "rendering/colour.h"

namespace gyre::rendering {

/// A colour in OKLab's polar form: lightness 0..1, chroma 0..~0.3, hue in degrees.
/// Equal distances look equally different. Source: B. Ottosson, "A perceptual color space for
/// image processing", 2020.
struct Lch {
  double lightness = 0, chroma = 0, hue = 0;
};

/// The same in rectangular form, for distances.
struct Lab {
  double lightness = 0, a = 0, b = 0;
};

[[nodiscard]] Lab to_lab(const Lch& colour);
[[nodiscard]] double distance(const Lab& one, const Lab& other);
/// `colour` with its chroma reduced until sRGB can show it; lightness and hue stay.
[[nodiscard]] Lch into_gamut(Lch colour);
/// To sRGB, rounded; what lies outside the gamut is clamped. @pre into_gamut() for true hues
[[nodiscard]] Colour to_srgb(const Lab& colour);

}  // namespace gyre::rendering
