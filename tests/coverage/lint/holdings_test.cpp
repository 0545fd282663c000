#include <chrono>
#include <filesystem>

#include "coverage/lint/series.h"
#include "coverage/source/file_identity.h"
#include "tests/coverage/lint/fixture.h"
#include "tests/coverage/source/fixture.h"

namespace gyre::coverage::lint {
namespace {

using gyre::test::ncgen;
using gyre::test::TemporaryFolder;
using gyre::test::write_file;

/// One day of a series of daily files.
std::string day(int number, const char* units = "K", const char* lon = "0, 10, 20",
                const char* name = "t") {
  return fmt::format(R"(netcdf d {{ dimensions: time = 1 ; lat = 2 ; lon = 3 ;
variables:
  double time(time) ; time:units = "days since 2020-01-01" ; time:calendar = "standard" ;
  double lat(lat) ; lat:units = "degrees_north" ;
  double lon(lon) ; lon:units = "degrees_east" ;
  float {3}(time, lat, lon) ; {3}:standard_name = "air_temperature" ; {3}:units = "{1}" ;
  :title = "t" ; :summary = "s" ; :institution = "i" ; :license = "l" ;
data: time = {0} ; lat = 10, 20 ; lon = {2} ; {3} = 281, 282, 283, 284, 285, 286 ; }})",
                     number, units, lon, name);
}

Report report_of(const TemporaryFolder& folder, const std::vector<std::string>& names) {
  std::vector<Holding> holdings;
  for (const std::string& name : names) holdings.push_back({folder / name, name});
  Executor executor(2);
  return lint(holdings, *opener_in_process(), executor);
}

std::string told_of(const Report& report) {
  std::string out;
  for (const Told& one : report.told) {
    for (const std::string& path : one.paths) out += path + " ";
    out += told({one.finding});
  }
  return out;
}

std::vector<std::string> days(const TemporaryFolder& folder, const std::vector<int>& numbers) {
  std::vector<std::string> names;
  for (const int number : numbers) {
    names.push_back(fmt::format("day_{:03}.nc", number));
    ncgen(folder, names.back(), day(number));
  }
  return names;
}

}  // namespace

TEST_CASE("names that differ by digits alone are a series", "[lint]") {
  CHECK(series_pattern("a/nemo_201501.nc") == "a/nemo_{6 digits}.nc");
  CHECK(series_pattern("2015/x.nc") == "2015/x.nc");
  CHECK(series_pattern("v1_2.nc") == "v{1 digit}_{1 digit}.nc");
}

TEST_CASE("lint says nothing of a good series", "[lint]") {
  const TemporaryFolder folder;
  const Report report = report_of(folder, days(folder, {0, 1, 2, 3, 4, 5, 6, 7}));
  CAPTURE(told_of(report));
  CHECK(report.told.empty());
  CHECK(report.holdings == 8);
  CHECK(report.fine == 8);
  CHECK(report.sampled == 5);
}

TEST_CASE("lint finds holes and duplicates between files", "[lint]") {
  const TemporaryFolder folder;
  std::vector<std::string> names = days(folder, {0, 1, 2, 3, 6, 7, 8});
  ncgen(folder, "day_100.nc", day(7));
  names.emplace_back("day_100.nc");
  const Report report = report_of(folder, names);
  CAPTURE(told_of(report));
  REQUIRE(report.told.size() == 2);
  for (const Told& one : report.told) {
    CHECK(one.paths == std::vector<std::string>{"day_{3 digits}.nc"});
    CHECK(one.finding.check == "series");
  }
  CHECK(told_of(report).find("1 time is in two files: 2020-01-08T00:00:00Z in day_007.nc and "
                             "day_100.nc") != std::string::npos);
  CHECK(told_of(report).find("2 times are missing between its files where there is one every day: "
                             "2 after 2020-01-04T00:00:00Z") != std::string::npos);
}

TEST_CASE("lint finds files that are not like the others of their series", "[lint]") {
  const TemporaryFolder folder;
  std::vector<std::string> names = days(folder, {0, 1, 2, 3, 4});
  std::string part;
  SECTION("another grid") {
    ncgen(folder, "day_005.nc", day(5, "K", "0, 10, 21"));
    part = "day_005.nc warning [series] : its grid is not that of the others";
  }
  SECTION("another unit") {
    ncgen(folder, "day_005.nc", day(5, "mK"));
    part = "day_005.nc warning [series] t: it is in 'mK', in the others of its series in 'K'";
  }
  SECTION("another variable") {
    ncgen(folder, "day_005.nc", day(5, "K", "0, 10, 20", "tas"));
    part = "day_005.nc warning [series] : it lacks t, which the others";
  }
  names.emplace_back("day_005.nc");
  const Report report = report_of(folder, names);
  CAPTURE(told_of(report));
  CHECK(told_of(report).find(part) != std::string::npos);
}

TEST_CASE("lint tells once what many files of a series have", "[lint]") {
  const TemporaryFolder folder;
  std::vector<std::string> names;
  for (int i = 0; i < 6; ++i) {
    names.push_back(fmt::format("day_{}.nc", i));
    ncgen(folder, names.back(), day(i, "wurst"));
  }
  const Report report = report_of(folder, names);
  CAPTURE(told_of(report));
  REQUIRE(report.told.size() == 1);
  CHECK(report.told.front().paths == names);
  CHECK(report.count(Severity::Warning) == 1);
  CHECK(report.fine == 0);
}

TEST_CASE("lint finds files from the future", "[lint]") {
  const TemporaryFolder folder;
  const auto names = days(folder, {0});
  std::filesystem::last_write_time(
      folder / names[0], std::filesystem::file_time_type::clock::now() + std::chrono::hours(48));
  const Report report = report_of(folder, names);
  CHECK(report.count(Severity::Warning) == 1);
  CHECK_THAT(told_of(report), Catch::Contains("which is in the future"));
  FileIdentity identity;
  identity.modified_ns = 1'700'000'000'000'000'000;
  CHECK_FALSE(modified_in_future(identity, 1'700'000'000'000'000));
  CHECK_FALSE(modified_in_future(identity, 1'699'999'990'000'000));
  CHECK(modified_in_future(identity, 1'600'000'000'000'000) == "2023-11-14T22:13:20Z");
}

TEST_CASE("lint survives what is damaged, and tells of it", "[lint]") {
  const TemporaryFolder folder;
  write_file(folder / "broken.nc", "CDF\x01 and then nothing of use");
  write_file(folder / "notes.txt", "no data");
  const Report report = report_of(folder, {"broken.nc", "notes.txt", "gone.nc"});
  CAPTURE(told_of(report));
  CHECK(report.holdings == 2);
  CHECK(report.count(Severity::Error) == 2);
}

}  // namespace gyre::coverage::lint
