#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "coverage/base/export.h"

namespace gyre::rendering {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0, alpha = 255;
  bool operator==(const Colour&) const = default;
};

inline constexpr Colour kTransparent{0, 0, 0, 0};
inline constexpr Colour kWhite{255, 255, 255, 255};

/// "0xRRGGBB", "#RRGGBB", "0xAARRGGBB", "transparent" and CSS's basic names.
[[nodiscard]] GYRE_API std::optional<Colour> parse_colour(std::string_view text);
/// "#RRGGBB", opacity left out.
[[nodiscard]] GYRE_API std::string hex(const Colour& colour);

}  // namespace gyre::rendering
