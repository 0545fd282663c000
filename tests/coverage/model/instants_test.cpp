#include "coverage/model/instants.h"

#include <algorithm>
#include <limits>

#include <catch2/catch.hpp>

using namespace gyre::coverage;

namespace {

std::vector<std::int64_t> microseconds_of(const Instants& instants) {
  std::vector<std::int64_t> all;
  for (const TimeInstant& instant : instants) all.push_back(instant.microseconds());
  return all;
}

}  // namespace

TEST_CASE("instants are what they were made of, in as little memory as their spacing allows",
          "[model]") {
  constexpr std::int64_t kMinute = 60'000'000, kLeast = std::numeric_limits<std::int64_t>::min(),
                         kMost = std::numeric_limits<std::int64_t>::max();
  struct Row {
    const char* why;
    std::vector<std::int64_t> us;
    std::size_t bytes;
  };
  const auto row = GENERATE(values<Row>({
      {"none", {}, 0},
      {"one", {-17}, 0},
      {"two", {5, 3}, 0},
      {"even", {0, 10 * kMinute, 20 * kMinute, 30 * kMinute}, 0},
      {"even, descending", {9, 6, 3, 0, -3}, 0},
      {"all alike", {7, 7, 7}, 0},
      {"whole minutes apart", {0, kMinute, 5 * kMinute, 6 * kMinute}, 16},
      {"the same, descending", {6 * kMinute, 5 * kMinute, kMinute, 0}, 16},
      {"in any order", {3 * kMinute, -kMinute, 3 * kMinute}, 12},
      {"microseconds apart over years", {0, 1, 100'000'000'000'000}, 24},
      {"as far apart as can be", {kLeast, 0, kMost}, 24},
      {"as late as can be", {kMost - 3, kMost - 1, kMost}, 12},
  }));
  CAPTURE(row.why);
  const Instants instants(Calendar::Day360, row.us);
  CHECK(microseconds_of(instants) == row.us);
  CHECK(instants.size() == row.us.size());
  CHECK(instants.microseconds().bytes() == row.bytes);
  if (!row.us.empty()) {
    CHECK(instants.front() == TimeInstant(Calendar::Day360, row.us.front()));
    CHECK(instants.back().microseconds() == row.us.back());
    CHECK(Instants(std::vector<TimeInstant>(instants.begin(), instants.end())) == instants);
  }
}

TEST_CASE("instants are read as a vector is", "[model]") {
  const Instants instants(Calendar::Standard, std::vector<std::int64_t>{10, 20, 50, 90});
  const auto at = [](std::int64_t us) { return TimeInstant(Calendar::Standard, us); };
  CHECK(std::lower_bound(instants.begin(), instants.end(), at(30)) - instants.begin() == 2);
  const auto [low, high] = std::minmax_element(instants.begin(), instants.end());
  CHECK(((*low).microseconds() == 10 && high->microseconds() == 90));
  CHECK(instants.begin()[3] == at(90));
  CHECK(instants != Instants(Calendar::Standard, std::vector<std::int64_t>{10, 20, 50, 91}));
  CHECK(instants != Instants(Calendar::NoLeap, std::vector<std::int64_t>{10, 20, 50, 90}));
}

TEST_CASE("periods are what they were made of", "[model]") {
  const auto at = [](std::int64_t us) { return TimeInstant(Calendar::Standard, us); };
  const std::vector<TimePeriod> all{{at(0), at(9)}, {at(10), at(19)}, {at(20), at(35)}};
  const Periods periods(all);
  CHECK(std::vector<TimePeriod>(periods.begin(), periods.end()) == all);
  CHECK(Periods().empty());
}
