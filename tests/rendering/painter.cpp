#include "rendering/painter.h"

#include <cmath>

#include <catch2/catch.hpp>

using namespace gyre::rendering;

namespace {

const std::vector<double> kValues{0.5, std::nan(""), 1.5, 9};

Style two_classes() {
  Style style;
  style.palette.colours = {{10, 0, 0, 255}, {0, 20, 0, 255}};
  style.low = 0;
  style.high = 2;
  return style;
}

}  // namespace

TEST_CASE("each pixel has the colour of its class and missing ones the background", "[rendering]") {
  CHECK(classes_of(two_classes(), kValues) == Classes{1, 0, 2, 2});
  CHECK((palette_of(two_classes(), {false, {1, 2, 3, 255}}) ==
         std::vector<Colour>{{1, 2, 3, 255}, {10, 0, 0, 255}, {0, 20, 0, 255}}));
}

TEST_CASE("a transparent background shows no colour under missing values", "[rendering]") {
  CHECK(palette_of(two_classes(), {true, kWhite}).front().alpha == 0);
  CHECK(blank(2, 2, {true, kWhite}).at(1, 1).alpha == 0);
  CHECK((blank(2, 2, {false, {9, 8, 7, 255}}).at(1, 1) == Colour{9, 8, 7, 255}));
}

TEST_CASE("translucent classes on an opaque background leave no transparent pixel", "[rendering]") {
  Style style = two_classes();
  style.opacity = 0.5;
  for (const Colour& colour : palette_of(style, {})) CHECK(colour.alpha == 255);
}

TEST_CASE("a layer covers what lies below, but not where it is missing", "[rendering]") {
  RgbaImage image = blank(2, 2, {true, kWhite});
  Style lower = two_classes();
  lower.palette.colours = {{200, 200, 200, 255}, {200, 200, 200, 255}};
  paint_over(image, classes_of(lower, std::vector<double>(4, 0.0)), lower);
  paint_over(image, classes_of(two_classes(), kValues), two_classes());
  CHECK((image.at(0, 0) == Colour{10, 0, 0, 255}));
  CHECK((image.at(1, 0) == Colour{200, 200, 200, 255}));
  Style faint = two_classes();
  faint.opacity = 0.5;
  paint_over(image, classes_of(faint, std::vector<double>{0, 0, 0, 0}), faint);
  CHECK(image.at(1, 0).alpha == 255);
  CHECK(image.at(1, 0).red == Approx(105).margin(1));
}
