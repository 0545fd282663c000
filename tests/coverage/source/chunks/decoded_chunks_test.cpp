#include "coverage/source/chunks/decoded_chunks.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/base/work.h"

using namespace gyre::coverage;

namespace {

constexpr std::size_t kChunk = 1000;

Bytes bytes_of(std::size_t number) { return {kChunk, static_cast<std::byte>(number)}; }

}  // namespace

TEST_CASE("chunks used last are kept, up to a limit", "[source]") {
  DecodedChunks chunks(10 * kChunk);
  std::size_t decoded = 0;
  const auto get = [&](std::size_t number) {
    return chunks.get({1, 2, number}, [&] {
      ++decoded;
      return bytes_of(number);
    });
  };
  for (std::size_t i = 0; i < 10; ++i) get(i);
  CHECK(decoded == 10);
  CHECK((*get(0))[0] == std::byte{0});
  CHECK(decoded == 10);
  get(10);  // 1 goes, not 0
  CHECK(chunks.find({1, 2, 0}));
  CHECK_FALSE(chunks.find({1, 2, 1}));
  CHECK_FALSE(chunks.find({2, 2, 0}));
  CHECK(chunks.figures().bytes == 10 * kChunk);
}

TEST_CASE("chunks too large to be kept, or of bulk work, are given all the same", "[source]") {
  DecodedChunks chunks(3 * kChunk);
  CHECK(chunks.get({1, 1, 1}, [] { return bytes_of(1); })->size() == kChunk);
  CHECK_FALSE(chunks.find({1, 1, 1}));
  DecodedChunks others(100 * kChunk);
  const WorkScope scope({{}, Priority::Bulk, nullptr});
  CHECK(others.get({1, 1, 1}, [] { return bytes_of(1); })->size() == kChunk);
  CHECK_FALSE(others.find({1, 1, 1}));
}

TEST_CASE("a chunk that many want is decoded once", "[source]") {
  DecodedChunks chunks(100 * kChunk);
  std::atomic<int> decoded = 0, right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < 50; ++i) {
        const auto chunk = chunks.get({1, 2, i}, [&] {
          ++decoded;
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
          return bytes_of(i);
        });
        right += (*chunk)[kChunk - 1] == static_cast<std::byte>(i) ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(decoded == 50);
  CHECK(right == 400);
}

TEST_CASE("who waits for a chunk hears why it cannot be decoded", "[source]") {
  DecodedChunks chunks(100 * kChunk);
  std::atomic<bool> begun = false, waiting = false;
  std::thread first([&] {
    CHECK_THROWS_WITH(chunks.get({1, 2, 3},
                                 [&]() -> Bytes {
                                   begun = true;
                                   while (!waiting) std::this_thread::yield();
                                   std::this_thread::sleep_for(std::chrono::milliseconds(20));
                                   throw std::runtime_error("damaged");
                                 }),
                      "damaged");
  });
  while (!begun) std::this_thread::yield();
  waiting = true;
  std::string heard;
  try {
    static_cast<void>(chunks.get({1, 2, 3}, [] { return bytes_of(3); }));
  } catch (const std::runtime_error& error) {
    heard = error.what();
  }
  first.join();
  // Either it waited, or it came when the first had ended already and decoded it itself.
  CHECK((heard.empty() || heard == "damaged"));
  CHECK(chunks.get({1, 2, 3}, [] { return bytes_of(3); })->size() == kChunk);
}

TEST_CASE("one client that goes away takes no other's chunk with it", "[source]") {
  DecodedChunks chunks(100 * kChunk);
  std::atomic<bool> begun = false;
  std::thread first([&] {
    CHECK_THROWS_AS(chunks.get({1, 2, 3},
                               [&]() -> Bytes {
                                 begun = true;
                                 std::this_thread::sleep_for(std::chrono::milliseconds(30));
                                 throw Error(ErrorKind::Aborted, "", "the client went away");
                               }),
                    Error);
  });
  while (!begun) std::this_thread::yield();
  CHECK(chunks.get({1, 2, 3}, [] { return bytes_of(3); })->size() == kChunk);
  first.join();
}

TEST_CASE("who waits for a chunk may give up", "[source]") {
  DecodedChunks chunks(100 * kChunk);
  std::atomic<bool> begun = false, end = false;
  std::thread first([&] {
    static_cast<void>(chunks.get({1, 2, 3}, [&] {
      begun = true;
      while (!end) std::this_thread::yield();
      return bytes_of(3);
    }));
  });
  while (!begun) std::this_thread::yield();
  const AbortToken abort;
  abort.cancel();
  {
    const WorkScope scope({abort, Priority::Interactive, nullptr});
    CHECK_THROWS_AS(chunks.get({1, 2, 3}, [] { return bytes_of(3); }), Error);
  }
  end = true;
  first.join();
}
