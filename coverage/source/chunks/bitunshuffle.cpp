#include "coverage/source/chunks/bitunshuffle.h"

#include <cstdint>
#include <cstring>

#include "coverage/source/chunks/unshuffle.h"

namespace gyre::coverage {
namespace {

// Plain loops, for the reasons told in unshuffle.cpp. For little-endian machines.

/// The matrix of 8 x 8 bits of a word, its rows for its columns (Warren, Hacker's Delight, 7-3).
[[gnu::always_inline]] inline std::uint64_t transposed(std::uint64_t x) {
  std::uint64_t swapped = (x ^ (x >> 7)) & 0x00aa00aa00aa00aaU;
  x ^= swapped ^ (swapped << 7);
  swapped = (x ^ (x >> 14)) & 0x0000cccc0000ccccU;
  x ^= swapped ^ (swapped << 14);
  swapped = (x ^ (x >> 28)) & 0x00000000f0f0f0f0U;
  return x ^ swapped ^ (swapped << 28);
}

/// Eight rows of bits, `count` bytes each, become 8 * count bytes.
[[gnu::always_inline]] inline void join_rows(const std::uint8_t* __restrict rows, std::size_t count,
                                             std::byte* __restrict into) {
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t word = 0;
    for (std::size_t k = 0; k < 8; ++k) {
      word |= static_cast<std::uint64_t>(rows[k * count + i]) << (8 * k);
    }
    word = transposed(word);
    std::memcpy(into + 8 * i, &word, sizeof(word));
  }
}

using JoinRows = void (*)(const std::uint8_t* rows, std::size_t count, std::byte* into);

void portable(const std::uint8_t* rows, std::size_t count, std::byte* into) {
  join_rows(rows, count, into);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void by_avx2(const std::uint8_t* rows, std::size_t count, std::byte* into) {
  join_rows(rows, count, into);
}
const JoinRows kJoinRows = __builtin_cpu_supports("avx2") != 0 ? by_avx2 : portable;
#else
const JoinRows kJoinRows = portable;
#endif

}  // namespace

void bitunshuffle(std::span<const std::byte> shuffled, std::size_t item, Bytes& room,
                  std::span<std::byte> into) {
  const std::size_t count = shuffled.size() / item;  // bytes of eight rows of bits
  if (item > 1 && room.size() < shuffled.size()) room = Bytes(shuffled.size());
  std::byte* const planes = item > 1 ? room.data() : into.data();
  for (std::size_t b = 0; b < item; ++b) {
    kJoinRows(reinterpret_cast<const std::uint8_t*>(shuffled.data()) + b * count, count / 8,
              planes + b * count);
  }
  if (item > 1) unshuffle({planes, shuffled.size()}, item, into);
}

}  // namespace gyre::coverage
