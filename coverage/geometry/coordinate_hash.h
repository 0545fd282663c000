#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace gyre::coverage::geometry {

/// 128 bits over numbers and text, in the order they are added. No defence against forgery.
class CoordinateHash {
 public:
  template <typename Doubles>
  requires std::same_as<typename Doubles::value_type, double>
  void add(const Doubles& numbers) {
    word(numbers.size());
    for (const double number : numbers) word(std::bit_cast<std::uint64_t>(number));
  }
  void add(const std::vector<std::uint32_t>& numbers) {
    word(numbers.size());
    for (const std::uint32_t number : numbers) word(number);
  }
  void add(std::string_view text) {
    word(text.size());
    for (const char c : text) word(static_cast<unsigned char>(c));
  }
  void add(std::span<const std::byte> bytes) {
    word(bytes.size());
    while (!bytes.empty()) {
      std::uint64_t bits = 0;
      const std::size_t some = std::min(bytes.size(), sizeof bits);
      std::memcpy(&bits, bytes.data(), some);
      word(bits);
      bytes = bytes.subspan(some);
    }
  }
  /// 32 hex digits.
  [[nodiscard]] std::string text() const { return fmt::format("{:016x}{:016x}", one_, two_); }

 private:
  static std::uint64_t mixed(std::uint64_t hash, std::uint64_t bits) {
    hash = (hash ^ bits) * 0x9E3779B97F4A7C15ULL;
    return std::rotl(hash, 29) ^ (hash >> 32U);
  }
  void word(std::uint64_t bits) {
    one_ = mixed(one_, bits);
    two_ = mixed(two_, std::rotl(bits, 17) + one_);
  }

  std::uint64_t one_ = 0x6A09E667F3BCC908ULL, two_ = 0xBB67AE8584CAA73BULL;
};

}  // namespace gyre::coverage::geometry
