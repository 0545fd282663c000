#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "rendering/quantity.h"
#include "rendering/style.h"

namespace gyre::rendering {
namespace {

// What is listed beside the suited palette; find_style() knows all the others too.
constexpr std::array<std::string_view, 6> kSequentialChoice{"iris",  "thermal", "deep",
                                                            "speed", "balance", "grey"};
constexpr std::array<std::string_view, 6> kDivergingChoice{"balance", "delta", "curl",
                                                           "tarn",    "iris",  "grey"};
constexpr std::array<std::string_view, 2> kCyclicChoice{"phase", "phase-inv"};
constexpr std::array<std::string_view, 1> kCategoricalChoice{"categories"};

/// Flags are categories when every one has a value of its own and none is a bit among others.
bool is_categorical(const coverage::Field& field) {
  std::set<std::int64_t> values;
  for (const coverage::Flag& flag : field.flags) {
    if (!flag.value || flag.mask || !values.insert(*flag.value).second) return false;
  }
  return values.size() >= 2 && values.size() <= kMaxPaletteColours;
}

std::string with_blanks(std::string words) {
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

Style categorical_style(const coverage::Field& field, const Palette& palette) {
  Style style;
  for (const coverage::Flag& flag : field.flags) {
    // Flag values are in the storage type; physical values are what is drawn.
    style.categories.push_back(static_cast<double>(*flag.value) * field.packing.scale +
                               field.packing.offset);
    style.labels.push_back(with_blanks(flag.meaning));
  }
  style.palette = with_colours(palette, style.categories.size());
  const auto [low, high] = std::minmax_element(style.categories.begin(), style.categories.end());
  style.low = *low;
  style.high = *high;
  return style;
}

std::pair<double, double> found_range(const coverage::Coverage& coverage, std::size_t field) {
  std::pair<double, double> range{0, 1};
  if (field < coverage.colour_ranges.size()) range = coverage.colour_ranges[field];
  if (!std::isfinite(range.first) || !std::isfinite(range.second)) return {0, 1};
  if (range.first > range.second) std::swap(range.first, range.second);
  if (range.first == range.second) range.second = range.first + 1;
  return range;
}

std::pair<double, double> suited_range(const coverage::Field& field, const Suited& suited,
                                       std::pair<double, double> found) {
  switch (suited.range) {
    case RangeKind::FullCircle: {
      const double turn = full_circle(field);
      return found.first < 0 ? std::pair(-turn / 2, turn / 2) : std::pair(0.0, turn);
    }
    case RangeKind::Symmetric: {
      const double reach = std::max(std::abs(found.first), std::abs(found.second));
      return {-reach, reach};
    }
    case RangeKind::AsFound:
      break;
  }
  return found;
}

Style default_style(const coverage::Coverage& coverage, std::size_t field_index) {
  const coverage::Field& field = coverage.fields.at(field_index);
  Style style;
  if (is_categorical(field)) {
    style = categorical_style(field, *find_palette("categories"));
    style.name = "default/categories";
  } else {
    const std::pair<double, double> found = found_range(coverage, field_index);
    const Suited suited = suited_to(field, found.first, found.second);
    style.palette = *find_palette(suited.palette);
    std::tie(style.low, style.high) = suited_range(field, suited, found);
    style.name = "default/" + style.palette.name;
  }
  style.title = style.palette.title;
  return style;
}

/// The vector that a field is the speed of; null: of none.
const coverage::Coverage::Vector* vector_of(const coverage::Coverage& coverage, std::size_t field) {
  const auto found =
      std::find_if(coverage.vectors.begin(), coverage.vectors.end(),
                   [&](const coverage::Coverage::Vector& one) { return one.speed == field; });
  return found == coverage.vectors.end() ? nullptr : &*found;
}

Style with_arrows(Style style) {
  style.name = "arrows/" + style.palette.name;
  style.title += " with arrows";
  style.arrows = true;
  return style;
}

Style recoloured(Style style, const Palette& palette) {
  style.name = "default/" + palette.name;
  style.title = palette.title;
  style.palette =
      style.categories.empty() ? palette : with_colours(palette, style.categories.size());
  return style;
}

std::span<const std::string_view> choice_for(const Style& style) {
  switch (style.palette.kind) {
    case PaletteKind::Cyclic:
      return kCyclicChoice;
    case PaletteKind::Categorical:
      return kCategoricalChoice;
    case PaletteKind::Diverging:
      return kDivergingChoice;
    case PaletteKind::Sequential:
      break;
  }
  return kSequentialChoice;
}

}  // namespace

std::vector<Style> styles_for(const coverage::Coverage& coverage, std::size_t field) {
  const Style suited = default_style(coverage, field);
  std::vector<Style> styles{suited, suited};
  styles.front().name = "default";
  for (const std::string_view name : choice_for(suited)) {
    if ("default/" + std::string(name) == suited.name) continue;
    styles.push_back(recoloured(suited, *find_palette(name)));
  }
  if (vector_of(coverage, field) != nullptr) {
    const std::vector<Style> plain(styles.begin() + 1, styles.end());
    std::transform(plain.begin(), plain.end(), std::back_inserter(styles), with_arrows);
  }
  return styles;
}

std::optional<Style> find_style(const coverage::Coverage& coverage, std::size_t field,
                                std::string_view name) {
  Style style = default_style(coverage, field);
  bool arrows = false;
  if (const std::size_t slash = name.find('/'); slash != std::string_view::npos) {
    const std::string_view family = name.substr(0, slash);
    constexpr std::array<std::string_view, 4> kFamilies{"default", "default-scalar", "raster",
                                                        "boxfill"};
    arrows = family == "arrows" && vector_of(coverage, field) != nullptr;
    if (!arrows && std::find(kFamilies.begin(), kFamilies.end(), family) == kFamilies.end()) {
      return std::nullopt;
    }
    name.remove_prefix(slash + 1);
  }
  if (name.empty() || name == "default") {
    if (arrows) return with_arrows(std::move(style));
    style.name = "default";
    return style;
  }
  const Palette* palette = find_palette(name);
  if (palette == nullptr) return std::nullopt;
  style = recoloured(std::move(style), *palette);
  return arrows ? with_arrows(std::move(style)) : style;
}

}  // namespace gyre::rendering
