#include "coverage/source/chunks/shuffle.h"

#include <cstdint>
#include <cstring>

namespace gyre::coverage {
namespace {

// Plain loops, for the reasons told in unshuffle.cpp.

template <typename Item>
[[gnu::always_inline]] inline void separate(const std::byte* __restrict from, std::size_t count,
                                            std::uint8_t* __restrict into) {
  for (std::size_t i = 0; i < count; ++i) {
    Item item = 0;
    std::memcpy(&item, from + i * sizeof(Item), sizeof(Item));
    for (std::size_t b = 0; b < sizeof(Item); ++b) {
      into[b * count + i] = static_cast<std::uint8_t>(item >> (8 * b));
    }
  }
}

/// Items of one of the usual sizes; false for others. For little-endian machines.
[[gnu::always_inline]] inline bool separate_usual(const std::byte* from, std::size_t item,
                                                  std::size_t count, std::uint8_t* into) {
  switch (item) {
    case 2:
      separate<std::uint16_t>(from, count, into);
      return true;
    case 4:
      separate<std::uint32_t>(from, count, into);
      return true;
    case 8:
      separate<std::uint64_t>(from, count, into);
      return true;
    default:
      return false;
  }
}

using Separate = bool (*)(const std::byte* from, std::size_t item, std::size_t count,
                          std::uint8_t* into);

bool portable(const std::byte* from, std::size_t item, std::size_t count, std::uint8_t* into) {
  return separate_usual(from, item, count, into);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] bool by_avx2(const std::byte* from, std::size_t item, std::size_t count,
                                     std::uint8_t* into) {
  return separate_usual(from, item, count, into);
}
const Separate kSeparate = __builtin_cpu_supports("avx2") != 0 ? by_avx2 : portable;
#else
const Separate kSeparate = portable;
#endif

}  // namespace

void shuffle(std::span<const std::byte> items, std::size_t item, std::span<std::byte> into) {
  if (items.empty()) return;
  const std::size_t count = items.size() / item, whole = count * item;
  std::memcpy(into.data() + whole, items.data() + whole, items.size() - whole);
  if (item == 1) {
    std::memcpy(into.data(), items.data(), whole);
    return;
  }
  if (kSeparate(items.data(), item, count, reinterpret_cast<std::uint8_t*>(into.data()))) return;
  for (std::size_t b = 0; b < item; ++b) {
    for (std::size_t i = 0; i < count; ++i) into[b * count + i] = items[i * item + b];
  }
}

}  // namespace gyre::coverage
