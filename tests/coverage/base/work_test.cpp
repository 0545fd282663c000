#include "coverage/base/work.h"

#include <atomic>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"

using namespace gyre::coverage;

TEST_CASE("work is that of the innermost scope", "[base]") {
  CHECK(current_work().executor == nullptr);
  CHECK(current_work().priority == Priority::Interactive);
  {
    const WorkScope outer({{}, Priority::Bulk, nullptr});
    CHECK(current_work().priority == Priority::Bulk);
    {
      const WorkScope inner({});
      CHECK(current_work().priority == Priority::Interactive);
    }
    CHECK(current_work().priority == Priority::Bulk);
  }
  CHECK(current_work().priority == Priority::Interactive);
}

TEST_CASE("parallel bodies work for whom their caller does", "[base]") {
  Executor executor(3);
  const WorkScope scope({{}, Priority::Bulk, &executor});
  std::atomic<int> bulk = 0;
  in_parallel(20, [&](std::size_t) {
    in_parallel(5, [&](std::size_t) { bulk += current_work().priority == Priority::Bulk ? 1 : 0; });
  });
  CHECK(bulk == 100);
}

TEST_CASE("work that nobody waits for ends", "[base]") {
  for (const bool shared_out : {false, true}) {
    Executor executor(2);
    const AbortToken abort;
    const WorkScope scope({abort, Priority::Interactive, shared_out ? &executor : nullptr});
    std::atomic<int> done = 0;
    CHECK_THROWS_AS(in_parallel(100'000,
                                [&](std::size_t) {
                                  if (++done == 10) abort.cancel();
                                }),
                    Error);
    CHECK(done < 100'000);
  }
}
