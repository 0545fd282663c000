#include "rendering/palette.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <catch2/catch.hpp>

using namespace gyre::rendering;

namespace {

/// Relative luminance. Source: IEC 61966-2-1.
double luminance(const Colour& c) {
  const auto linear = [](double v) {
    v /= 255;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) + 0.0722 * linear(c.blue);
}

std::vector<double> lightness(const Palette& palette) {
  std::vector<double> values;
  for (const Colour& colour : palette.colours) values.push_back(std::cbrt(luminance(colour)));
  return values;
}

/// The bytes of a colour are rounded, so lightness may waver by a hair.
bool monotone(std::vector<double> values, std::size_t begin, std::size_t end) {
  const bool rising = values[end - 1] > values[begin];
  for (std::size_t i = begin + 1; i < end; ++i) {
    if ((rising ? values[i] - values[i - 1] : values[i - 1] - values[i]) < -0.012) return false;
  }
  return true;
}

std::vector<Palette> all_palettes() {
  std::vector<Palette> all;
  for (const std::string& name : palette_names()) all.push_back(*find_palette(name));
  return all;
}

}  // namespace

TEST_CASE("palettes have names of their own and as many colours as promised", "[rendering]") {
  std::set<std::string> names;
  for (const Palette& palette : all_palettes()) {
    CAPTURE(palette.name);
    CHECK(names.insert(palette.name).second);
    CHECK(palette.colours.size() == kMaxPaletteColours);
    CHECK_FALSE(palette.title.empty());
  }
}

TEST_CASE("no colour stands for two classes of a palette", "[rendering]") {
  for (const Palette& palette : all_palettes()) {
    if (palette.kind == PaletteKind::Categorical) continue;
    std::set<std::string> colours;
    for (const Colour& colour : palette.colours) colours.insert(hex(colour));
    CAPTURE(palette.name);
    CHECK(colours.size() == palette.colours.size());
  }
}

TEST_CASE("lightness runs one way along a sequential palette", "[rendering][property]") {
  for (const Palette& palette : all_palettes()) {
    if (palette.kind != PaletteKind::Sequential) continue;
    CAPTURE(palette.name);
    CHECK(monotone(lightness(palette), 0, palette.colours.size()));
    const std::vector<double> values = lightness(palette);
    CHECK(std::abs(values.front() - values.back()) > 0.5);
  }
}

TEST_CASE("a diverging palette is lightest in the middle and balanced", "[rendering]") {
  for (const Palette& palette : all_palettes()) {
    if (palette.kind != PaletteKind::Diverging || palette.name == "topo") continue;
    CAPTURE(palette.name);
    const std::vector<double> values = lightness(palette);
    const std::size_t half = values.size() / 2;
    CHECK(monotone(values, 0, half));
    CHECK(monotone(values, half, values.size()));
    CHECK(values[half] > 0.9);
    CHECK(std::abs(values.front() - values.back()) < 0.12);
  }
}

TEST_CASE("a cyclic palette ends where it begins", "[rendering]") {
  const Palette& phase = *find_palette("phase");
  const Colour a = phase.colours.front(), b = phase.colours.back();
  CHECK(std::abs(a.red - b.red) + std::abs(a.green - b.green) + std::abs(a.blue - b.blue) < 12);
}

TEST_CASE("the first categories are far apart", "[rendering]") {
  const Palette few = with_colours(*find_palette("categories"), 12);
  for (std::size_t i = 0; i < few.colours.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      const Colour a = few.colours[i], b = few.colours[k];
      CAPTURE(i, k);
      CHECK(std::abs(a.red - b.red) + std::abs(a.green - b.green) + std::abs(a.blue - b.blue) > 40);
    }
  }
}

TEST_CASE("a name with -inv reverses, and unknown names are none", "[rendering]") {
  const Palette* thermal = find_palette("thermal");
  const Palette* reversed = find_palette("thermal-inv");
  REQUIRE(thermal != nullptr);
  REQUIRE(reversed != nullptr);
  CHECK((reversed->colours.front() == thermal->colours.back()));
  CHECK(find_palette("no-such") == nullptr);
  CHECK(find_palette("thermal-inv-inv") == nullptr);
}

TEST_CASE("with_colours keeps both ends", "[rendering]") {
  const Palette& thermal = *find_palette("thermal");
  const auto count = GENERATE(2u, 3u, 10u, 250u);
  const Palette few = with_colours(thermal, count);
  REQUIRE(few.colours.size() == count);
  CHECK((few.colours.front() == thermal.colours.front()));
  CHECK((few.colours.back() == thermal.colours.back()));
}
