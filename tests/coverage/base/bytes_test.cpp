#include "coverage/base/bytes.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

using namespace gyre::coverage;

TEST_CASE("small blocks of bytes begin as zeros", "[base]") {
  for (const std::size_t size : {1, 8, 4000, 16383}) {
    const Bytes bytes(size);
    CHECK(std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{}; }));
  }
}

TEST_CASE("what is said of a byte is so, whatever the size", "[base]") {
  const Bytes bytes(100'000, std::byte{7});
  CHECK(std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{7}; }));
  Bytes copy(bytes);
  copy.resize(200'000, std::byte{8});
  CHECK(copy[99'999] == std::byte{7});
  CHECK(copy[100'000] == std::byte{8});
  CHECK(Bytes(copy.begin() + 5, copy.end()).size() == 199'995);
}

TEST_CASE("slabs are counted, kept for the next and given back", "[base]") {
  SlabPool pool;
  constexpr std::size_t kSize = 3'000'001;
  void* const first = pool.take(kSize);
  CHECK(reinterpret_cast<std::uintptr_t>(first) % 64 == 0);
  CHECK(pool.figures().used >= kSize);
  CHECK(pool.figures().used <= kSize + kSize / 8);
  pool.give(first, kSize);
  CHECK(pool.figures().used == 0);
#if !defined(__SANITIZE_ADDRESS__)
  CHECK(pool.figures().idle >= kSize);
  void* const again = pool.take(kSize - 1000);  // of the same size, rounded
  CHECK(again == first);
  CHECK(pool.figures().idle == 0);
  pool.give(again, kSize - 1000);
#endif
  pool.keep_idle(1'000'000);
  CHECK(pool.figures().idle == 0);
  CHECK_THROWS_AS(pool.take(std::size_t{1} << 63), std::bad_alloc);
  CHECK(pool.figures().used == 0);
}

TEST_CASE("threads take and give slabs, each its own", "[base]") {
  SlabPool pool;
  pool.keep_idle(std::size_t{2} << 20);
  std::atomic<int> shared = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const auto mark = static_cast<unsigned char>(t + 1);
      for (std::size_t i = 0; i < 400; ++i) {
        const std::size_t size = (std::size_t{16} << 10) << (i * 7 % 8);
        auto* const slab = static_cast<unsigned char*>(pool.take(size));
        std::memset(slab, mark, size);
        std::this_thread::yield();
        if (slab[0] != mark || slab[size / 2] != mark || slab[size - 1] != mark) ++shared;
        pool.give(slab, size);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(shared == 0);
  CHECK(pool.figures().used == 0);
  CHECK(pool.figures().idle <= std::size_t{2} << 20);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
namespace {

/// Bytes of memory that this process holds.
std::size_t held() {
  std::size_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * 4096;
}

}  // namespace

TEST_CASE("slabs that are no longer kept hold no memory, whatever lies between them", "[base]") {
  const std::size_t size = GENERATE(std::size_t{16} << 10, 80'000, 1'000'000, 4'300'000, 5'000'000);
  const std::size_t count = (std::size_t{40} << 20) / size;
  CAPTURE(size);
  SlabPool pool;
  pool.keep_idle(0);
  const std::size_t before = held();
  std::vector<void*> slabs;
  for (std::size_t i = 0; i < count; ++i) {
    slabs.push_back(pool.take(size));
    std::memset(slabs.back(), 1, size);
  }
  CHECK(held() > before + count * size * 9 / 10);
  CHECK(held() < before + count * size * 9 / 8);  // what is asked for, not what it is rounded to
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 8 != 0) pool.give(slabs[i], size);
  }
  CHECK(held() < before + count * size / 4);
  for (std::size_t i = 0; i < count; ++i) {  // places are used again
    if (i % 8 != 0) slabs[i] = pool.take(size);
  }
  std::sort(slabs.begin(), slabs.end());
  CHECK(std::adjacent_find(slabs.begin(), slabs.end()) == slabs.end());
  for (void* const slab : slabs) pool.give(slab, size);
  CHECK(pool.figures().used == 0);
}
#endif
