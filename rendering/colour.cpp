#include "rendering/colour.h"

#include <array>
#include <cctype>
#include <charconv>

namespace gyre::rendering {
namespace {

struct Named {
  std::string_view name;
  Colour colour;
};

// CSS Color Module Level 4, the sixteen basic names, with orange.
constexpr std::array kNames{
    Named{"black", {0, 0, 0}},          Named{"silver", {192, 192, 192}},
    Named{"gray", {128, 128, 128}},     Named{"grey", {128, 128, 128}},
    Named{"white", {255, 255, 255}},    Named{"maroon", {128, 0, 0}},
    Named{"red", {255, 0, 0}},          Named{"purple", {128, 0, 128}},
    Named{"fuchsia", {255, 0, 255}},    Named{"magenta", {255, 0, 255}},
    Named{"green", {0, 128, 0}},        Named{"lime", {0, 255, 0}},
    Named{"olive", {128, 128, 0}},      Named{"yellow", {255, 255, 0}},
    Named{"orange", {255, 165, 0}},     Named{"navy", {0, 0, 128}},
    Named{"blue", {0, 0, 255}},         Named{"teal", {0, 128, 128}},
    Named{"aqua", {0, 255, 255}},       Named{"cyan", {0, 255, 255}},
    Named{"transparent", {0, 0, 0, 0}},
};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

}  // namespace

std::optional<Colour> parse_colour(std::string_view text) {
  const std::string lower = lower_case(text);
  for (const Named& named : kNames) {
    if (named.name == lower) return named.colour;
  }
  std::string_view digits = lower;
  if (digits.starts_with("0x")) {
    digits.remove_prefix(2);
  } else if (digits.starts_with('#')) {
    digits.remove_prefix(1);
  } else {
    return std::nullopt;
  }
  if (digits.size() != 6 && digits.size() != 8) return std::nullopt;
  std::uint32_t number = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  const auto byte = [number](int shift) { return static_cast<std::uint8_t>(number >> shift); };
  return Colour{byte(16), byte(8), byte(0),
                digits.size() == 8 ? byte(24) : static_cast<std::uint8_t>(255)};
}

std::string hex(const Colour& colour) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text = "#";
  for (const std::uint8_t part : {colour.red, colour.green, colour.blue}) {
    text += kDigits[part >> 4];
    text += kDigits[part & 15];
  }
  return text;
}

}  // namespace gyre::rendering
