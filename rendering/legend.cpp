#include "rendering/legend.h"

#include <algorithm>
#include <cmath>

#include "rendering/canvas.h"
#include "rendering/ticks.h"

namespace gyre::rendering {
namespace {

constexpr Colour kInk{32, 32, 32, 255};
constexpr double kTextSize = 11, kTitleSize = 12, kMargin = 6, kTitleHeight = 34;
constexpr double kUnitsHeight = 16;   // a line of its own above vertical bars
constexpr double kRow = 18;           // of one category
constexpr double kBarThickness = 18;  // of the colour bar, beside its words
constexpr double kTickLength = 4;

/// Too small for words: clients that want an icon ask for 20 x 20.
bool wordless(const LegendSize& size, const LegendOptions& options) {
  return options.colour_bar_only || size.width < 48 || size.height < (options.horizontal ? 64 : 88);
}

/// A rectangle of the picture, in pixels.
struct Box {
  double x, y, width, height;
};

Colour colour_of(const std::vector<Colour>& colours, int found) {
  return found < 0 ? kTransparent : colours[static_cast<std::size_t>(found)];
}

/// Each pixel along the bar has the colour of the value in its middle; vertical bars rise.
void draw_bar(Canvas& canvas, const Style& style, const Box& box, bool horizontal) {
  const std::vector<Colour> colours = class_colours(style);
  const double length = std::floor(horizontal ? box.width : box.height);
  for (double pixel = 0; pixel < length; ++pixel) {
    const double place = (pixel + 0.5) / length;
    const Colour colour =
        colour_of(colours, class_of(style, value_at(style, horizontal ? place : 1 - place)));
    if (horizontal) {
      canvas.fill(box.x + pixel, box.y, 1, box.height, colour);
    } else {
      canvas.fill(box.x, box.y + pixel, box.width, 1, colour);
    }
  }
}

/// Categories without words: equal stripes.
void draw_stripes(Canvas& canvas, const Style& style, const Box& box, bool horizontal) {
  const std::vector<Colour> colours = class_colours(style);
  const double count = static_cast<double>(style.categories.size());
  for (double k = 0; k < count; ++k) {
    const Colour colour =
        colour_of(colours, class_of(style, style.categories[static_cast<std::size_t>(k)]));
    if (horizontal) {
      canvas.fill(box.x + box.width * k / count, box.y, box.width / count, box.height, colour);
    } else {
      canvas.fill(box.x, box.y + box.height * k / count, box.width, box.height / count, colour);
    }
  }
}

bool has_units(const LegendWords& words) { return !words.units.empty() && words.units != "1"; }

void draw_title(Canvas& canvas, const std::string& title, const LegendSize& size) {
  canvas.text(title,
              {.x = kMargin,
               .y = 3,
               .width = static_cast<double>(size.width) - 2 * kMargin,
               .lines = 2,
               .size_px = kTitleSize,
               .bold = true},
              kInk);
}

void draw_category_rows(Canvas& canvas, const Style& style, const LegendSize& size) {
  const std::vector<Colour> colours = class_colours(style);
  const double room = static_cast<double>(size.height) - kTitleHeight - kMargin;
  const double row = std::min(kRow, room / static_cast<double>(style.categories.size()));
  for (std::size_t k = 0; k < style.categories.size(); ++k) {
    const double y = kTitleHeight + row * static_cast<double>(k);
    const double box_height = std::max(1.0, std::floor(row) - 3);
    canvas.fill(kMargin, std::floor(y) + 1, kBarThickness, box_height,
                colour_of(colours, class_of(style, style.categories[k])));
    if (row < 9) continue;
    canvas.text(style.labels[k],
                {.x = kMargin + kBarThickness + 6,
                 .y = y + row / 2,
                 .width = static_cast<double>(size.width) - kBarThickness - 3 * kMargin,
                 .size_px = std::min(kTextSize, row - 2),
                 .middle = true},
                kInk);
  }
}

void draw_vertical(Canvas& canvas, const Style& style, const LegendWords& words,
                   const LegendSize& size) {
  const double top = kTitleHeight + kUnitsHeight + kMargin;
  const Box bar{kMargin, top, kBarThickness,
                std::max(1.0, std::floor(static_cast<double>(size.height) - top - 2 * kMargin))};
  if (has_units(words)) {
    canvas.text(words.units,
                {.x = kMargin,
                 .y = kTitleHeight,
                 .width = static_cast<double>(size.width) - 2 * kMargin,
                 .size_px = kTextSize},
                kInk);
  }
  draw_bar(canvas, style, bar, false);
  canvas.frame(bar.x - 1, bar.y - 1, bar.width + 2, bar.height + 2, kInk);
  const auto most = static_cast<std::size_t>(std::clamp(bar.height / 24, 2.0, 11.0));
  for (const Tick& tick : ticks_for(style, most)) {
    const double y = bar.y + bar.height * (1 - tick.place);
    const double right = bar.x + bar.width + 1;
    canvas.line(right, std::floor(y) + 0.5, right + kTickLength, std::floor(y) + 0.5, kInk);
    canvas.text(tick.text,
                {.x = right + kTickLength + 3, .y = y, .size_px = kTextSize, .middle = true}, kInk);
  }
}

void draw_horizontal(Canvas& canvas, const Style& style, const LegendSize& size) {
  const Box bar{4 * kMargin, kTitleHeight,
                std::floor(static_cast<double>(size.width) - 8 * kMargin),
                std::min(kBarThickness, static_cast<double>(size.height) - kTitleHeight - 4)};
  draw_bar(canvas, style, bar, true);
  canvas.frame(bar.x - 1, bar.y - 1, bar.width + 2, bar.height + 2, kInk);
  const auto most = static_cast<std::size_t>(std::clamp(bar.width / 48, 2.0, 11.0));
  for (const Tick& tick : ticks_for(style, most)) {
    const double x = bar.x + bar.width * tick.place, bottom = bar.y + bar.height + 1;
    canvas.line(std::floor(x) + 0.5, bottom, std::floor(x) + 0.5, bottom + kTickLength, kInk);
    canvas.text(tick.text,
                {.x = x,
                 .y = bottom + kTickLength + 1,
                 .size_px = kTextSize,
                 .align = TextBox::Align::Centre},
                kInk);
  }
}

}  // namespace

LegendSize legend_size(const Style& style, const LegendOptions& options) {
  LegendSize size{190, 300};
  if (options.colour_bar_only) size = {50, 200};
  if (options.horizontal) std::swap(size.width, size.height);
  if (options.horizontal && !options.colour_bar_only) size = {320, 76};
  if (!style.categories.empty() && !options.colour_bar_only) {
    const double rows =
        kTitleHeight + 2 * kMargin + kRow * static_cast<double>(style.labels.size());
    size = {240, static_cast<std::size_t>(std::clamp(rows, 60.0, 1200.0))};
  }
  return {options.width.value_or(size.width), options.height.value_or(size.height)};
}

RgbaImage draw_legend(const Style& style, const LegendWords& words, const LegendOptions& options) {
  const LegendSize size = legend_size(style, options);
  Canvas canvas(size.width, size.height, options.background);
  if (wordless(size, options)) {
    const Box all{0, 0, static_cast<double>(size.width), static_cast<double>(size.height)};
    (style.categories.empty() ? draw_bar : draw_stripes)(canvas, style, all, options.horizontal);
    return canvas.image();
  }
  const bool in_title = options.horizontal && has_units(words);
  draw_title(canvas, in_title ? words.title + " [" + words.units + "]" : words.title, size);
  if (!style.categories.empty()) {
    draw_category_rows(canvas, style, size);
  } else if (options.horizontal) {
    draw_horizontal(canvas, style, size);
  } else {
    draw_vertical(canvas, style, words, size);
  }
  return canvas.image();
}

RgbaImage draw_message(const std::string& message, std::size_t width, std::size_t height,
                       const Background& background) {
  Canvas canvas(width, height, background);
  const double room = static_cast<double>(width) - 2 * kMargin;
  if (room < 8 || height < 10) return canvas.image();  // no letter would fit
  const auto lines = static_cast<std::size_t>(std::max(1.0, static_cast<double>(height) / 16 - 1));
  canvas.text(message, {.x = kMargin, .y = 3, .width = room, .lines = lines, .size_px = kTextSize},
              Colour{176, 0, 32, 255});
  return canvas.image();
}

}  // namespace gyre::rendering
