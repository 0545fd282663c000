#include <catch2/catch.hpp>

#include "services/ows/exception.h"
#include "services/wms/dimension_choice.h"
#include "services/wms/iso_duration.h"
#include "services/wms/time_extent.h"
#include "tests/services/wms/fixture.h"

namespace gyre::wms::testing {
namespace {

using coverage::Axis;
using coverage::Calendar;

Dimension time_dimension() {
  Dimension dimension;
  dimension.kind = Dimension::Kind::Time;
  dimension.name = "time";
  dimension.units = "ISO8601";
  return dimension;
}

Dimension elevation_dimension(double factor) {
  Dimension dimension;
  dimension.name = "elevation";
  dimension.units = "CRS:88";
  dimension.unit_symbol = "m";
  dimension.factor = factor;
  return dimension;
}

/// The step chosen, and a "~" where a Nearest warning was given, "*" for a Default one.
std::string chosen(const Axis& axis, const Dimension& dimension, const std::string& text) {
  try {
    const Chosen found = choose(axis, dimension, text, kNow);
    std::string told = std::to_string(found.index);
    if (found.warning.find("Nearest") != std::string::npos) told += "~";
    if (found.warning.find("Default") != std::string::npos) told += "*";
    return told;
  } catch (const ows::Exception& error) {
    return error.code();
  }
}

std::string extent(const std::string& units, std::vector<double> centres,
                   Calendar calendar = Calendar::Standard) {
  const Axis axis = time_axis(units, std::move(centres), {}, calendar);
  return time_extent(axis.data().instants);
}

}  // namespace

TEST_CASE("regular runs of time are published as intervals, the rest one by one", "[wms]") {
  CHECK(extent("hours since 2024-01-01", {0, 6, 12, 18}) ==
        "2024-01-01T00:00:00Z/2024-01-01T18:00:00Z/PT6H");
  CHECK(extent("days since 2024-01-01", {0, 1}) == "2024-01-01T00:00:00Z,2024-01-02T00:00:00Z");
  CHECK(extent("days since 2024-01-01", {0, 1, 2, 10, 20, 30, 40, 95}) ==
        "2024-01-01T00:00:00Z/2024-01-03T00:00:00Z/P1D,"
        "2024-01-11T00:00:00Z/2024-02-10T00:00:00Z/P10D,2024-04-05T00:00:00Z");
  CHECK(extent("days since 2023-01-01", {0, 31, 59, 90}) ==
        "2023-01-01T00:00:00Z/2023-04-01T00:00:00Z/P1M");
  CHECK(extent("days since 2021-01-01", {0, 365, 730, 1095}) ==
        "2021-01-01T00:00:00Z/2024-01-01T00:00:00Z/P1Y");
  CHECK(extent("seconds since 2024-01-01", {0, 1.5, 3}) ==
        "2024-01-01T00:00:00Z/2024-01-01T00:00:03Z/PT1.500S");
  CHECK(extent("days since 2001-02-29", {0, 1, 5}, Calendar::Day360) ==
        "2001-02-29T00:00:00Z,2001-02-30T00:00:00Z,2001-03-04T00:00:00Z");
  // Clients would count to a 31st, and never meet the 30 February.
  CHECK(extent("days since 2001-02-28", {0, 1, 2, 3}, Calendar::Day360) ==
        "2001-02-28T00:00:00Z,2001-02-29T00:00:00Z,2001-02-30T00:00:00Z,2001-03-01T00:00:00Z");
  CHECK(extent("days since 2001-01-16", {0, 30, 60, 90}, Calendar::Day360) ==
        "2001-01-16T00:00:00Z/2001-04-16T00:00:00Z/P1M");
  CHECK(extent("days since 2024-01-01", {2, 1, 0}) ==
        "2024-01-01T00:00:00Z/2024-01-03T00:00:00Z/P1D");
}

TEST_CASE("instants and numbers too many to list are published as one interval", "[wms]") {
  std::vector<double> uneven;
  for (int i = 0; i < 200'000; ++i) uneven.push_back(i * 60.0 + (i % 2));
  CHECK(extent("seconds since 2024-01-01", uneven) ==
        "2024-01-01T00:00:00Z/2024-05-18T21:19:01Z/PT1M");
  // A period that meets every instant, where it does not pretend that there are very many more.
  std::vector<double> steps{0};
  while (steps.size() < 1000)
    steps.push_back(steps.back() + 600.0 * static_cast<double>(1 + steps.size() * 7 % 5));
  const Axis times = time_axis("seconds since 2024-01-01", steps);
  CHECK(time_extent_parts(times.data().instants) > 500);
  CHECK(time_extent(times.data().instants, 500) ==
        "2024-01-01T00:00:00Z/2024-01-21T19:50:00Z/PT10M");
  CHECK(time_extent(times.data().instants, 1000).size() > 10'000);
  const Axis depth = depth_axis(uneven);
  CHECK(extent_text(depth, elevation_dimension(-1)) == "-11999941/0/0");
}

TEST_CASE("durations are read and written", "[wms]") {
  struct Row {
    const char* text;
    IsoDuration expected;
    const char* written;
  };
  constexpr std::int64_t kHour = 3600000000;
  const auto row = GENERATE_COPY(values<Row>({{"P1D", {0, 24 * kHour}, "P1D"},
                                              {"PT6H", {0, 6 * kHour}, "PT6H"},
                                              {"P1DT1H", {0, 25 * kHour}, "P1DT1H"},
                                              {"PT30S", {0, 30000000}, "PT30S"},
                                              {"PT90M", {0, 90 * 60000000LL}, "PT1H30M"},
                                              {"P1M", {1, 0}, "P1M"},
                                              {"P2Y", {24, 0}, "P2Y"},
                                              {"P1W", {0, 7 * 24 * kHour}, "P7D"}}));
  CAPTURE(row.text);
  REQUIRE(parse_duration(row.text));
  CHECK((*parse_duration(row.text) == row.expected));
  CHECK(duration_text(row.expected) == row.written);
}

TEST_CASE("what is no duration is none", "[wms]") {
  const auto text = GENERATE("", "P", "PT", "1D", "P1", "PD", "P-1D", "P1H", "PT1D", "P1e99Y",
                             "P99999999999D", "PT1S ");
  CAPTURE(text);
  CHECK_FALSE(parse_duration(text));
}

TEST_CASE("TIME selects a step in every spelling clients use", "[wms]") {
  // 1 to 6 January, noon; now is the third.
  const Axis axis = time_axis("days since 2024-01-01 12:00", every(0, 1, 6));
  struct Row {
    const char *text, *expected;
  };
  const auto row = GENERATE(values<Row>({
      {"", "2*"},
      {"current", "2"},
      {"2024-01-02T12:00:00Z", "1"},
      {"2024-01-02T12:00:00.000Z", "1"},
      {"2024-01-02T12:00:00", "1"},
      {"2024-01-02 12:00:00", "1"},
      {"2024-01-02T12:00Z", "1"},
      {"20240102T120000Z", "1"},
      {"2024-01-02T13:00:00+01:00", "1"},
      {"2024-01-02T13:00:00 01:00", "1"},  // '+' as a URL decodes it
      {"\"2024-01-02T12:00:00Z\"", "1"},
      {"2024-01-02", "1"},
      {"2024-01", "0"},
      {"2024", "0"},
      {"2024-01-02T10:00:00Z", "1~"},
      {"2024-01-06T23:00:00Z", "5~"},
      {"2024-01-07T12:00:00Z", "InvalidDimensionValue"},
      {"2023", "InvalidDimensionValue"},
      {"2024-01-01/2024-01-04", "3"},
      {"2024-01-02T12:00:00Z/2024-01-04T12:00:00Z/P1D", "3"},
      {"2024-01-02/P1D", "1"},
      {"P1D/2024-01-03T12:00:00Z", "2"},
      {"2024-01-02T12:00:00Z/current", "2"},
      {"/2024-01-03", "2"},
      {"2024-01-03/", "5"},
      {"2024-01-03T14:00:00Z/2024-01-03T15:00:00Z", "2~"},
      {"2025/2026", "InvalidDimensionValue"},
      {"2024-01-04/2024-01-02", "InvalidDimensionValue"},
      {"2024-01-02,2024-01-04", "3"},
      {"2024-01-02,2030-01-01", "InvalidDimensionValue"},
      {"2024-02-30", "InvalidDimensionValue"},
      {"yesterday", "InvalidDimensionValue"},
      {"2024-01-02T12:00:00Z/x", "InvalidDimensionValue"},
      {",", "InvalidDimensionValue"},
  }));
  CAPTURE(row.text);
  CHECK(chosen(axis, time_dimension(), row.text) == row.expected);
}

TEST_CASE("a step whose bounds hold the time asked for is taken, and said", "[wms]") {
  const Axis axis = time_axis("days since 2024-01-01", {15, 45, 75}, {0, 31, 31, 60, 60, 91});
  CHECK(chosen(axis, time_dimension(), "2024-02-01T06:00:00Z") == "1~");
  CHECK(chosen(axis, time_dimension(), "2024-02-03/2024-02-05") == "1~");
}

TEST_CASE("every published time is taken back as it stands", "[wms][property]") {
  const Axis axis = time_axis("seconds since 1999-12-31", {0, 0.25, 1.0 / 3, 86399.999, 1e9 + 0.1});
  for (std::size_t i = 0; i < axis.size(); ++i) {
    const std::string text = value_text(axis, time_dimension(), i);
    CAPTURE(text);
    CHECK(chosen(axis, time_dimension(), text) == std::to_string(i));
  }
}

TEST_CASE("dates are those of the dataset's calendar", "[wms]") {
  const Axis axis = time_axis("days since 2001-02-29", {0, 1, 2}, {}, Calendar::Day360);
  CHECK(chosen(axis, time_dimension(), "2001-02-30") == "1");
  CHECK(chosen(axis, time_dimension(), "2001-02-31") == "InvalidDimensionValue");
}

TEST_CASE("the default time is the last that has come, else the first to come", "[wms]") {
  const auto index = [](std::vector<double> days) {
    return default_index(time_axis("days since 2024-01-01 12:00", std::move(days)),
                         time_dimension(), kNow);
  };
  CHECK(index({0, 1, 2, 3}) == 2);
  CHECK(index({0, 1}) == 1);
  CHECK(index({5, 6}) == 0);
  CHECK(index({3, 2, 1}) == 1);
}

TEST_CASE("ELEVATION is metres, up positive, and forgives the sign", "[wms]") {
  const Axis depth = depth_axis({0.49402499198913574, 1.5413750410079956, 10});
  const Dimension dimension = elevation_dimension(-1);
  CHECK(value_text(depth, dimension, 0) == "-0.494025");
  CHECK(extent_text(depth, dimension) == "-0.494025,-1.541375,-10");
  struct Row {
    const char *text, *expected;
  };
  const auto row = GENERATE(values<Row>({
      {"", "0*"},
      {"-0.494025", "0"},
      {"0.494025", "0"},
      {"10", "2"},
      {"-10", "2"},
      {"-0.5", "0~"},
      {"0.5", "0~"},
      {"0", "0~"},
      {"-8", "2~"},
      {"-20", "InvalidDimensionValue"},
      {"-10/-1", "1"},
      {"0/5", "0"},
      {"x", "InvalidDimensionValue"},
      {"nan", "InvalidDimensionValue"},
      {"-0.494025,-10", "2"},
  }));
  CAPTURE(row.text);
  CHECK(chosen(depth, dimension, row.text) == row.expected);
}

TEST_CASE("a range or a list stands for all its steps where all are asked for", "[wms]") {
  using Indices = std::vector<std::size_t>;
  const auto all = [](const Axis& axis, const Dimension& dimension, const std::string& text) {
    return choose_all(axis, dimension, text, kNow).indices;
  };
  const Dimension time = time_dimension();
  const Axis days = time_axis("days since 2024-01-01", {0, 1, 2, 3, 4, 31, 32, 60}, {});
  CHECK(all(days, time, "2024-01-02/2024-01-04") == Indices{1, 2, 3});
  CHECK(all(days, time, "/2024-01-02") == Indices{0, 1});
  CHECK(all(days, time, "2024-02/") == Indices{5, 6, 7});
  CHECK(all(days, time, "2024-01-03T00:00:00Z/P2D") == Indices{2, 3, 4});
  CHECK(all(days, time, "2024-01-01/2024-01-05/P2D") == Indices{0, 2, 4});
  CHECK(all(days, time, "2024-01-01/2024-12-31/P1M") == Indices{0, 5, 7});
  CHECK(all(days, time, "2024-01-05,2024-01-01,2024-01-05") == Indices{0, 4});
  CHECK(all(days, time, "2024-01-01,2024-02-01/2024-03") == Indices{0, 5, 6, 7});
  CHECK(all(days, time, "2024-01-03") == Indices{2});
  CHECK(choose_all(days, time, std::nullopt, kNow).indices.size() == 1);
  CHECK_FALSE(choose_all(days, time, std::nullopt, kNow).warning.empty());
  CHECK_THROWS_AS(all(days, time, "2025-01/2025-02"), ows::Exception);
  CHECK_THROWS_AS(all(days, time, "2024-01-05/2024-01-01"), ows::Exception);

  const Dimension elevation = elevation_dimension(-1);
  const Axis depth = depth_axis({0.5, 5, 10, 50, 100});
  CHECK(all(depth, elevation, "-50/-5") == Indices{1, 2, 3});
  CHECK(all(depth, elevation, "5/50") == Indices{1, 2, 3});  // forgives the sign
  CHECK(all(depth, elevation, "/-50") == Indices{3, 4});
  CHECK(all(depth, elevation, "0/-100") == Indices{0, 1, 2, 3, 4});
  CHECK(all(depth, elevation, "-100/0/50") == Indices{3, 4});
  CHECK(all(depth, elevation, "-100/0/30") == Indices{2, 3, 4});
  CHECK(all(depth, elevation, "-5,-100") == Indices{1, 4});
  CHECK_THROWS_AS(all(depth, elevation, "-5,-400"), ows::Exception);
}

TEST_CASE("steps as close as the stored type can tell are told apart", "[wms]") {
  const Dimension dimension = elevation_dimension(-1);
  const Axis single = depth_axis({1e6, 1e6 + 0.0625, 1e6 + 0.125, 1e6 + 0.1875});
  coverage::AxisData data = depth_axis({1e15, 1e15 + 1, 1e15 + 2, 1e15 + 3}).data();
  data.type = coverage::ElementType::Float64;
  for (const Axis& axis : {single, Axis(std::move(data))}) {
    for (std::size_t i = 0; i < axis.size(); ++i) {
      CHECK(chosen(axis, dimension, value_text(axis, dimension, i)) == std::to_string(i));
      const std::string range =
          value_text(axis, dimension, i) + "/" + value_text(axis, dimension, i);
      CHECK(choose_all(axis, dimension, range, kNow).indices == std::vector<std::size_t>{i});
    }
  }
  CHECK(chosen(depth_axis({1e6, 1e6 + 500}), dimension, "-1000000.1") ==
        "0");  // rounded by a client
}

TEST_CASE("steps beyond the limit are refused at the item that is too much", "[wms]") {
  const Dimension time = time_dimension();
  const Axis days = time_axis("days since 2024-01-01", every(0, 1, 100), {});
  const StepsLimit ten{10, {}};
  const auto count = [&](const std::string& text, const StepsLimit& limit) {
    return choose_all(days, time, text, kNow, limit).indices.size();
  };
  // The same steps again are no more samples.
  CHECK(count("2024-01-01/2024-01-10,2024-01-02/2024-01-10,2024-01-05", ten) == 10);
  std::string text = "/";
  for (int i = 1; i < 1000; ++i) text += ",/";
  CHECK(count(text, {100, {}}) == 100);
  try {
    // What comes after is not even looked at.
    static_cast<void>(count("2024-01-01/2024-01-11,no date", ten));
    FAIL("not refused");
  } catch (const ows::Exception& refused) {
    CHECK(refused.code() == "InvalidDimensionValue");
    CHECK(std::string(refused.what()).find("11 samples or more, and 10 at most") !=
          std::string::npos);
  }
  StepsLimit gone;
  gone.abort.cancel();
  CHECK_THROWS_AS(count("/", gone), coverage::Error);
}

TEST_CASE("warnings say the value and its unit", "[wms]") {
  CHECK(choose(depth_axis({490, 500}), elevation_dimension(1), "491", kNow).warning ==
        "99 Nearest value used: elevation=490 m");
  CHECK(choose(time_axis("days since 2024-01-01", {0}), time_dimension(), std::nullopt, kNow)
            .warning == "99 Default value used: time=2024-01-01T00:00:00Z ISO8601");
}

TEST_CASE("axes become dimensions by their role", "[wms]") {
  coverage::AxisData member;
  member.label = member.dimension = "Ensemble Member";
  member.role = coverage::AxisRole::Member;
  member.centres = {0, 1};
  member.names = {"r1i1p1", "r2i1p1"};
  coverage::AxisData height;
  height.label = "height";
  height.role = coverage::AxisRole::Vertical;
  height.uom = "m";
  height.centres = {2};
  const coverage::DomainSet domain_set(
      {Axis(member), time_axis("days since 2024-01-01", {0, 1}), latitude_axis({1, 2}),
       longitude_axis({1, 2}),
       time_axis("days since 2024-01-01", {0, 1}, {}, Calendar::Standard,
                 coverage::AxisRole::ReferenceTime),
       Axis(height)},
      coverage::Crs(), "");
  const std::vector<Dimension> dimensions = dimensions_of(domain_set);
  std::vector<std::string> names;
  for (const Dimension& dimension : dimensions) names.push_back(parameter_of(dimension));
  CHECK(names == std::vector<std::string>{"DIM_ENSEMBLE_MEMBER", "TIME", "DIM_REFERENCE_TIME"});
  CHECK(chosen(domain_set.axes()[0], dimensions[0], "r2i1p1") == "1");
  CHECK(chosen(domain_set.axes()[0], dimensions[0], "r3") == "InvalidDimensionValue");
}

TEST_CASE("a member that is not there is not another one", "[wms]") {
  coverage::AxisData member;
  member.label = member.dimension = "realization";
  member.role = coverage::AxisRole::Member;
  member.centres = {0, 1, 2, 10};
  const Axis axis(member);
  Dimension dimension;
  dimension.name = "realization";
  CHECK_FALSE(takes_nearest(axis, dimension));
  CHECK(chosen(axis, dimension, "10") == "3");
  CHECK(chosen(axis, dimension, "1/5") == "2");
  CHECK(chosen(axis, dimension, "") == "0*");
  for (const char* none : {"5", "1.5", "3/9", "11", "0,5"}) {
    CHECK(chosen(axis, dimension, none) == "InvalidDimensionValue");
  }
}

TEST_CASE("pressure keeps its unit and begins at the highest", "[wms]") {
  const Axis axis = number_axis("plev", coverage::AxisRole::Vertical, {100000, 50000, 1000});
  Dimension dimension;
  dimension.name = "elevation";
  dimension.units = dimension.unit_symbol = "Pa";
  CHECK(default_index(axis, dimension, kNow) == 0);
  CHECK(chosen(axis, dimension, "50000") == "1");
}

}  // namespace gyre::wms::testing
