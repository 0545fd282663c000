#include "coverage/source/chunks/unshuffle.h"

#include <algorithm>
#include <random>
#include <vector>

#include <catch2/catch.hpp>

#include "coverage/source/chunks/shuffle.h"

using namespace gyre::coverage;

TEST_CASE("bytes are put back where they were before they were shuffled", "[source]") {
  std::mt19937 random(1);
  for (const std::size_t item : {1, 2, 3, 4, 8, 16}) {
    for (const std::size_t size : {0, 1, 5, 16, 63, 1000, 4099}) {
      std::vector<std::byte> items(size), shuffled(size), back(size);
      for (std::byte& one : items) one = static_cast<std::byte>(random());
      const std::size_t count = size / item;
      shuffled = items;
      for (std::size_t i = 0; i < count * item; ++i) {
        shuffled[i % item * count + i / item] = items[i];
      }
      unshuffle(shuffled, item, back);
      CAPTURE(item, size);
      CHECK(back == items);
      std::vector<std::byte> some(count / 2 * item);
      unshuffle_items(shuffled, item, count / 4, some);
      CHECK(std::equal(some.begin(), some.end(),
                       items.begin() + static_cast<std::ptrdiff_t>(count / 4 * item)));
      shuffle(items, item, back);
      CHECK(back == shuffled);
    }
  }
}
