#include "coverage/source/chunks/bitunshuffle.h"

#include <random>

#include <catch2/catch.hpp>

using namespace gyre::coverage;

TEST_CASE("bits are put back where they were before they were shuffled", "[source]") {
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same each time
  Bytes room;
  for (const std::size_t item : {1, 2, 3, 4, 8, 16}) {
    for (const std::size_t count : {0, 8, 16, 24, 256, 1000, 4096}) {
      Bytes items(count * item), shuffled(count * item, std::byte{0}), back(count * item);
      for (std::byte& one : items) one = static_cast<std::byte>(random());
      for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t bit = 0; bit < 8 * item; ++bit) {
          const bool set = (items[i * item + bit / 8] >> (bit % 8) & std::byte{1}) != std::byte{0};
          if (set) shuffled[bit * count / 8 + i / 8] |= static_cast<std::byte>(1U << (i % 8));
        }
      }
      bitunshuffle(shuffled, item, room, back);
      CAPTURE(item, count);
      CHECK(back == items);
    }
  }
}
