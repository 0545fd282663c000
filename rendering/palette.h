#pragma once

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

/// Every palette there is, in the order they are listed.
[[nodiscard]] GYRE_API const std::vector<Palette>& palettes();
/// By name, "-inv" reverses; nullptr-like: absent.
[[nodiscard]] GYRE_API const Palette* find_palette(std::string_view name);

}  // namespace gyre::rendering
