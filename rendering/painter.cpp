#include "rendering/painter.h"

#include <cmath>

namespace gyre::rendering {
namespace {

/// `top` over `bottom`, neither premultiplied. Source: Porter and Duff 1984, "over".
Colour over(const Colour& top, const Colour& bottom) {
  if (top.alpha == 255) return top;
  const double a = top.alpha / 255.0, b = bottom.alpha / 255.0 * (1 - a), sum = a + b;
  if (sum <= 0) return kTransparent;
  const auto mixed = [&](std::uint8_t t, std::uint8_t u) {
    return static_cast<std::uint8_t>(std::lround((t * a + u * b) / sum));
  };
  return {mixed(top.red, bottom.red), mixed(top.green, bottom.green), mixed(top.blue, bottom.blue),
          static_cast<std::uint8_t>(std::lround(sum * 255))};
}

Colour ground(const Background& background) {
  return background.transparent
             ? Colour{background.colour.red, background.colour.green, background.colour.blue, 0}
             : background.colour;
}

}  // namespace

RgbaImage blank(std::size_t width, std::size_t height, const Background& background) {
  RgbaImage image{width, height, std::vector<std::uint8_t>(width * height * 4)};
  const Colour colour = ground(background);
  for (std::size_t i = 0; i < image.bytes.size(); i += 4) {
    image.bytes[i] = colour.red;
    image.bytes[i + 1] = colour.green;
    image.bytes[i + 2] = colour.blue;
    image.bytes[i + 3] = colour.alpha;
  }
  return image;
}

std::vector<Colour> palette_of(const Style& style, const Background& background) {
  std::vector<Colour> palette{ground(background)};
  for (const Colour& colour : class_colours(style)) {
    palette.push_back(background.transparent ? colour : over(colour, palette.front()));
  }
  return palette;
}

void lay_over(RgbaImage& image, const RgbaImage& top) {
  for (std::size_t i = 0; i < image.bytes.size(); i += 4) {
    const std::uint8_t* t = &top.bytes[i];
    if (t[3] == 0) continue;
    std::uint8_t* p = &image.bytes[i];
    const Colour mixed = over({t[0], t[1], t[2], t[3]}, Colour{p[0], p[1], p[2], p[3]});
    p[0] = mixed.red;
    p[1] = mixed.green;
    p[2] = mixed.blue;
    p[3] = mixed.alpha;
  }
}

void paint_over(RgbaImage& image, const Classes& classes, const Style& style) {
  const std::vector<Colour> colours = class_colours(style);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (classes[i] == 0) continue;
    std::uint8_t* p = &image.bytes[i * 4];
    const Colour mixed = over(colours[classes[i] - std::size_t{1}], Colour{p[0], p[1], p[2], p[3]});
    p[0] = mixed.red;
    p[1] = mixed.green;
    p[2] = mixed.blue;
    p[3] = mixed.alpha;
  }
}

}  // namespace gyre::rendering
