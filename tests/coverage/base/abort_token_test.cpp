#include "coverage/base/abort_token.h"

#include <catch2/catch.hpp>

#include "coverage/base/error.h"

namespace gyre::coverage {

TEST_CASE("a token without reasons never fires", "[base]") {
  const AbortToken token;
  CHECK_FALSE(token.cancelled());
  CHECK_NOTHROW(token.check());
}

TEST_CASE("a token tells of cancelling, a client that left, and a deadline that passed", "[base]") {
  const auto far = AbortToken::Clock::now() + std::chrono::hours(1);
  const AbortToken cancelled;
  const AbortToken copy = cancelled;
  copy.cancel();
  CHECK(cancelled.cancelled());
  CHECK_THROWS_AS(cancelled.check(), Error);

  bool gone = false;
  const AbortToken watched(far, [&] { return gone; });
  CHECK_NOTHROW(watched.check());
  gone = true;
  CHECK_THROWS_AS(watched.check(), Error);

  const AbortToken late(AbortToken::Clock::now() - std::chrono::seconds(1), {});
  CHECK_FALSE(late.cancelled());
  try {
    late.check();
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::DeadlineExceeded);
  }
  late.extend(std::chrono::minutes(1));
  CHECK_NOTHROW(late.check());
  const AbortToken never;
  never.extend(std::chrono::hours(1));
  CHECK_NOTHROW(never.check());
}

}  // namespace gyre::coverage
