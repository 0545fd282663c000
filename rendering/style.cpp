#include "rendering/style.h"

#include <algorithm>
#include <cmath>

namespace gyre::rendering {
namespace {

Colour faded(Colour colour, double opacity) {
  colour.alpha = static_cast<std::uint8_t>(std::lround(colour.alpha * opacity));
  return colour;
}

/// Where a value lies in the range: 0 at low, 1 at high.
double place_of(const Style& style, double value) {
  if (!style.logarithmic) return (value - style.low) / (style.high - style.low);
  if (value <= 0) return -1;
  return std::log(value / style.low) / std::log(style.high / style.low);
}

int category_of(const Style& style, double value) {
  const auto found = std::find(style.categories.begin(), style.categories.end(), value);
  return found == style.categories.end() ? -1 : static_cast<int>(found - style.categories.begin());
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

int class_of(const Style& style, double value) {
  if (std::isnan(value)) return -1;
  if (!style.categories.empty()) return category_of(style, value);
  const int count = static_cast<int>(style.palette.colours.size());
  const double place = place_of(style, value);
  if (value < style.low) return style.below ? count : 0;
  if (value > style.high) return style.above ? count + (style.below ? 1 : 0) : count - 1;
  return std::clamp(static_cast<int>(place * count), 0, count - 1);
}

}  // namespace gyre::rendering
