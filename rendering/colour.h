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

/// "0xRRGGBB", "#RRGGBB", "0xAARRGGBB", "transparent" and CSS's basic names.
[[nodiscard]] GYRE_API std::optional<Colour> parse_colour(std::string_view text);

}  // namespace gyre::rendering
