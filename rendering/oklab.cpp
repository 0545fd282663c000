#include "rendering/oklab.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace gyre::rendering {
namespace {

struct LinearRgb {
  double red, green, blue;
};

double cube(double x) { return x * x * x; }

// The two matrices are Ottosson's.
LinearRgb to_linear(const Lab& c) {
  const double l = cube(c.lightness + 0.3963377774 * c.a + 0.2158037573 * c.b);
  const double m = cube(c.lightness - 0.1055613458 * c.a - 0.0638541728 * c.b);
  const double s = cube(c.lightness - 0.0894841775 * c.a - 1.2914855480 * c.b);
  return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
          -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
          -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

bool displayable(const LinearRgb& c) {
  constexpr double kSlack = 1e-4;
  for (const double part : {c.red, c.green, c.blue}) {
    if (part < -kSlack || part > 1 + kSlack) return false;
  }
  return true;
}

// IEC 61966-2-1, the sRGB transfer function.
std::uint8_t companded(double linear) {
  const double v = std::clamp(linear, 0.0, 1.0);
  const double encoded = v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
  return static_cast<std::uint8_t>(std::lround(encoded * 255));
}

}  // namespace

Lab to_lab(const Lch& colour) {
  const double angle = colour.hue * std::numbers::pi / 180;
  return {colour.lightness, colour.chroma * std::cos(angle), colour.chroma * std::sin(angle)};
}

double distance(const Lab& one, const Lab& other) {
  return std::hypot(one.lightness - other.lightness, one.a - other.a, one.b - other.b);
}

Lch into_gamut(Lch colour) {
  if (displayable(to_linear(to_lab(colour)))) return colour;
  double inside = 0, outside = colour.chroma;
  for (int step = 0; step < 30; ++step) {
    colour.chroma = (inside + outside) / 2;
    (displayable(to_linear(to_lab(colour))) ? inside : outside) = colour.chroma;
  }
  colour.chroma = inside;
  return colour;
}

Colour to_srgb(const Lab& colour) {
  const LinearRgb linear = to_linear(colour);
  return {companded(linear.red), companded(linear.green), companded(linear.blue), 255};
}

}  // namespace gyre::rendering
