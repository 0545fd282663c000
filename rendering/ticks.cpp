#include "rendering/ticks.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace gyre::rendering {
namespace {

/// The smallest 1, 2 or 5 times a power of ten that is not below `least`.
double round_step(double least) {
  const double decade = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (decade * factor >= least * (1 - 1e-12)) return decade * factor;
  }
  return decade * 10;
}

/// As many decimals as the step needs; powers of ten for very large and very small values.
std::string label(double value, double step) {
  const double size = std::max(std::abs(value), std::abs(step));
  if (std::abs(value) < step * 1e-9) return "0";
  // As many digits as tell one tick from the next; with so many a power of ten shortens nothing.
  const double digits = std::floor(std::log10(size)) - std::floor(std::log10(step) + 1e-9) + 1;
  constexpr double kMany = 6;
  if ((size >= 1e6 && digits <= kMany) || size < 1e-4) {
    return fmt::format("{:.{}g}", value, std::clamp(static_cast<int>(digits), 3, 17));
  }
  const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 9);
  return fmt::format("{:.{}f}", value, decimals);
}

double place_of(const Style& style, double value) {
  return style.logarithmic ? std::log(value / style.low) / std::log(style.high / style.low)
                           : (value - style.low) / (style.high - style.low);
}

std::vector<Tick> evenly(const Style& style, double step) {
  std::vector<Tick> ticks;
  const double first = std::ceil(style.low / step - 1e-9), last = style.high / step + 1e-9;
  for (double k = first; k <= last; ++k) {
    const double value = k * step;
    ticks.push_back({value, std::clamp(place_of(style, value), 0.0, 1.0), label(value, step)});
  }
  return ticks;
}

std::vector<Tick> decades(const Style& style, std::size_t most) {
  std::vector<Tick> ticks;
  const double first = std::ceil(std::log10(style.low) - 1e-9);
  const double last = std::floor(std::log10(style.high) + 1e-9);
  const double stride = std::max(1.0, std::ceil((last - first + 1) / static_cast<double>(most)));
  for (double k = first; k <= last; k += stride) {
    const double value = std::pow(10, k);
    ticks.push_back({value, std::clamp(place_of(style, value), 0.0, 1.0), label(value, value)});
  }
  return ticks;
}

}  // namespace

double value_at(const Style& style, double place) {
  return style.logarithmic ? style.low * std::pow(style.high / style.low, place)
                           : style.low + place * (style.high - style.low);
}

std::vector<Tick> ticks_for(const Style& style, std::size_t most) {
  if (style.logarithmic) {
    std::vector<Tick> ticks = decades(style, most);
    if (ticks.size() >= 2) return ticks;
    return {{style.low, 0, fmt::format("{:.4g}", style.low)},
            {style.high, 1, fmt::format("{:.4g}", style.high)}};
  }
  if (style.palette.kind == PaletteKind::Cyclic && style.high - style.low == 360) {
    return evenly(style, most >= 5 ? 90 : 180);
  }
  const double range = style.high - style.low;
  double step = round_step(range / static_cast<double>(std::max<std::size_t>(most, 2)));
  std::vector<Tick> ticks = evenly(style, step);
  while (ticks.size() > std::max<std::size_t>(most, 2)) {
    step = round_step(step * 1.5);
    ticks = evenly(style, step);
  }
  return ticks;
}

}  // namespace gyre::rendering
