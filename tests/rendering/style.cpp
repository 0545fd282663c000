#include "rendering/style.h"

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "tests/rendering/fixture.h"

using namespace gyre::rendering;
using gyre::coverage::Field;
using gyre::coverage::Flag;
using gyre::tests::one_field;

namespace {

Style ten_classes(double low, double high) {
  Style style;
  style.palette = with_colours(*find_palette("iris"), 10);
  style.low = low;
  style.high = high;
  return style;
}

Field field(std::string standard_name, std::string units) {
  Field made;
  made.name = "v";
  made.standard_name = std::move(standard_name);
  made.units = std::move(units);
  return made;
}

}  // namespace

TEST_CASE("class_of covers the range in half-open classes, clamped at the ends", "[rendering]") {
  const Style style = ten_classes(0, 10);
  const double infinity = std::numeric_limits<double>::infinity();
  struct Row {
    double value;
    int expected;
  };
  const auto row = GENERATE_COPY(values<Row>({{0, 0},
                                              {0.999, 0},
                                              {1, 1},
                                              {9.5, 9},
                                              {10, 9},
                                              {11, 9},
                                              {-3, 0},
                                              {infinity, 9},
                                              {-infinity, 0},
                                              {std::nan(""), -1}}));
  CAPTURE(row.value);
  CHECK(class_of(style, row.value) == row.expected);
}

TEST_CASE("values beyond the range take the colours set for them", "[rendering]") {
  Style style = ten_classes(0, 10);
  style.below = Colour{1, 2, 3, 255};
  style.above = kTransparent;
  const std::vector<Colour> colours = class_colours(style);
  REQUIRE(colours.size() == 12);
  CHECK((colours[static_cast<std::size_t>(class_of(style, -1))] == Colour{1, 2, 3, 255}));
  CHECK((colours[static_cast<std::size_t>(class_of(style, 11))] == kTransparent));
  CHECK(class_of(style, 10) == 9);
  style.below.reset();
  CHECK(class_of(style, 11) == 10);
  CHECK(class_of(style, -1) == 0);
}

TEST_CASE("logarithmic classes have equal ratios", "[rendering]") {
  Style style = ten_classes(0.01, 100);
  style.palette = with_colours(style.palette, 4);
  style.logarithmic = true;
  CHECK(class_of(style, 0.05) == 0);
  CHECK(class_of(style, 0.5) == 1);
  CHECK(class_of(style, 5) == 2);
  CHECK(class_of(style, 50) == 3);
  CHECK(class_of(style, 0) == 0);
  CHECK(class_of(style, -1) == 0);
}

TEST_CASE("opacity fades every class", "[rendering]") {
  Style style = ten_classes(0, 1);
  style.opacity = 0.5;
  for (const Colour& colour : class_colours(style)) CHECK(colour.alpha == 128);
}

TEST_CASE("the palette suits the quantity", "[rendering]") {
  struct Row {
    const char *standard_name, *units, *palette;
    double low, high;
  };
  const auto row = GENERATE(values<Row>({
      {"sea_surface_temperature", "K", "thermal", 270, 305},
      {"sea_water_salinity", "1e-3", "haline", 30, 40},
      {"eastward_sea_water_velocity", "m s-1", "balance", -1.5, 1.5},
      {"sea_surface_temperature_anomaly", "K", "balance", -1.5, 1.5},
      {"wind_from_direction", "degree", "phase", 0, 360},
      {"sea_ice_area_fraction", "1", "ice", 0, 1},
      {"sea_ice_speed", "m s-1", "ice", 0, 1},
      {"wind_speed", "m s-1", "speed", 0, 20},
      {"", "degC", "thermal", -2, 30},
      {"", "m/s", "balance", -3, 3},
      {"sea_floor_depth_below_geoid", "m", "deep", 0, 6000},
      {"", "", "iris", 0, 7},
  }));
  CAPTURE(row.standard_name, row.units);
  // An asymmetric find is made symmetric where zero is the middle.
  const double low = row.palette == std::string("balance") ? row.low / 3 : row.low;
  const auto styles = styles_for(one_field(field(row.standard_name, row.units), low, row.high), 0);
  CHECK(styles.front().name == "default");
  CHECK(styles[1].name == std::string("default/") + row.palette);
  CHECK(styles.front().palette.name == row.palette);
  CHECK(styles.front().low == row.low);
  CHECK(styles.front().high == row.high);
}

TEST_CASE("directions go once round, also those counted from -180", "[rendering]") {
  const Style style =
      styles_for(one_field(field("wind_to_direction", "degree"), -176, 178), 0).front();
  CHECK(style.palette.name == "phase");
  CHECK(style.low == -180);
  CHECK(style.high == 180);
}

TEST_CASE("topography is drawn around the shore, heights or depths alone from one side",
          "[rendering]") {
  Field relief = field("", "m");
  relief.long_name = "RELIEF OF THE SURFACE";
  const Style both = styles_for(one_field(relief, -8000, 5000), 0).front();
  CHECK(both.palette.name == "topo");
  CHECK(both.low == -8000);
  CHECK(both.high == 8000);
  CHECK(styles_for(one_field(relief, -8000, 0), 0).front().palette.name == "deep-inv");
}

TEST_CASE("flags are categories with their meanings", "[rendering]") {
  Field mask = field("", "");
  mask.flags = {Flag{1, std::nullopt, "ocean"}, Flag{2, std::nullopt, "land"},
                Flag{8, std::nullopt, "sea_ice"}};
  const Style style = styles_for(one_field(mask, 1, 8), 0).front();
  CHECK(style.palette.kind == PaletteKind::Categorical);
  CHECK(style.labels == std::vector<std::string>{"ocean", "land", "sea ice"});
  CHECK(class_of(style, 8) == 2);
  CHECK(class_of(style, 3) == -1);
  CHECK(find_style(one_field(mask, 1, 8), 0, "default/thermal")->palette.colours.size() == 3);
}

TEST_CASE("bit masks are no categories", "[rendering]") {
  Field mask = field("", "");
  mask.flags = {Flag{std::nullopt, 1, "a"}, Flag{std::nullopt, 2, "b"}};
  CHECK(styles_for(one_field(mask, 0, 3), 0).front().categories.empty());
}

TEST_CASE("a range that is no range does not divide by zero", "[rendering]") {
  const auto range = GENERATE(std::pair{5.0, 5.0}, std::pair{std::nan(""), 1.0},
                              std::pair{3.0, -3.0}, std::pair{0.0, 0.0});
  const Style style =
      styles_for(one_field(field("eastward_wind", "m s-1"), range.first, range.second), 0).front();
  CHECK(style.low < style.high);
}

TEST_CASE("find_style knows every palette by several spellings", "[rendering]") {
  const auto coverage = one_field(field("sea_water_salinity", "1e-3"), 30, 40);
  CHECK(find_style(coverage, 0, "")->name == "default");
  CHECK(find_style(coverage, 0, "default")->palette.name == "haline");
  for (const char* name : {"default/thermal-inv", "boxfill/thermal-inv", "raster/thermal-inv",
                           "default-scalar/thermal-inv", "thermal-inv"}) {
    CAPTURE(name);
    REQUIRE(find_style(coverage, 0, name));
    CHECK(find_style(coverage, 0, name)->name == "default/thermal-inv");
    CHECK(find_style(coverage, 0, name)->low == 30);
  }
  CHECK_FALSE(find_style(coverage, 0, "no-such"));
  CHECK_FALSE(find_style(coverage, 0, "contours/thermal"));
}

TEST_CASE("every listed style can be found by its name", "[rendering][property]") {
  const auto coverage = one_field(field("wind_speed", "m s-1"), 0, 20);
  for (const Style& style : styles_for(coverage, 0)) {
    CAPTURE(style.name);
    const auto found = find_style(coverage, 0, style.name);
    REQUIRE(found);
    CHECK((found->palette.colours == style.palette.colours));
    CHECK(found->low == style.low);
  }
}
