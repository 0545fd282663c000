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

TEST_CASE("chunks too large to be kept are given all the same", "[source]") {
  DecodedChunks chunks(3 * kChunk / 2);
  CHECK(get(chunks, {1, 1, 1}, [] { return bytes_of(1); })->size() == kChunk);
  CHECK_FALSE(has(chunks, {1, 1, 1}));
}

TEST_CASE("bulk work has what room there is, and a quarter of all", "[source]") {
  DecodedChunks chunks(8 * kChunk);
  const auto take = [&](std::size_t file, std::size_t count, Priority priority) {
    const WorkScope scope({{}, priority, nullptr});
    for (std::size_t i = 0; i < count; ++i) {
      get(chunks, {file, file, i}, [&] { return bytes_of(i); });
    }
  };
  const auto kept = [&](std::size_t file) {
    std::size_t there = 0;
    for (std::size_t i = 0; i < 8; ++i) there += chunks.has({file, file, i}, {0}) ? 1 : 0;
    return there;
  };
  take(1, 8, Priority::Bulk);
  CHECK(kept(1) == 8);
  take(2, 3, Priority::Interactive);  // bulk makes way
  CHECK(kept(1) == 5);
  CHECK(kept(2) == 3);
  take(2, 8, Priority::Interactive);
  CHECK(kept(1) == 0);
  CHECK(kept(2) == 8);
  take(3, 8, Priority::Bulk);  // of a cache that is full
  CHECK(kept(3) == 2);
  CHECK(kept(2) == 6);
  CHECK(chunks.figures().bytes == 8 * kChunk);
  take(3, 8, Priority::Interactive);  // what is there is no longer of bulk work
  CHECK(kept(3) == 8);
  take(4, 8, Priority::Bulk);
  CHECK(kept(3) == 6);
}

TEST_CASE("bulk work finds the planes it comes to later", "[source]") {
  DecodedChunks chunks(12 * kChunk);
  int decoded = 0;
  const auto decode = [&]() -> PlaneMaker {
    ++decoded;
    return [](std::size_t plane) { return bytes_of(plane); };
  };
  // Of two chunks of three planes each all first planes, then all second ones ...
  const auto extract = [&](std::size_t file) {
    const WorkScope scope({{}, Priority::Bulk, nullptr});
    for (std::size_t plane = 0; plane < 3; ++plane) {
      for (std::size_t chunk = 0; chunk < 2; ++chunk) {
        const auto found = chunks.get({file, file, chunk}, 3, {plane}, decode);
        CHECK((*found.front())[0] == static_cast<std::byte>(plane));
      }
    }
  };
  for (std::size_t file = 0; file < 5; ++file) extract(file);  // more than is kept of them
  CHECK(decoded == 10);
  for (std::size_t i = 0; i < 12; ++i) get(chunks, {9, 9, i}, [&] { return bytes_of(i); });
  decoded = 0;
  extract(7);  // of a cache full of what people look at
  CHECK(decoded == 6);
  std::size_t left = 0;
  for (std::size_t i = 0; i < 12; ++i) left += chunks.has({9, 9, i}, {0}) ? 1 : 0;
  CHECK(left == 9);
}

TEST_CASE("work may have chunks of its own", "[source]") {
  DecodedChunks shared(100 * kChunk), own(100 * kChunk);
  int decoded = 0;
  const auto make = [&] { return bytes_of(static_cast<std::size_t>(++decoded)); };
  get(shared, {1, 1, 1}, make);
  Work work;
  work.chunks = &own;
  {
    const WorkScope scope(work);
    get(shared, {1, 1, 1}, make);  // there already
    get(shared, {2, 2, 2}, make);
    get(shared, {2, 2, 2}, make);
  }
  CHECK(decoded == 2);
  CHECK(has(own, {2, 2, 2}));
  CHECK_FALSE(has(own, {1, 1, 1}));
  CHECK_FALSE(has(shared, {2, 2, 2}));
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
