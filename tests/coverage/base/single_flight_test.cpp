#include "coverage/base/single_flight.h"

#include <atomic>
#include <exception>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

using namespace gyre::coverage;

namespace {

using Flights = SingleFlight<std::string, int>;

/// Until so many other threads have come to wait for what is being made for "a".
void let_others_wait(const Flights& flights, std::size_t others) {
  while (flights.waiting("a") < others) std::this_thread::yield();
}

template <typename Body>
void in_threads(int count, const Body& body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&, i] { body(i); });
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("what several want at once is made once", "[base][single_flight]") {
  Flights flights;
  std::atomic<int> made = 0, right = 0;
  in_threads(6, [&](int) {
    const auto value = flights.get("a", [&] {
      ++made;
      let_others_wait(flights, 5);
      return std::make_shared<const int>(7);
    });
    if (*value == 7) ++right;
  });
  CHECK(made == 1);
  CHECK(right == 6);
  CHECK(*flights.get("a", [] { return std::make_shared<const int>(8); }) == 8);  // nothing is kept
}

TEST_CASE("other keys wait for nobody", "[base][single_flight]") {
  Flights flights;
  CHECK(*flights.get("a", [&] {
    return flights.get("b", [] { return std::make_shared<const int>(2); });
  }) == 2);
}

TEST_CASE("an error is thrown to all who wait", "[base][single_flight]") {
  Flights flights;
  std::atomic<int> made = 0, thrown = 0;
  in_threads(5, [&](int) {
    try {
      (void)flights.get("a", [&]() -> std::shared_ptr<const int> {
        ++made;
        let_others_wait(flights, 4);
        throw std::runtime_error("broken");
      });
    } catch (const std::runtime_error&) {
      ++thrown;
    }
  });
  CHECK(made == 1);
  CHECK(thrown == 5);
}

TEST_CASE("each who waits has an Error of its own", "[base][single_flight]") {
  Flights flights;
  std::vector<std::exception_ptr> thrown(5);
  in_threads(5, [&](int i) {
    try {
      (void)flights.get("a", [&]() -> std::shared_ptr<const int> {
        let_others_wait(flights, 4);
        throw Error(ErrorKind::MalformedHolding, "thetao", "The chunk is damaged.");
      });
    } catch (...) {
      thrown[i] = std::current_exception();
    }
  });
  std::set<const void*> errors, words;
  for (const std::exception_ptr& one : thrown) {
    try {
      std::rethrow_exception(one);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::MalformedHolding);
      CHECK(error.subject() == "thetao");
      CHECK(error.what() == std::string("The chunk is damaged."));
      errors.insert(&error);
      words.insert(error.what());
    }
  }
  CHECK(errors.size() == 5);
  CHECK(words.size() == 5);
}

TEST_CASE("when its maker is gone another makes it", "[base][single_flight]") {
  Flights flights;
  std::atomic<int> begun = 0, given_up = 0, right = 0;
  in_threads(5, [&](int) {
    try {
      const auto value = flights.get("a", [&] {
        const int turn = begun++;
        let_others_wait(flights, static_cast<std::size_t>(4 - turn));
        if (turn < 2) throw Error(ErrorKind::Aborted, "", "The client left.");
        return std::make_shared<const int>(7);
      });
      if (*value == 7) ++right;
    } catch (const Error&) {
      ++given_up;
    }
  });
  CHECK(begun == 3);
  CHECK(given_up == 2);
  CHECK(right == 3);
}

TEST_CASE("who waits waits no longer than is wanted", "[base][single_flight]") {
  Flights flights;
  const AbortToken leaving;
  std::atomic<bool> flying = false, left = false;
  std::thread maker([&] {
    (void)flights.get("a", [&] {
      flying = true;
      while (!left) std::this_thread::yield();  // the other leaves first
      return std::make_shared<const int>(7);
    });
  });
  while (!flying) std::this_thread::yield();
  {
    const WorkScope scope({.abort = leaving});
    leaving.cancel();
    CHECK_THROWS_AS(flights.get("a", [] { return std::make_shared<const int>(8); }), Error);
  }
  left = true;
  maker.join();
}
