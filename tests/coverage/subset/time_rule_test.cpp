#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/subset/resolved_query.h"
#include "tests/coverage/memory_source.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

std::string steps(const Axis& axis, const AxisSelection& selection) {
  REQUIRE(selection.runs.size() == 1);
  const IndexRange range = selection.runs[0].range;
  return axis.data().instants[range.begin].iso8601() + " " + std::to_string(range.size());
}

/// Days 0, 1, ... 40 of 2024, at midnight.
const Axis& days() {
  static const Axis axis = time_axis("days since 2024-01-01", every(0, 1, 41));
  return axis;
}

/// Months of 2001 in a 360-day year, centred, with bounds.
const Axis& months() {
  static const Axis axis = [] {
    std::vector<double> bounds;
    for (int i = 0; i < 12; ++i) {
      bounds.push_back(30 * i);
      bounds.push_back(30 * (i + 1));
    }
    return time_axis("days since 2001-01-01", every(15, 30, 12), bounds, Calendar::Day360);
  }();
  return axis;
}

}  // namespace

TEST_CASE("a truncated date is its whole period on a time axis", "[subset][time]") {
  CHECK(steps(days(), trim_axis(days(), {"2024-01", "2024-01"})) == "2024-01-01T00:00:00Z 31");
  CHECK(steps(days(), trim_axis(days(), {"2024-02", "2024"})) == "2024-02-01T00:00:00Z 10");
  CHECK(steps(days(), slice_axis(days(), {"2024-02"})) == "2024-02-01T00:00:00Z 1");
  CHECK(steps(days(), slice_axis(days(), {"2024"})) == "2024-01-01T00:00:00Z 1");
  CHECK(steps(days(), trim_axis(days(), {"*", "2024-01-03"})) == "2024-01-01T00:00:00Z 3");
  CHECK(steps(days(), trim_axis(days(), {"2024-01-03T00:00:00Z", "2024-01-04T00:00:00.000Z"})) ==
        "2024-01-03T00:00:00Z 2");
}

TEST_CASE("numbers on a Gregorian axis are Unix seconds", "[subset][time]") {
  CHECK(steps(days(), slice_axis(days(), {"1704153600"})) == "2024-01-02T00:00:00Z 1");
  CHECK(steps(days(), trim_axis(days(), {"1.7040672e9", "1704240000.0"})) ==
        "2024-01-01T00:00:00Z 3");
  CHECK_THROWS_AS(slice_axis(days(), {"1"}), Error);
}

TEST_CASE("numbers on other calendars are in the axis's own units", "[subset][time]") {
  CHECK(steps(months(), slice_axis(months(), {"45"})) == "2001-02-16T00:00:00Z 1");
  CHECK(steps(months(), trim_axis(months(), {"15", "75"})) == "2001-01-16T00:00:00Z 3");
  CHECK(steps(months(), slice_axis(months(), {"2001"})) == "2001-01-16T00:00:00Z 1");
  CHECK(steps(months(), slice_axis(months(), {"2001-02-30"})) == "2001-02-16T00:00:00Z 1");
}

TEST_CASE("a step is taken by its bounds, never by half ways", "[subset][time]") {
  CHECK(steps(months(), slice_axis(months(), {"2001-03-02T12:00:00Z"})) ==
        "2001-03-16T00:00:00Z 1");
  // Where two meet, the one that begins.
  CHECK(steps(months(), slice_axis(months(), {"2001-03-01T00:00:00Z"})) ==
        "2001-03-16T00:00:00Z 1");
  CHECK(steps(months(), trim_axis(months(), {"2001-03-02", "2001-03-03"})) ==
        "2001-03-16T00:00:00Z 1");
  CHECK_THROWS_WITH(slice_axis(days(), {"2024-01-02T06:00:00Z"}),
                    Catch::Contains("before is 2024-01-02T00:00:00Z") &&
                        Catch::Contains("after 2024-01-03T00:00:00Z"));
  CHECK_THROWS_WITH(trim_axis(days(), {"2024-01-02T06:00:00Z", "2024-01-02T07:00:00Z"}),
                    Catch::Contains("before is 2024-01-02T00:00:00Z"));
}

TEST_CASE("reference times never substitute", "[subset][time]") {
  const Axis runs = time_axis("hours since 2024-01-01", {0, 12, 24}, {0, 12, 12, 24, 24, 36},
                              Calendar::Standard, AxisRole::ReferenceTime);
  CHECK(steps(runs, slice_axis(runs, {"2024-01-01T12:00:00Z"})) == "2024-01-01T12:00:00Z 1");
  CHECK_THROWS_AS(slice_axis(runs, {"2024-01-01T13:00:00Z"}), Error);
}

TEST_CASE("dates that are none, or beside the axis, are refused", "[subset][time]") {
  const auto kind = [](const Trim& trim) {
    try {
      (void)trim_axis(days(), trim);
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::Internal;
  };
  CHECK(kind({"2024-02-30", "2024-03"}) == ErrorKind::InvalidPosition);
  CHECK(kind({"yesterday", "*"}) == ErrorKind::InvalidPosition);
  CHECK(kind({"1e300", "*"}) == ErrorKind::InvalidPosition);
  CHECK(kind({"2024-02", "2024-01"}) == ErrorKind::InvalidInterval);
  CHECK(kind({"2025", "2026"}) == ErrorKind::OutsideDomain);
  CHECK_THROWS_WITH(trim_axis(days(), {"2025", "2026"}), Catch::Contains("2024-02-10T00:00:00Z"));
}
