#include "rendering/legend.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "rendering/ticks.h"

using namespace gyre::rendering;

namespace {

Style thermal(double low, double high) {
  Style style;
  style.palette = *find_palette("thermal");
  style.low = low;
  style.high = high;
  return style;
}

std::vector<std::string> texts(const std::vector<Tick>& ticks) {
  std::vector<std::string> list;
  for (const Tick& tick : ticks) list.push_back(tick.text);
  return list;
}

bool has(const RgbaImage& image, const Colour& colour) {
  for (std::size_t i = 0; i < image.width * image.height; ++i) {
    if (image.at(i % image.width, i / image.width) == colour) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("ticks are round values within the range", "[rendering]") {
  CHECK(texts(ticks_for(thermal(-2, 31.5), 8)) ==
        std::vector<std::string>{"0", "5", "10", "15", "20", "25", "30"});
  CHECK(texts(ticks_for(thermal(0, 1), 6)) ==
        std::vector<std::string>{"0", "0.2", "0.4", "0.6", "0.8", "1.0"});
  CHECK(texts(ticks_for(thermal(152000000, 154200000), 5)) ==
        std::vector<std::string>{"1.52e+08", "1.525e+08", "1.53e+08", "1.535e+08", "1.54e+08"});
  CHECK(texts(ticks_for(thermal(4294967000, 4294967200), 4)) ==
        std::vector<std::string>{"4294967000", "4294967100", "4294967200"});
  Style logarithmic = thermal(0.01, 50);
  logarithmic.logarithmic = true;
  CHECK(texts(ticks_for(logarithmic, 8)) == std::vector<std::string>{"0.01", "0.1", "1", "10"});
  Style direction = thermal(0, 360);
  direction.palette = *find_palette("phase");
  CHECK(texts(ticks_for(direction, 8)) == std::vector<std::string>{"0", "90", "180", "270", "360"});
}

TEST_CASE("ticks stay few, ordered and within the bar for any range", "[rendering][property]") {
  const double low = GENERATE(take(60, random(-1e4, 1e4)));
  const double width = GENERATE(1e-6, 0.3, 7.0, 12345.0, 1e12);
  const auto most = GENERATE(2u, 5u, 11u);
  const std::vector<Tick> ticks = ticks_for(thermal(low, low + width), most);
  CAPTURE(low, width, most);
  CHECK(ticks.size() <= most);
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    CHECK((ticks[i].place >= 0 && ticks[i].place <= 1));
    if (i > 0) CHECK(ticks[i].value > ticks[i - 1].value);
  }
}

TEST_CASE("a legend has the size announced, or asked for", "[rendering]") {
  Style categories = thermal(0, 1);
  categories.categories = {1, 2, 3};
  categories.labels = {"one", "two", "three"};
  categories.palette = with_colours(*find_palette("categories"), 3);
  for (const Style& style : {thermal(0, 1), categories}) {
    for (const LegendOptions& options :
         {LegendOptions{}, LegendOptions{.width = 20, .height = 20}, LegendOptions{.width = 400},
          LegendOptions{.horizontal = true}, LegendOptions{.colour_bar_only = true},
          LegendOptions{.width = 1, .height = 1}, LegendOptions{.width = 60, .height = 50}}) {
      const LegendSize size = legend_size(style, options);
      const RgbaImage image = draw_legend(style, {"A title", "m"}, options);
      CHECK(image.width == size.width);
      CHECK(image.height == size.height);
    }
  }
}

TEST_CASE("the bar shows the classes of the style, low ones at the bottom or left", "[rendering]") {
  const Style style = thermal(5, 15);
  const RgbaImage bar =
      draw_legend(style, {}, {.width = 10, .height = 250, .colour_bar_only = true});
  for (std::size_t y = 0; y < 250; ++y) {
    CHECK((bar.at(5, y) == style.palette.colours[249 - y]));
  }
  const RgbaImage lying = draw_legend(
      style, {}, {.width = 250, .height = 10, .colour_bar_only = true, .horizontal = true});
  CHECK((lying.at(0, 5) == style.palette.colours.front()));
  CHECK((lying.at(249, 5) == style.palette.colours.back()));
}

TEST_CASE("a legend of categories shows the colour of each", "[rendering]") {
  Style style = thermal(0, 1);
  style.categories = {1, 2, 40};
  style.labels = {"one", "two", "forty"};
  style.palette = with_colours(*find_palette("categories"), 3);
  const RgbaImage image = draw_legend(style, {"Mask", ""}, {});
  for (const Colour& colour : style.palette.colours) CHECK(has(image, colour));
}

TEST_CASE("a message is written on the background, however small the picture", "[rendering]") {
  const RgbaImage image = draw_message("something is wrong", 200, 60, {false, kWhite});
  CHECK(image.width == 200);
  CHECK((image.at(0, 59) == kWhite));
  std::size_t inked = 0;
  for (std::size_t i = 0; i < 200 * 60; ++i) inked += image.at(i % 200, i / 200) == kWhite ? 0 : 1;
  CHECK(inked > 100);
  CHECK(draw_message("x", 1, 1, {true, kWhite}).at(0, 0).alpha == 0);
}
