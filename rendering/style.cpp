#include "rendering/style.h"

#include <cmath>

#include "rendering/classifier.h"

namespace gyre::rendering {
namespace {

Colour faded(Colour colour, double opacity) {
  colour.alpha = static_cast<std::uint8_t>(std::lround(colour.alpha * opacity));
  return colour;
}

}  // namespace

std::vector<Colour> class_colours(const Style& style) {
  std::vector<Colour> colours;
  colours.reserve(style.palette.colours.size() + 2);
  for (const Colour& colour : style.palette.colours) {
    colours.push_back(faded(colour, style.opacity));
  }
  for (const std::optional<Colour>& beyond : {style.below, style.above}) {
    if (beyond) colours.push_back(faded(*beyond, style.opacity));
  }
  return colours;
}

int class_of(const Style& style, double value) { return Classifier(style)(value); }

}  // namespace gyre::rendering
