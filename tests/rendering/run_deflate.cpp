#include "rendering/run_deflate.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <libdeflate.h>

using namespace gyre::rendering;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// What libdeflate makes of a stream of deflate that is so long.
Bytes inflated(const std::string& stream, std::size_t size) {
  Bytes bytes(size + 1);
  libdeflate_decompressor* const reader = libdeflate_alloc_decompressor();
  std::size_t read = 0;
  const libdeflate_result result = libdeflate_deflate_decompress(
      reader, stream.data(), stream.size(), bytes.data(), bytes.size(), &read);
  libdeflate_free_decompressor(reader);
  CHECK(result == LIBDEFLATE_SUCCESS);
  bytes.resize(read);
  return bytes;
}

/// Runs of all lengths of `values` values, some more frequent than others, or no runs at all.
Bytes made(std::size_t size, unsigned values, unsigned longest, std::mt19937& random) {
  Bytes bytes;
  while (bytes.size() < size) {
    const auto value = static_cast<std::uint8_t>(std::min(random() % values, random() % values));
    const std::size_t run = 1 + random() % longest;
    for (std::size_t i = 0; i < run && bytes.size() < size; ++i) bytes.push_back(value);
  }
  return bytes;
}

}  // namespace

TEST_CASE("what was deflated is inflated to the same bytes", "[rendering][run_deflate]") {
  std::mt19937 random(11);
  for (const std::size_t size : {0, 1, 2, 7, 8, 9, 300, 5000, 131072, 131073, 400000}) {
    for (const unsigned values : {1, 2, 3, 40, 256}) {
      for (const unsigned longest : {1, 9, 300, 2000}) {
        CAPTURE(size, values, longest);
        const Bytes bytes = made(size, values, longest, random);
        std::string stream;
        deflate_runs(bytes, true, stream);
        CHECK(inflated(stream, size) == bytes);
      }
    }
  }
}

TEST_CASE("runs of every length", "[rendering][run_deflate]") {
  for (std::size_t run = 1; run < 1100; ++run) {
    Bytes bytes(run + 1, 3);
    bytes.push_back(9);
    std::string stream;
    deflate_runs(bytes, true, stream);
    REQUIRE(inflated(stream, bytes.size()) == bytes);
  }
}

TEST_CASE("symbols of very unlike frequency have codes that are not too long",
          "[rendering][run_deflate]") {
  Bytes bytes;  // as often as Fibonacci's numbers: the longest codes there can be
  std::size_t before = 1, count = 1;
  for (std::uint8_t symbol = 0; symbol < 24; ++symbol) {
    for (std::size_t i = 0; i < count; ++i)
      bytes.push_back(static_cast<std::uint8_t>(symbol * 2 + i % 2));
    const std::size_t next = before + count;
    before = count;
    count = next;
  }
  std::string stream;
  deflate_runs(bytes, true, stream);
  CHECK(inflated(stream, bytes.size()) == bytes);
}

TEST_CASE("parts that were deflated apart make one stream", "[rendering][run_deflate]") {
  std::mt19937 random(5);
  Bytes all;
  std::string stream;
  for (int part = 0; part < 9; ++part) {
    const Bytes bytes = made(random() % 3000, 1 + static_cast<unsigned>(random() % 30), 20, random);
    deflate_runs(bytes, false, stream);
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  deflate_runs({}, true, stream);
  CHECK(inflated(stream, all.size()) == all);
}
