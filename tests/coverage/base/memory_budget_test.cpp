#include "coverage/base/memory_budget.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/base/work.h"

using namespace gyre::coverage;

namespace {

void wait_until(const std::function<bool()>& there) {
  while (!there()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace

TEST_CASE("what requests hold is bounded, and those who wait go in turn", "[base]") {
  const std::size_t limit = memory_shares().working / 2;
  std::atomic<int> order = 0, large = 0, small = 0;
  std::thread second, third;
  {
    MemoryClaim first;
    first.raise(limit / 2);
    first.raise(limit / 4);  // it has that already
    CHECK(MemoryClaim::figures().bytes == limit / 2);
    second = std::thread([&] {
      MemoryClaim claim;
      claim.raise(3 * limit);  // more than all: once nobody else holds anything
      large = ++order;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    });
    wait_until([] { return MemoryClaim::figures().waiting == 1; });
    third = std::thread([&] {
      MemoryClaim claim;
      claim.raise(limit / 4);  // there is room, but it came later
      small = ++order;
    });
    wait_until([] { return MemoryClaim::figures().waiting == 2; });
    MemoryClaim tile;
    tile.raise(1000);  // small ones wait for nobody
    CHECK(order == 0);
  }
  second.join();
  third.join();
  CHECK(large == 1);
  CHECK(small == 2);
  CHECK(MemoryClaim::figures().bytes == 0);
  CHECK(MemoryClaim::figures().waiting == 0);
}

TEST_CASE("who waits for memory may give up, and the next goes on", "[base]") {
  const std::size_t limit = memory_shares().working / 2;
  MemoryClaim first;
  first.raise(limit / 2);
  const AbortToken abort;
  std::atomic<bool> gave_up = false;
  std::thread second([&] {
    const WorkScope scope({abort, Priority::Interactive, nullptr});
    MemoryClaim claim;
    CHECK_THROWS_AS(claim.raise(limit), Error);
    gave_up = true;
  });
  wait_until([] { return MemoryClaim::figures().waiting == 1; });
  std::thread third([&] {
    MemoryClaim claim;
    claim.raise(limit / 4);
  });
  wait_until([] { return MemoryClaim::figures().waiting == 2; });
  abort.cancel();
  second.join();
  third.join();
  CHECK(gave_up);
}

TEST_CASE("extractions make no download wait, and neither a picture", "[base]") {
  const std::size_t limit = memory_shares().working / 2;
  const WorkScope extracting({.priority = Priority::Bulk, .extraction = true});
  MemoryClaim extraction;
  extraction.raise(8 * limit);
  const WorkScope bulk({.priority = Priority::Bulk});
  MemoryClaim download;
  download.raise(2 * limit);
  const WorkScope interactive({{}, Priority::Interactive, nullptr});
  MemoryClaim picture;
  picture.raise(limit);
  CHECK(MemoryClaim::figures().bytes == 11 * limit);
}

TEST_CASE("chunks that are decoded wait for each other, and not for requests", "[base]") {
  MemoryClaim request;
  request.raise(memory_shares().working);
  MemoryClaim first(MemoryClaim::Of::Decoding);
  first.raise(memory_shares().decoding);
  std::atomic<bool> second = false;
  std::thread other([&] {
    MemoryClaim claim(MemoryClaim::Of::Decoding);
    AbortToken given_up;
    given_up.cancel();
    Work work;
    work.abort = given_up;
    const WorkScope scope(work);
    CHECK_THROWS_AS(claim.raise(2 << 20), Error);
    second = true;
  });
  other.join();
  CHECK(second);
  CHECK(MemoryClaim::figures().bytes == request.bytes());  // chunks are no requests
}

TEST_CASE("however many answers are sent, they hold little more than their share", "[base]") {
  constexpr std::size_t kWanted = std::size_t{16} << 20;
  const std::size_t share = memory_shares().sending;
  std::vector<std::unique_ptr<SendingShare>> all;
  std::size_t held = 0;
  for (int i = 0; i < 100; ++i) {
    all.push_back(std::make_unique<SendingShare>(kWanted));
    CHECK(all.back()->bytes() >= SendingShare::kLeast);
    if (i > 0) CHECK(all.back()->bytes() <= all[all.size() - 2]->bytes());
    held += all.back()->bytes();
  }
  CHECK(all.front()->bytes() == std::min(kWanted, share / 4));
  CHECK(held <= share + all.size() * SendingShare::kLeast);
  CHECK(SendingShare(1000).bytes() == 1000);  // no more than there is to send
  all.clear();
  CHECK(SendingShare(kWanted).bytes() == std::min(kWanted, share / 4));
}
