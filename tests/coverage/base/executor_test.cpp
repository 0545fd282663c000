#include "coverage/base/executor.h"

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"

namespace gyre::coverage {

TEST_CASE("for_each runs each index once", "[base]") {
  Executor executor(GENERATE(1u, 2u, 5u));
  const std::size_t count = GENERATE(0u, 1u, 2u, 1000u);
  std::vector<std::atomic<int>> seen(count);
  executor.for_each(count, Priority::Interactive, {}, [&](std::size_t i) { ++seen[i]; });
  for (const auto& one : seen) CHECK(one == 1);
}

TEST_CASE("for_each within for_each ends: who waits helps", "[base]") {
  Executor executor(2);
  std::atomic<int> sum = 0;
  executor.for_each(20, Priority::Bulk, {}, [&](std::size_t) {
    executor.for_each(20, Priority::Bulk, {}, [&](std::size_t) { ++sum; });
  });
  CHECK(sum == 400);
}

TEST_CASE("for_each throws what a body threw, after all that ran have ended", "[base]") {
  Executor executor(3);
  std::atomic<int> running = 0;
  const auto body = [&](std::size_t i) {
    ++running;
    std::this_thread::yield();
    --running;
    if (i == 7) throw std::runtime_error("seven");
  };
  CHECK_THROWS_WITH(executor.for_each(100, Priority::Interactive, {}, body), "seven");
  CHECK(running == 0);
}

// Loops are destroyed by whoever lets go of them last, often a pool thread (seen by the thread
// sanitizer).
TEST_CASE("what for_each throws is its caller's alone", "[base]") {
  Executor executor(3);
  for (int i = 0; i < 200; ++i) {
    try {
      executor.for_each(8, Priority::Interactive, {}, [](std::size_t) {
        throw Error(ErrorKind::MalformedHolding, "thetao", "The chunk is damaged.");
      });
      FAIL("nothing was thrown");
    } catch (const Error& error) {
      std::this_thread::yield();
      CHECK(error.subject() == "thetao");
      CHECK(error.what() == std::string("The chunk is damaged."));
    }
  }
}

TEST_CASE("for_each hands out nothing more once the token fires", "[base]") {
  Executor executor(2);
  const AbortToken token;
  std::atomic<int> done = 0;
  CHECK_THROWS_AS(executor.for_each(100000, Priority::Bulk, token,
                                    [&](std::size_t) {
                                      if (++done == 10) token.cancel();
                                    }),
                  Error);
  CHECK(done < 1000);
}

TEST_CASE("for_each serves many callers at a time", "[base]") {
  Executor executor(2);
  std::atomic<long> sum = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 16; ++caller) {
    callers.emplace_back([&] {
      executor.for_each(200, Priority::Interactive, {},
                        [&](std::size_t i) { sum += static_cast<long>(i); });
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(sum == 16 * 199 * 200 / 2);
}

TEST_CASE("a submitted task runs, and one that throws harms nobody", "[base]") {
  std::atomic<bool> ran = false;
  Executor executor(1);
  executor.submit(Priority::Bulk, [] { throw std::runtime_error("logged and dropped"); });
  executor.submit(Priority::Bulk, [&] { ran = true; });
  for (int i = 0; i < 5000 && !ran; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  CHECK(ran);
}

}  // namespace gyre::coverage
