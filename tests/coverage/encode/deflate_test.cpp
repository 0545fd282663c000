#include "coverage/encode/deflate.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <libdeflate.h>

#include "coverage/base/error.h"

using namespace gyre::coverage;

namespace {

/// By another library, which checks the checksum too.
Bytes inflated(const Bytes& stream, std::size_t size) {
  const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> state(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  Bytes bytes(size + 1);  // one more than there should be
  std::size_t got = 0;
  REQUIRE(libdeflate_zlib_decompress(state.get(), stream.data(), stream.size(), bytes.data(),
                                     bytes.size(), &got) == LIBDEFLATE_SUCCESS);
  bytes.resize(got);
  return bytes;
}

}  // namespace

TEST_CASE("what is deflated is what another library inflates", "[encode]") {
  std::mt19937 random(3);
  // Bytes that cannot be made smaller, alike ones, few different ones, and runs of noise.
  const auto byte = GENERATE(0, 1, 2, 3);
  for (const std::size_t size : {0, 1, 2, 7, 31, 4096, 65535, 65536, 200'000, 3'000'000}) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) {
      const auto any = static_cast<unsigned>(random());
      bytes[i] = static_cast<std::byte>(byte == 0   ? any
                                        : byte == 1 ? 7
                                        : byte == 2 ? any % 3
                                                    : (i / 5000 % 2 == 0 ? any : i / 100));
    }
    const Bytes stream = deflated(bytes);
    CHECK(inflated(stream, size) == bytes);
    CHECK(stream.size() <= size + size / 4096 + 32);
    CHECK(deflated(bytes) == stream);  // whatever its working memory held before
  }
}

TEST_CASE("what is too large for a chunk of HDF5 is refused before it is looked at", "[encode]") {
  const std::byte none{};
  CHECK_THROWS_AS(deflated({&none, std::size_t{1} << 32U}), Error);
}

TEST_CASE("the same bytes are deflated alike on every thread", "[encode]") {
  std::mt19937 random(4);
  for (const std::size_t size : {32, 64, 300, 1000, 20'000}) {
    Bytes bytes(size);
    for (std::byte& one : bytes) one = static_cast<std::byte>(random() % 3);
    for (std::size_t i = 5; i + 8 < size; i += 97) std::copy_n(&bytes[2], 7, &bytes[i]);
    const Bytes expected = deflated(bytes);
    // Each has its stack elsewhere.
    constexpr int kThreads = 300;
    std::atomic<int> alike = 0;
    std::mutex gate;
    std::unique_lock closed(gate);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        { const std::lock_guard all_there(gate); }
        if (deflated(bytes) == expected) ++alike;
      });
    }
    closed.unlock();
    for (std::thread& thread : threads) thread.join();
    CHECK(alike == kThreads);
  }
}
