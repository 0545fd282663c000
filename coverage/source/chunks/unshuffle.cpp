#include "coverage/source/chunks/unshuffle.h"

#include <cstdint>
#include <cstring>

namespace gyre::coverage {
namespace {

// The loops are plain, so that the compiler makes the best of them for each kind of processor.
// (target_clones would do the same, but its resolvers run before a sanitizer is ready.)

template <typename Item>
[[gnu::always_inline]] inline void interleave(const std::uint8_t* from, std::size_t apart,
                                              std::size_t count, std::byte* into) {
  for (std::size_t i = 0; i < count; ++i) {
    Item item = 0;
    for (std::size_t b = 0; b < sizeof(Item); ++b) {
      item = static_cast<Item>(
          item | static_cast<Item>(static_cast<Item>(from[b * apart + i]) << (8 * b)));
    }
    std::memcpy(into + i * sizeof(Item), &item, sizeof(Item));
  }
}

/// Items of one of the usual sizes, whose bytes lie so far `apart`; false for others. For
/// little-endian machines.
[[gnu::always_inline]] inline bool interleave_usual(const std::uint8_t* from, std::size_t item,
                                                    std::size_t apart, std::size_t count,
                                                    std::byte* into) {
  switch (item) {
    case 2:
      interleave<std::uint16_t>(from, apart, count, into);
      return true;
    case 4:
      interleave<std::uint32_t>(from, apart, count, into);
      return true;
    case 8:
      interleave<std::uint64_t>(from, apart, count, into);
      return true;
    default:
      return false;
  }
}

using Interleave = bool (*)(const std::uint8_t* from, std::size_t item, std::size_t apart,
                            std::size_t count, std::byte* into);

bool portable(const std::uint8_t* from, std::size_t item, std::size_t apart, std::size_t count,
              std::byte* into) {
  return interleave_usual(from, item, apart, count, into);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] bool by_avx2(const std::uint8_t* from, std::size_t item, std::size_t apart,
                                     std::size_t count, std::byte* into) {
  return interleave_usual(from, item, apart, count, into);
}
const Interleave kInterleave = __builtin_cpu_supports("avx2") != 0 ? by_avx2 : portable;
#else
const Interleave kInterleave = portable;
#endif

}  // namespace

void unshuffle(std::span<const std::byte> shuffled, std::size_t item, std::span<std::byte> into) {
  const std::size_t whole = shuffled.size() / item * item;
  if (whole < shuffled.size()) {
    std::memcpy(into.data() + whole, shuffled.data() + whole, shuffled.size() - whole);
  }
  unshuffle_items(shuffled, item, 0, into.first(whole));
}

void unshuffle_items(std::span<const std::byte> shuffled, std::size_t item, std::size_t first,
                     std::span<std::byte> into) {
  if (into.empty()) return;
  const std::size_t apart = shuffled.size() / item, count = into.size() / item;
  if (item == 1) {
    std::memcpy(into.data(), shuffled.data() + first, count);
    return;
  }
  const auto* const from = reinterpret_cast<const std::uint8_t*>(shuffled.data()) + first;
  if (kInterleave(from, item, apart, count, into.data())) return;
  for (std::size_t b = 0; b < item; ++b) {
    for (std::size_t i = 0; i < count; ++i) {
      into[i * item + b] = static_cast<std::byte>(from[b * apart + i]);
    }
  }
}

}  // namespace gyre::coverage
