#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"
#include "rendering/colour.h"

namespace gyre::rendering {

enum class PaletteKind : std::uint8_t { Sequential, Diverging, Cyclic, Categorical };

/// A named row of colours. Made by formula in a perceptually uniform space, not copied tables.
struct Palette {
  std::string name;
  std::string title;
  PaletteKind kind = PaletteKind::Sequential;
  std::vector<Colour> colours;  ///< 2 .. 250
};

inline constexpr std::size_t kMaxPaletteColours = 250;

/// Of every palette there is, in the order they are listed; reversed ones left out.
[[nodiscard]] GYRE_API std::vector<std::string> palette_names();
/// By name, "-inv" reverses; nullptr: there is none. It is made when it is first asked for.
/// Thread-safe.
[[nodiscard]] GYRE_API const Palette* find_palette(std::string_view name);
/// The same palette in `count` colours, first and last kept; categorical ones give their first
/// `count`, repeated when there are fewer. @pre 2 <= count <= kMaxPaletteColours
[[nodiscard]] GYRE_API Palette with_colours(const Palette& palette, std::size_t count);

}  // namespace gyre::rendering
