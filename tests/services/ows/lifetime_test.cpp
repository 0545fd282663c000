#include "services/ows/lifetime.h"

#include <catch2/catch.hpp>

namespace gyre::ows {
namespace {

using coverage::Calendar;
using coverage::TimeInstant;

constexpr std::int64_t kSecond = 1'000'000, kDay = 86'400 * kSecond;
constexpr std::int64_t kNow = 20'000 * kDay;

struct Asked {
  Asked() { context.clock = &clock; }
  coverage::FixedClock clock{kNow};
  Context context;
  coverage::Dataset dataset;
};

}  // namespace

TEST_CASE("what may change is kept for a moment, and no longer than its default", "[ows]") {
  Asked asked;
  CHECK(cache_control({}, asked.context) == "max-age=30");
  CHECK(cache_control({false, kNow + 90 * kSecond}, asked.context) == "max-age=30");
  CHECK(cache_control({false, kNow + 20 * kSecond}, asked.context) == "max-age=10");
  CHECK(cache_control({false, kNow + 1}, asked.context) == "no-cache");
  CHECK(cache_control({false, kNow - kSecond}, asked.context) == "no-cache");
  asked.context.caching.max_age_s = 0;
  CHECK(cache_control({}, asked.context) == "no-cache");
}

TEST_CASE("what is closed is immutable, as long as the operator allows", "[ows]") {
  Asked asked;
  CHECK(cache_control({true, {}}, asked.context) == "max-age=2592000, immutable");
  asked.context.caching.closed_max_age_s = 0;
  CHECK(cache_control({true, {}}, asked.context) == "max-age=30");
}

TEST_CASE("a step is closed so many days after its time, where somebody says so", "[ows]") {
  Asked asked;
  const TimeInstant ten_days_ago(Calendar::Standard, kNow - 10 * kDay);
  CHECK_FALSE(is_closed(asked.dataset, ten_days_ago, asked.context));
  asked.context.caching.closed_after_days = 10;
  CHECK_FALSE(is_closed(asked.dataset, ten_days_ago, asked.context));
  asked.context.caching.closed_after_days = 9;
  CHECK(is_closed(asked.dataset, ten_days_ago, asked.context));
  asked.dataset.closed_after_days = 30;  // of this dataset
  CHECK_FALSE(is_closed(asked.dataset, ten_days_ago, asked.context));
  asked.dataset.closed_after_days = 0;
  CHECK(is_closed(asked.dataset, ten_days_ago, asked.context));
  CHECK_FALSE(is_closed(asked.dataset, {Calendar::Standard, kNow + kDay}, asked.context));
  // "Now" is 2024-10-04 in every calendar; day 20,000 of 360-day years is in 2025.
  CHECK_FALSE(is_closed(asked.dataset, {Calendar::Day360, kNow}, asked.context));
  CHECK(is_closed(asked.dataset, {Calendar::Day360, 19'000 * kDay}, asked.context));
}

}  // namespace gyre::ows
