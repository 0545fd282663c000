#include "coverage/source/chunks/held_planes.h"

#include <atomic>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/base/memory_budget.h"
#include "coverage/base/work.h"

using namespace gyre::coverage;

namespace {

constexpr std::size_t kChunk = 1000;

/// Reads a chunk that is one plane; counts how often it is decoded.
class Chunks {
 public:
  explicit Chunks(std::size_t kept) : chunks_(kept * kChunk) {}
  void read(std::size_t number, HeldPlanes* held = nullptr) {
    Work work;
    work.held = held;
    const WorkScope scope(work);
    static_cast<void>(chunks_.get({1, 1, number}, 1, {0}, [&]() -> PlaneMaker {
      ++decoded;
      return [](std::size_t) { return Bytes(kChunk); };
    }));
  }
  std::atomic<int> decoded = 0;

 private:
  DecodedChunks chunks_;
};

std::size_t all_turns() { return memory_shares().decoded_chunks / 2; }

}  // namespace

TEST_CASE("planes that are held stay, whatever else is read", "[source]") {
  Chunks chunks(4);
  HeldPlanes held;
  const auto read_others = [&] {
    for (std::size_t i = 10; i < 20; ++i) chunks.read(i);
    chunks.decoded = 0;
  };
  for (int slab = 0; slab < 3; ++slab) {
    const HeldPlanes::Reading reading(held, 2 * kChunk);
    for (const std::size_t i : {1, 2}) chunks.read(i, &held);
    if (slab > 0) CHECK(chunks.decoded == 0);
    read_others();
  }
  {
    const HeldPlanes::Reading reading(held, 2 * kChunk);  // the next row of chunks
    for (const std::size_t i : {2, 3}) chunks.read(i, &held);
    CHECK(chunks.decoded == 1);
  }
  read_others();
  chunks.read(3);  // still held, so that others find it too
  CHECK(chunks.decoded == 0);
  chunks.read(1);
  CHECK(chunks.decoded == 1);
}

TEST_CASE("no more is held than was announced", "[source]") {
  Chunks chunks(4);
  HeldPlanes held;
  for (int slab = 0; slab < 2; ++slab) {
    const HeldPlanes::Reading reading(held, 2 * kChunk);
    chunks.decoded = 0;
    for (std::size_t i = 0; i < 8; ++i) chunks.read(i, &held);
  }
  CHECK(chunks.decoded == 6);
}

TEST_CASE("what is held is given up with its work", "[source]") {
  Chunks chunks(4);
  {
    HeldPlanes held;
    const HeldPlanes::Reading reading(held, kChunk);
    chunks.read(1, &held);
  }
  for (std::size_t i = 10; i < 20; ++i) chunks.read(i);
  chunks.decoded = 0;
  chunks.read(1);
  CHECK(chunks.decoded == 1);
}

TEST_CASE("works take turns in holding planes", "[source]") {
  HeldPlanes first;
  std::atomic<bool> gone = false, waits = true;
  {
    const HeldPlanes::Reading reading(first, all_turns());
    std::thread second([&] {
      HeldPlanes held;
      Work work;
      work.abort = AbortToken(AbortToken::Clock::time_point::max(), [&] { return gone.load(); });
      const WorkScope scope(work);
      { const HeldPlanes::Reading small(held, kChunk); }  // waits for nobody
      CHECK_THROWS_AS(HeldPlanes::Reading(held, all_turns()), Error);
      waits = false;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK(waits);
    gone = true;
    second.join();
  }
  // The first one reads no more, its client takes nothing: it keeps nobody from reading.
  HeldPlanes third;
  const HeldPlanes::Reading reading(third, all_turns());
}

TEST_CASE("all come to their turns, and none for ever", "[source]") {
  std::vector<std::thread> threads;
  std::atomic<int> done = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      HeldPlanes held;
      for (int slab = 0; slab < 100; ++slab) {
        const HeldPlanes::Reading reading(held, all_turns() / 2 + 1);
        ++done;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(done == 400);
}
