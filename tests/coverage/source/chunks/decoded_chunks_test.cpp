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

/// Of a chunk that is one plane.
DecodedChunks::Plane get(DecodedChunks& chunks, const ChunkKey& key,
                         const std::function<Bytes()>& decode) {
  const auto make = [&]() -> PlaneMaker {
    const auto bytes = std::make_shared<Bytes>(decode());
    return [bytes](std::size_t) { return *bytes; };
  };
  return chunks.get(key, 1, {0}, make).front();
}

bool has(DecodedChunks& chunks, const ChunkKey& key) { return !chunks.find(key, {0}).empty(); }

}  // namespace

TEST_CASE("chunks used last are kept, up to a limit", "[source]") {
  DecodedChunks chunks(10 * kChunk);
  std::size_t decoded = 0;
  const auto take = [&](std::size_t number) {
    return get(chunks, {1, 2, number}, [&] {
      ++decoded;
      return bytes_of(number);
    });
  };
  for (std::size_t i = 0; i < 10; ++i) take(i);
  CHECK(decoded == 10);
  CHECK((*take(0))[0] == std::byte{0});
  CHECK(decoded == 10);
  take(10);  // 1 goes, not 0
  CHECK(has(chunks, {1, 2, 0}));
  CHECK_FALSE(has(chunks, {1, 2, 1}));
  CHECK_FALSE(has(chunks, {2, 2, 0}));
  CHECK(chunks.figures().bytes == 10 * kChunk);
}

TEST_CASE("chunks too large to be kept, or of bulk work, are given all the same", "[source]") {
  DecodedChunks chunks(3 * kChunk);
  CHECK(get(chunks, {1, 1, 1}, [] { return bytes_of(1); })->size() == kChunk);
  CHECK_FALSE(has(chunks, {1, 1, 1}));
  DecodedChunks others(100 * kChunk);
  const WorkScope scope({{}, Priority::Bulk, nullptr});
  CHECK(get(others, {1, 1, 1}, [] { return bytes_of(1); })->size() == kChunk);
  CHECK_FALSE(has(others, {1, 1, 1}));
}

TEST_CASE("a chunk that many want is decoded once", "[source]") {
  DecodedChunks chunks(100 * kChunk);
  std::atomic<int> decoded = 0, right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < 50; ++i) {
        const auto chunk = get(chunks, {1, 2, i}, [&] {
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
    CHECK_THROWS_WITH(get(chunks, {1, 2, 3},
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
    static_cast<void>(get(chunks, {1, 2, 3}, [] { return bytes_of(3); }));
  } catch (const std::runtime_error& error) {
    heard = error.what();
  }
  first.join();
  // Either it waited, or it came when the first had ended already and decoded it itself.
  CHECK((heard.empty() || heard == "damaged"));
  CHECK(get(chunks, {1, 2, 3}, [] { return bytes_of(3); })->size() == kChunk);
}

TEST_CASE("one client that goes away takes no other's chunk with it", "[source]") {
  DecodedChunks chunks(100 * kChunk);
  std::atomic<bool> begun = false;
  std::thread first([&] {
    CHECK_THROWS_AS(get(chunks, {1, 2, 3},
                        [&]() -> Bytes {
                          begun = true;
                          std::this_thread::sleep_for(std::chrono::milliseconds(30));
                          throw Error(ErrorKind::Aborted, "", "the client went away");
                        }),
                    Error);
  });
  while (!begun) std::this_thread::yield();
  CHECK(get(chunks, {1, 2, 3}, [] { return bytes_of(3); })->size() == kChunk);
  first.join();
}

TEST_CASE("who waits for a chunk may give up", "[source]") {
  DecodedChunks chunks(100 * kChunk);
  std::atomic<bool> begun = false, end = false;
  std::thread first([&] {
    static_cast<void>(get(chunks, {1, 2, 3}, [&] {
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
    CHECK_THROWS_AS(get(chunks, {1, 2, 3}, [] { return bytes_of(3); }), Error);
  }
  end = true;
  first.join();
}

TEST_CASE("of a chunk of many planes those are kept that are asked for", "[source]") {
  DecodedChunks chunks(4 * kChunk);
  std::size_t decoded = 0, made = 0;
  const auto get_planes = [&](std::size_t number, const std::vector<std::size_t>& wanted) {
    return chunks.get({1, 2, number}, 3, wanted, [&]() -> PlaneMaker {
      ++decoded;
      return [&made, number](std::size_t plane) {
        ++made;
        return bytes_of(10 * number + plane);
      };
    });
  };
  const auto planes = get_planes(1, {2, 0});
  REQUIRE(planes.size() == 2);
  CHECK((*planes[0])[0] == std::byte{12});
  CHECK((*planes[1])[0] == std::byte{10});
  CHECK(made == 3);  // there was room for the one that nobody asked for
  CHECK(chunks.find({1, 2, 1}, {0, 1, 2}).size() == 3);
  CHECK((*get_planes(1, {1}).front())[0] == std::byte{11});
  CHECK(decoded == 1);
  get_planes(2, {0});
  CHECK(made == 4);  // the others of the second would push out what was asked for
  CHECK(chunks.find({1, 2, 2}, {1}).empty());
  get_planes(2, {0, 1});
  CHECK(decoded == 3);
  CHECK(chunks.figures().bytes == 4 * kChunk);
}
