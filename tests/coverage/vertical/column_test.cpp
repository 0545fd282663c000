#include "coverage/vertical/column.h"

#include <limits>
#include <vector>

#include <catch2/catch.hpp>

using namespace gyre::coverage;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kNowhere = LevelPosition::kNowhere;

}  // namespace

TEST_CASE("a height lies between two levels of its column, or nowhere", "[vertical]") {
  struct Row {
    const char* why;
    std::vector<double> heights;
    double at;
    LevelPosition expected;
  };
  const auto row = GENERATE(values<Row>({
      {"between, rising", {-100, -60, -20}, -50, {1, 0.25}},
      {"between, falling", {-20, -60, -100}, -50, {0, 0.75}},
      {"on a level", {-100, -60, -20}, -60, {1, 0}},
      {"on the first", {-100, -60, -20}, -100, {0, 0}},
      {"on the last", {-100, -60, -20}, -20, {2, 0}},
      {"above, never extrapolated", {-100, -60, -20}, -19.999, {kNowhere, 0}},
      {"below", {-100, -60, -20}, -100.001, {kNowhere, 0}},
      {"one level, at it", {-60}, -60, {0, 0}},
      {"one level, beside it", {-60}, -59, {kNowhere, 0}},
      {"no levels", {}, 0, {kNowhere, 0}},
      {"all missing", {kNaN, kNaN}, 0, {kNowhere, 0}},
      {"never across a gap", {-100, kNaN, -20}, -60, {kNowhere, 0}},
      {"beside a gap", {-100, kNaN, -20, 0}, -10, {2, 0.5}},
      {"beside a gap, on a level", {-100, kNaN, -20}, -20, {2, 0}},
      {"turns back", {-100, -60, -80, -20}, -90, {kNowhere, 0}},
      {"turns back over a gap", {-100, kNaN, -60, -80}, -100, {kNowhere, 0}},
      {"two levels at one height", {-100, -60, -60, -20}, -90, {kNowhere, 0}},
      {"flat", {-3, -3, -3}, -3, {kNowhere, 0}},
  }));
  CAPTURE(row.why);
  CHECK(position_in(row.heights, row.at) == row.expected);
}

TEST_CASE("what a position means is the height asked for", "[vertical][property]") {
  std::vector<double> heights;
  double height = GENERATE(take(20, random(-5000.0, 0.0)));
  for (int k = 0; k < 12; ++k) heights.push_back(height += 1 + 17.3 * (k % 5));
  const double at = GENERATE(take(10, random(-5000.0, 500.0)));
  const LevelPosition found = position_in(heights, at);
  if (found.lower == kNowhere) {
    CHECK((at < heights.front() || at > heights.back()));
  } else {
    const double next = found.weight > 0 ? heights[found.lower + 1] : heights[found.lower];
    const double back = heights[found.lower] + found.weight * (next - heights[found.lower]);
    CHECK(back == Approx(at).epsilon(1e-12));
  }
}
