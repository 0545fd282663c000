#include "services/http/entity_tag.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

#include "services/http/text.h"

namespace gyre::http {
namespace {

/// 64 bits of a text, eight bytes at a time; equal texts are equal, others differ but by chance.
std::uint64_t hash(std::string_view text, std::uint64_t seed) {
  constexpr std::uint64_t kPrime = 0x9E3779B97F4A7C15ull;
  std::uint64_t state = seed ^ (text.size() * kPrime);
  while (!text.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = std::min<std::size_t>(text.size(), sizeof word);
    std::memcpy(&word, text.data(), size);
    text.remove_prefix(size);
    state = std::rotl((state ^ word) * kPrime, 29) + kPrime;
    state ^= state >> 32;
  }
  return state;
}

}  // namespace

std::string strong_tag(std::string_view bytes) {
  return fmt::format("\"{:016x}{:016x}\"", hash(bytes, 1), hash(bytes, 2));
}

bool names_tag(std::string_view if_none_match, std::string_view tag) {
  for (std::string item : split_list(if_none_match)) {
    if (item.starts_with("W/")) item.erase(0, 2);
    if (item == tag || item == "*") return true;
  }
  return false;
}

}  // namespace gyre::http
