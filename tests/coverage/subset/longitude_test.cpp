#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "coverage/subset/resolved_query.h"
#include "tests/coverage/memory_source.h"

using namespace gyre::coverage;
using namespace gyre::coverage::testing;

namespace {

std::vector<double> longitudes_of(const Axis& axis, const AxisSelection& selection) {
  std::vector<double> centres;
  for (const AxisRun& run : selection.runs) {
    for (std::size_t i = run.range.begin; i < run.range.end; ++i)
      centres.push_back(axis.centres()[i] + run.shift);
  }
  return centres;
}

std::vector<double> trimmed(const Axis& axis, const char* low, const char* high) {
  return longitudes_of(axis, trim_axis(axis, {low, high}));
}

}  // namespace

TEST_CASE("a strip of longitudes lies in the turn of the request", "[subset][longitude]") {
  const Axis pacific = longitude_axis(every(0, 10, 36));      // 0 .. 350
  const Axis atlantic = longitude_axis(every(-180, 10, 36));  // -180 .. 170
  const Axis odd = longitude_axis(every(20, 10, 36));         // 20 .. 370
  CHECK(trimmed(pacific, "-50", "-30") == std::vector<double>{-50, -40, -30});
  CHECK(trimmed(pacific, "-20", "20") == std::vector<double>{-20, -10, 0, 10, 20});
  CHECK(trimmed(atlantic, "170", "190") == std::vector<double>{170, 180, 190});
  CHECK(trimmed(atlantic, "-190", "-170") == std::vector<double>{-190, -180, -170});
  CHECK(trimmed(odd, "-10", "30") == std::vector<double>{-10, 0, 10, 20, 30});
  CHECK(trimmed(odd, "350", "380") == std::vector<double>{350, 360, 370, 380});
  CHECK(trim_axis(pacific, {"-20", "20"}).runs.size() == 2);
}

TEST_CASE("a whole turn takes every sample once", "[subset][longitude]") {
  const Axis pacific = longitude_axis(every(0, 10, 36));
  CHECK(trimmed(pacific, "-180", "180") == every(-180, 10, 36));
  CHECK(trimmed(pacific, "0", "360") == every(0, 10, 36));
  CHECK(trimmed(pacific, "-185", "500") == every(-180, 10, 36));
  CHECK(trimmed(pacific, "-1e9", "1e9") == every(0, 10, 36));
  CHECK(trimmed(longitude_axis(every(-180, 10, 36)), "-180", "180") == every(-180, 10, 36));
  // One meridian stored twice: it is given once when the strip is cut elsewhere.
  CHECK(trimmed(longitude_axis(every(0, 10, 37)), "-180", "180") == every(-180, 10, 36));
  CHECK(trimmed(longitude_axis(every(0, 10, 37)), "0", "360") == every(0, 10, 37));
}

TEST_CASE("meridians that an axis has twice are taken where they stand", "[subset][longitude]") {
  const Axis closed = longitude_axis(every(0, 10, 37));  // 0 .. 360
  CHECK(trim_axis(closed, {"0", "20"}).runs == std::vector<AxisRun>{{{0, 3}, 0}});
  CHECK(trim_axis(closed, {"350", "360"}).runs == std::vector<AxisRun>{{{35, 37}, 0}});
  CHECK(trim_axis(closed, {"-20", "20"}).runs ==
        std::vector<AxisRun>{{{34, 36}, -360}, {{0, 3}, 0}});
  CHECK(trim_axis(closed, {"340", "380"}).runs ==
        std::vector<AxisRun>{{{34, 37}, 0}, {{1, 3}, 360}});
  CHECK(trim_axis(closed, {"-180", "180"}).runs ==
        std::vector<AxisRun>{{{18, 36}, -360}, {{0, 18}, 0}});

  const Axis longer = longitude_axis(every(-180, 10, 72));  // -180 .. 530
  CHECK(trim_axis(longer, {"-100", "-80"}).runs == std::vector<AxisRun>{{{8, 11}, 0}});
  CHECK(trim_axis(longer, {"260", "280"}).runs == std::vector<AxisRun>{{{44, 47}, 0}});
  CHECK(trim_axis(longer, {"0", "360"}).runs == std::vector<AxisRun>{{{18, 55}, 0}});
  CHECK(trim_axis(longer, {"-1000", "1000"}).runs == std::vector<AxisRun>{{{0, 72}, 0}});
  CHECK(trim_axis(longer, {"-200", "-160"}).runs ==
        std::vector<AxisRun>{{{34, 36}, -360}, {{0, 3}, 0}});
  CHECK(trimmed(longer, "-900", "-540") == every(-900, 10, 36));
  CHECK(trimmed(longer, "-670", "60") == every(-670, 10, 36));
  CHECK(trim_axis(longer, {"590", "600"}).runs == std::vector<AxisRun>{{{41, 43}, 360}});
  CHECK(slice_axis(longer, {"590"}).runs == std::vector<AxisRun>{{{41, 42}, 360}});
  CHECK(slice_axis(longer, {"-190"}).runs == std::vector<AxisRun>{{{35, 36}, -360}});

  const Axis both = longitude_axis(every(-180, 10, 37));  // -180 .. 180
  CHECK(trim_axis(both, {"180", "540"}).runs ==
        std::vector<AxisRun>{{{36, 37}, 0}, {{1, 36}, 360}});
  CHECK(slice_axis(both, {"540"}).runs == std::vector<AxisRun>{{{36, 37}, 360}});

  // The cell of -180 reaches over the sample of 179, a turn before: each is named by its centre.
  std::vector<double> ends = every(-180, 10, 34);  // -180 .. 150
  ends.insert(ends.end(), {179, 180});
  const Axis uneven = longitude_axis(ends);
  CHECK(slice_axis(uneven, {"-181"}).runs == std::vector<AxisRun>{{{34, 35}, -360}});
  CHECK(slice_axis(uneven, {"-182"}).runs == std::vector<AxisRun>{{{0, 1}, 0}});
  CHECK(slice_axis(uneven, {"-180"}).runs == std::vector<AxisRun>{{{0, 1}, 0}});
  CHECK(slice_axis(uneven, {"180"}).runs == std::vector<AxisRun>{{{35, 36}, 0}});

  const Axis down = longitude_axis(every(530, -10, 72));  // 530 .. -180
  CHECK(trimmed(down, "-670", "60") == every(-320, -10, 36));

  const Axis west = longitude_axis(every(360, -10, 37));  // 360 .. 0
  CHECK(trim_axis(west, {"0", "20"}).runs == std::vector<AxisRun>{{{34, 37}, 0}});
  CHECK(trim_axis(west, {"-20", "20"}).runs == std::vector<AxisRun>{{{34, 37}, 0}, {{1, 3}, -360}});
  CHECK(trimmed(west, "-180", "180") == every(170, -10, 36));
}

TEST_CASE("longitudes that run westwards stay continuous", "[subset][longitude]") {
  const Axis west = longitude_axis(every(350, -10, 36));  // 350 .. 0
  CHECK(trimmed(west, "-20", "20") == std::vector<double>{20, 10, 0, -10, -20});
  CHECK(trimmed(west, "-180", "180") == every(170, -10, 36));
}

TEST_CASE("regional axes are found from another turn, and refused beside", "[subset][longitude]") {
  const Axis regional = longitude_axis(every(300, 1, 41));  // 300 .. 340
  CHECK(trimmed(regional, "-60", "-58") == std::vector<double>{-60, -59, -58});
  CHECK(trimmed(regional, "-100", "-59") == std::vector<double>{-60, -59});
  CHECK_THROWS_AS(trim_axis(regional, {"0", "100"}), Error);
  CHECK_THROWS_AS(trim_axis(regional, {"10", "5"}), Error);
  CHECK_THROWS_AS(slice_axis(regional, {"1e300"}), Error);
  CHECK(longitudes_of(regional, slice_axis(regional, {"-59.7"})) == std::vector<double>{-60});
  CHECK(trimmed(regional, "-59.8", "-59.7") == std::vector<double>{-60});
  CHECK(trimmed(regional, "-70", "-60.2") == std::vector<double>{-60});  // clipped, then its cell
  CHECK(trimmed(regional, "*", "-59") == std::vector<double>{-60, -59});
}

TEST_CASE("float32 longitudes are found in another turn", "[subset][longitude]") {
  std::vector<double> centres;
  for (int i = 0; i < 3600; ++i) centres.push_back(static_cast<float>(0.05 + 0.1 * i));
  const Axis axis = longitude_axis(centres, ElementType::Float32);
  CHECK(trimmed(axis, "-50.05", "-49.95").size() == 2);
  CHECK(trimmed(axis, "-179.95", "179.95").size() == 3600);
}

TEST_CASE("a longitude trim selects exactly the samples inside, once", "[subset][property]") {
  const double first = GENERATE(-180.0, 0.0, 20.5, -29.75);
  const bool west = GENERATE(false, true);
  std::vector<double> centres = every(first, 2.5, 144);
  if (west) std::reverse(centres.begin(), centres.end());
  const Axis axis = longitude_axis(centres);
  const double low = GENERATE(take(15, random(-400.0, 400.0)));
  const double width = GENERATE(take(4, random(3.0, 359.0)));
  const AxisSelection got = trim_axis(axis, {std::to_string(low), std::to_string(low + width)});
  std::vector<double> strip = longitudes_of(axis, got);
  CHECK(got.runs.size() <= 2);
  if (west) std::reverse(strip.begin(), strip.end());
  CHECK(std::is_sorted(strip.begin(), strip.end()));
  std::size_t expected = 0;
  for (const double centre : centres) {
    for (int turn = -3; turn <= 3; ++turn) {
      const double at = centre + 360 * turn;
      if (at >= low && at <= low + width) {
        ++expected;
        CHECK(std::find(strip.begin(), strip.end(), at) != strip.end());
      }
    }
  }
  CHECK(strip.size() == expected);
}
