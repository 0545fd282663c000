#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/subset/resolved_query.h"
#include "tests/coverage/memory_source.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

IndexRange range_of(const AxisSelection& selection) {
  REQUIRE(selection.runs.size() == 1);
  return selection.runs[0].range;
}

ErrorKind refusal(const Axis& axis, const Trim& trim) {
  try {
    (void)trim_axis(axis, trim);
  } catch (const Error& error) {
    return error.kind();
  }
  FAIL("not refused");
  return ErrorKind::Internal;
}

const Axis& depths() {
  static const Axis axis =
      number_axis("depth", AxisRole::Vertical, {0.5, 1.5, 2.6, 5.1, 10.5, 53.9, 318.1});
  return axis;
}

}  // namespace

TEST_CASE("a trim keeps the centres in its closed interval and is clipped", "[subset]") {
  CHECK(range_of(trim_axis(depths(), {"1.5", "5.1"})) == IndexRange{1, 4});
  CHECK(range_of(trim_axis(depths(), {"-1000", "1e3"})) == IndexRange{0, 7});
  CHECK(range_of(trim_axis(depths(), {"10", "*"})) == IndexRange{4, 7});
  CHECK(range_of(trim_axis(depths(), {std::nullopt, "+2.6"})) == IndexRange{0, 3});
  CHECK(range_of(trim_axis(depths(), {" 1 ", " 2 "})) == IndexRange{1, 2});
}

TEST_CASE("a trim between centres takes the cell under its middle", "[subset]") {
  CHECK(range_of(trim_axis(depths(), {"3.5", "3.7"})) == IndexRange{2, 3});  // edge at 3.85
  CHECK(range_of(trim_axis(depths(), {"3.8", "4.5"})) == IndexRange{3, 4});
  // Clipped first: the extent begins at 0.
  CHECK(range_of(trim_axis(depths(), {"-100", "0.2"})) == IndexRange{0, 1});
}

TEST_CASE("what is wholly outside, upside down or no number is refused", "[subset]") {
  CHECK(refusal(depths(), {"-5", "-1"}) == ErrorKind::OutsideDomain);
  CHECK(refusal(depths(), {"900", "*"}) == ErrorKind::OutsideDomain);
  CHECK(refusal(depths(), {"*", "-3"}) == ErrorKind::OutsideDomain);
  CHECK(refusal(depths(), {"5", "1"}) == ErrorKind::InvalidInterval);
  for (const char* text : {"deep", "", "1,2", "nan", "inf", "1e999", "0x10", "+-3", "1 2"}) {
    CAPTURE(text);
    CHECK(refusal(depths(), {text, "10"}) == ErrorKind::InvalidPosition);
  }
}

TEST_CASE("descending axes keep their direction", "[subset]") {
  const Axis north_up = latitude_axis({90, 45, 0, -45, -90});
  CHECK(range_of(trim_axis(north_up, {"-50", "10"})) == IndexRange{2, 4});
  CHECK(range_of(slice_axis(north_up, {"22.5"})) == IndexRange{1, 2});
  CHECK(range_of(slice_axis(north_up, {"-90"})) == IndexRange{4, 5});
  CHECK(range_of(trim_axis(north_up, {"80", "85"})) == IndexRange{0, 1});
  CHECK_THROWS_AS(slice_axis(north_up, {"90.5"}), Error);
}

TEST_CASE("members never substitute", "[subset]") {
  const Axis numbers = number_axis("number", AxisRole::Member, {0, 1, 2, 3});
  CHECK(range_of(slice_axis(numbers, {"2"})) == IndexRange{2, 3});
  CHECK_THROWS_AS(slice_axis(numbers, {"2.3"}), Error);
  CHECK(refusal(numbers, {"1.2", "1.4"}) == ErrorKind::OutsideDomain);

  AxisData data;
  data.label = data.dimension = "member";
  data.role = AxisRole::Member;
  data.names = {"r1", "r2", "r10"};
  data.centres = {0, 1, 2};
  const Axis named(data);
  CHECK(range_of(slice_axis(named, {"r10"})) == IndexRange{2, 3});
  CHECK(range_of(slice_axis(named, {"1"})) == IndexRange{1, 2});  // as DescribeCoverage numbers it
  CHECK(range_of(trim_axis(named, {"r1", "r2"})) == IndexRange{0, 2});
  CHECK(refusal(named, {"r2", "r1"}) == ErrorKind::InvalidInterval);
  CHECK_THROWS_WITH(slice_axis(named, {"r3"}), Catch::Contains("one of r1, r2, r10"));
}

TEST_CASE("an axis that counts time is found by dates too", "[subset]") {
  AxisData data;
  data.label = data.dimension = "lag";
  data.role = AxisRole::Member;
  data.uom = "seconds since 1970-01-01";
  data.centres = {100, 200, 300};
  CHECK(range_of(slice_axis(Axis(data), {"1970-01-01T00:05:00Z"})) == IndexRange{2, 3});
  CHECK(range_of(slice_axis(Axis(data), {"200"})) == IndexRange{1, 2});
}

TEST_CASE("float32 axes are found by their decimals", "[subset]") {
  const Axis axis =
      number_axis("depth", AxisRole::Vertical, {0.1F, 0.2F, 0.3F, 0.4F}, ElementType::Float32);
  CHECK(range_of(trim_axis(axis, {"0.1", "0.3"})) == IndexRange{0, 3});
  CHECK(range_of(slice_axis(axis, {"0.3"})) == IndexRange{2, 3});
  CHECK(range_of(trim_axis(axis, {"0.300000012", "0.3"})) == IndexRange{2, 3});  // one float32
}

TEST_CASE("refusals say where the axis goes", "[subset]") {
  CHECK_THROWS_WITH(trim_axis(latitude_axis(every(-89.5, 1, 180)), {"95", "99"}),
                    Catch::Contains("from -90 to 90 degrees_north"));
  CHECK_THROWS_WITH(slice_axis(number_axis("number", AxisRole::Member, {1, 2, 5}), {"3"}),
                    Catch::Contains("the nearest are 2 and 5"));
}
