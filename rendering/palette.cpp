#include "rendering/palette.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <mutex>

#include "rendering/oklab.h"

namespace gyre::rendering {
namespace {

/// Smooth curve through evenly spaced knots (Catmull-Rom). @pre knots.size() >= 2, 0 <= t <= 1
double through(const std::vector<double>& knots, double t) {
  const double position = t * static_cast<double>(knots.size() - 1);
  const auto last = static_cast<std::ptrdiff_t>(knots.size()) - 1;
  const auto i = std::min(static_cast<std::ptrdiff_t>(position), last - 1);
  const double f = position - static_cast<double>(i);
  const auto knot = [&](std::ptrdiff_t k) {
    if (k < 0) return 2 * knots.front() - knots[1];
    if (k > last) return 2 * knots.back() - knots[static_cast<std::size_t>(last - 1)];
    return knots[static_cast<std::size_t>(k)];
  };
  const double p0 = knot(i - 1), p1 = knot(i), p2 = knot(i + 1), p3 = knot(i + 2);
  return p1 + f * ((p2 - p0) / 2 +
                   f * (p0 - 2.5 * p1 + 2 * p2 - 0.5 * p3 + f * (1.5 * (p1 - p2) + (p3 - p0) / 2)));
}

/// Lightness runs straight from `first` to `last`; chroma and hue curve through their knots.
struct Path {
  double first = 0, last = 1;
  std::vector<double> chromas, hues;
};

Lab at(const Path& path, double t) {
  const double lightness = path.first + (path.last - path.first) * t;
  return to_lab(
      into_gamut({lightness, std::max(0.0, through(path.chromas, t)), through(path.hues, t)}));
}

/// `count` colours along a path, equally far apart to the eye.
std::vector<Colour> walk(const Path& path, std::size_t count) {
  constexpr std::size_t kFine = 4000;
  std::vector<Lab> fine(kFine + 1);
  std::vector<double> length(kFine + 1, 0.0);
  for (std::size_t i = 0; i <= kFine; ++i) {
    fine[i] = at(path, static_cast<double>(i) / kFine);
    if (i > 0) length[i] = length[i - 1] + distance(fine[i - 1], fine[i]);
  }
  std::vector<Colour> colours;
  for (std::size_t k = 0; k < count; ++k) {
    const double wanted = length.back() * static_cast<double>(k) / static_cast<double>(count - 1);
    auto place = static_cast<std::size_t>(
        std::lower_bound(length.begin(), length.end() - 1, wanted) - length.begin());
    Colour colour = to_srgb(fine[place]);
    // Bytes are coarse in dark greens: on to the next colour there is, so that none comes twice.
    while (!colours.empty() && colour == colours.back() && place < kFine) {
      colour = to_srgb(fine[++place]);
    }
    colours.push_back(colour);
  }
  return colours;
}

/// Two arms that meet in one light neutral colour, mirrored in lightness.
std::vector<Colour> two_arms(const std::vector<double>& low_hues,
                             const std::vector<double>& high_hues, double chroma) {
  constexpr double kDark = 0.27, kLight = 0.965;
  const std::vector<double> chromas{0.57 * chroma, chroma, 0.67 * chroma, 0.004};
  std::vector<Colour> colours = walk({kDark, kLight, chromas, low_hues}, kMaxPaletteColours / 2);
  const std::vector<Colour> high =
      walk({kDark, kLight, chromas, high_hues}, kMaxPaletteColours / 2);
  colours.insert(colours.end(), high.rbegin(), high.rend());
  return colours;
}

/// Round the hues at one lightness and chroma, so that no direction stands out and 360 meets 0.
std::vector<Colour> cyclic() {
  std::vector<Colour> colours;
  for (std::size_t k = 0; k < kMaxPaletteColours; ++k) {
    const double hue = 20 + 360 * static_cast<double>(k) / kMaxPaletteColours;
    colours.push_back(to_srgb(to_lab(into_gamut({0.69, 0.11, hue}))));
  }
  return colours;
}

/// Sea below the middle, land above: the shore is the one step in lightness.
std::vector<Colour> topography() {
  std::vector<Colour> colours =
      walk({0.20, 0.88, {0.05, 0.12, 0.11, 0.05}, {275, 262, 235, 205}}, kMaxPaletteColours / 2);
  const std::vector<Colour> land =
      walk({0.48, 0.98, {0.11, 0.11, 0.09, 0.05, 0.004}, {145, 122, 92, 72, 70}},
           kMaxPaletteColours / 2);
  colours.insert(colours.end(), land.begin(), land.end());
  return colours;
}

/// One grey after the other: sRGB's own steps, since OKLab's would give some of them twice.
std::vector<Colour> greyscale() {
  std::vector<Colour> colours;
  for (std::size_t k = 0; k < kMaxPaletteColours; ++k) {
    const auto level = static_cast<std::uint8_t>(256 - kMaxPaletteColours + k);
    colours.push_back({level, level, level, 255});
  }
  return colours;
}

/// Hues by the golden angle with alternating lightness: any few first ones lie far apart.
std::vector<Colour> categorical() {
  constexpr double kGoldenAngle = 137.50776405;
  constexpr double kLightness[] = {0.62, 0.80, 0.48};
  std::vector<Colour> colours;
  for (std::size_t k = 0; k < kMaxPaletteColours; ++k) {
    const double hue = 250 + kGoldenAngle * static_cast<double>(k);
    colours.push_back(to_srgb(to_lab(into_gamut({kLightness[k % 3], 0.14, hue}))));
  }
  return colours;
}

/// How a palette is made, when it is first wanted: it takes about as long as a map to draw.
class Recipe {
 public:
  using Make = std::function<std::vector<Colour>()>;
  Recipe(std::string name, std::string title, PaletteKind kind, Make make)
      : palette_{std::move(name), std::move(title), kind, {}}, make_(std::move(make)) {}

  [[nodiscard]] const std::string& name() const { return palette_.name; }
  /// Thread-safe.
  [[nodiscard]] const Palette& made() {
    std::call_once(once_, [this] { palette_.colours = make_(); });
    return palette_;
  }

 private:
  Palette palette_;
  Make make_;
  std::once_flag once_;
};

constexpr std::string_view kReversed = "-inv";

/// In the order they are listed, each with its reverse behind it.
std::deque<Recipe> make_recipes() {
  std::deque<Recipe> recipes;
  const auto add = [&recipes](const char* name, const std::string& title, PaletteKind kind,
                              Recipe::Make make) {
    Recipe& straight = recipes.emplace_back(name, title, kind, std::move(make));
    recipes.emplace_back(std::string(name).append(kReversed), title + ", reversed", kind,
                         [&straight] {
                           const std::vector<Colour>& colours = straight.made().colours;
                           return std::vector<Colour>(colours.rbegin(), colours.rend());
                         });
  };
  const auto sequential = [&add](const char* name, const char* title, Path path) {
    add(name, title, PaletteKind::Sequential,
        [path = std::move(path)] { return walk(path, kMaxPaletteColours); });
  };
  const auto diverging = [&add](const char* name, const char* title, std::vector<double> low_hues,
                                std::vector<double> high_hues, double chroma) {
    add(name, title, PaletteKind::Diverging,
        [low = std::move(low_hues), high = std::move(high_hues), chroma] {
          return two_arms(low, high, chroma);
        });
  };
  sequential("thermal", "Temperature",
             {0.24, 0.95, {0.10, 0.16, 0.17, 0.16, 0.15}, {272, 305, 370, 415, 465}});
  sequential("haline", "Salinity",
             {0.20, 0.95, {0.10, 0.13, 0.10, 0.13, 0.10}, {278, 250, 195, 145, 108}});
  sequential("iris", "General purpose",
             {0.24, 0.92, {0.11, 0.13, 0.10, 0.15, 0.18}, {315, 278, 205, 150, 108}});
  sequential("deep", "Depth",
             {0.97, 0.22, {0.06, 0.09, 0.09, 0.11, 0.08}, {110, 170, 215, 262, 290}});
  sequential("ice", "Ice and snow",
             {0.16, 0.985, {0.03, 0.10, 0.09, 0.04, 0.008}, {275, 268, 245, 220, 210}});
  sequential("matter", "Matter",
             {0.965, 0.22, {0.06, 0.13, 0.15, 0.12, 0.06}, {95, 55, 22, -10, -40}});
  sequential("speed", "Speed",
             {0.97, 0.22, {0.05, 0.14, 0.13, 0.09, 0.04}, {108, 115, 140, 152, 170}});
  sequential("algae", "Algae and chlorophyll",
             {0.97, 0.23, {0.03, 0.10, 0.13, 0.09, 0.03}, {128, 140, 150, 158, 172}});
  sequential("oxygen", "Oxygen",
             {0.22, 0.95, {0.09, 0.10, 0.03, 0.05, 0.15}, {20, 40, 90, 105, 108}});
  sequential("dense", "Density and pressure",
             {0.965, 0.20, {0.02, 0.07, 0.12, 0.13, 0.05}, {205, 235, 275, 315, 340}});
  sequential("amplitude", "Amplitude",
             {0.965, 0.22, {0.015, 0.08, 0.15, 0.15, 0.06}, {70, 45, 30, 24, 12}});
  sequential("rain", "Rain and humidity",
             {0.965, 0.22, {0.03, 0.07, 0.09, 0.12, 0.06}, {75, 125, 200, 258, 285}});
  sequential("solar", "Radiation",
             {0.20, 0.96, {0.05, 0.12, 0.14, 0.15, 0.13}, {25, 35, 55, 80, 105}});
  sequential("turbid", "Turbidity",
             {0.965, 0.20, {0.06, 0.09, 0.09, 0.06, 0.02}, {100, 82, 65, 52, 45}});
  add("grey", "Greyscale", PaletteKind::Sequential, greyscale);
  diverging("balance", "Balance (diverging)", {275, 262, 250, 240}, {12, 25, 40, 50}, 0.15);
  diverging("delta", "Delta (diverging)", {278, 250, 225, 205}, {160, 140, 118, 105}, 0.115);
  diverging("curl", "Curl (diverging)", {215, 195, 180, 170}, {335, 355, 375, 390}, 0.105);
  diverging("tarn", "Dry and wet (diverging)", {55, 65, 75, 85}, {255, 225, 195, 180}, 0.10);
  add("topo", "Sea floor and land", PaletteKind::Diverging, topography);
  add("phase", "Phase (cyclic)", PaletteKind::Cyclic, cyclic);
  add("categories", "Categories", PaletteKind::Categorical, categorical);
  return recipes;
}

std::deque<Recipe>& recipes() {
  static std::deque<Recipe> all = make_recipes();
  return all;
}

}  // namespace

std::vector<std::string> palette_names() {
  std::vector<std::string> names;
  for (const Recipe& recipe : recipes()) {
    if (!recipe.name().ends_with(kReversed)) names.push_back(recipe.name());
  }
  return names;
}

const Palette* find_palette(std::string_view name) {
  for (Recipe& recipe : recipes()) {
    if (recipe.name() == name) return &recipe.made();
  }
  return nullptr;
}

Palette with_colours(const Palette& palette, std::size_t count) {
  Palette result = palette;
  if (count == palette.colours.size()) return result;
  result.colours.resize(count);
  const std::size_t have = palette.colours.size();
  for (std::size_t k = 0; k < count; ++k) {
    const double place =
        static_cast<double>(k) * static_cast<double>(have - 1) / static_cast<double>(count - 1);
    result.colours[k] = palette.kind == PaletteKind::Categorical
                            ? palette.colours[k % have]
                            : palette.colours[static_cast<std::size_t>(std::lround(place))];
  }
  return result;
}

}  // namespace gyre::rendering
