#include <algorithm>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "services/host/describe_command.h"
#include "tests/coverage/source/fixture.h"

namespace gyre::host {
namespace {

using gyre::test::ncgen;
using gyre::test::TemporaryFolder;
using gyre::test::write_file;

void make_holdings(const TemporaryFolder& folder) {
  const std::string cdl = R"(netcdf g { dimensions: time = 2 ; lat = 2 ; lon = 3 ;
variables:
  double time(time) ; time:units = "days since 2000-01-01" ;
  double lat(lat) ; lat:units = "degrees_north" ;
  double lon(lon) ; lon:units = "degrees_east" ;
  short v(time, lat, lon) ; v:long_name = "a quantity" ; v:units = "K" ; v:scale_factor = 0.5 ;
  :title = "A: title" ;
data: time = 0, 1 ; lat = 10, 20 ; lon = 0, 10, 20 ; })";
  static_cast<void>(ncgen(folder, "sea 2001.nc", cdl));
  static_cast<void>(ncgen(folder, "sea 2002.nc", cdl));
  write_file(folder / "w.grib", "GRIB");
}

std::string described(const TemporaryFolder& folder, DescribeFormat format) {
  std::ostringstream out;
  CHECK(run_describe(folder.path().string(), format, out) == 0);
  return out.str();
}

}  // namespace

TEST_CASE("gyre describe tells what is published, what looks like one, and what is not", "[host]") {
  const TemporaryFolder folder;
  make_holdings(folder);
  const std::string text = described(folder, DescribeFormat::Text);
  for (const char* const words :
       {"2 datasets published", "sea_2001   sea 2001.nc (NetCDF-4)", "A: title",
        "2000-01-01T00:00:00Z .. 2000-01-02T00:00:00Z", "(every 10)", "int16 * 0.5 + 0",
        "sea {4 digits}.nc: 2 files", "w.grib: "}) {
    CHECK_THAT(text, Catch::Contains(words));
  }
}

TEST_CASE("gyre describe says so when there is nothing to look at", "[host]") {
  const TemporaryFolder folder;
  write_file(folder / "notes.txt", "words");
  std::ostringstream out;
  CHECK(run_describe(folder.path().string(), DescribeFormat::Text, out) == 1);
  CHECK_THAT(out.str(), Catch::Contains("nothing there is NetCDF or a Zarr folder"));
}

TEST_CASE("gyre describe --yaml pins the ids", "[host]") {
  const TemporaryFolder folder;
  make_holdings(folder);
  const YAML::Node yaml = YAML::Load(described(folder, DescribeFormat::Yaml));
  REQUIRE(yaml["datasets"].size() == 2);
  CHECK(yaml["datasets"]["sea 2001.nc"]["id"].as<std::string>() == "sea_2001");
  CHECK(yaml["datasets"]["sea 2001.nc"]["title"].as<std::string>() == "A: title");
}

TEST_CASE("gyre describe --yaml proposes how series are joined by what their names tell",
          "[host]") {
  const TemporaryFolder folder;
  /// Times in days; none: a file without time.
  const auto file = [&](const std::string& name, const std::string& times) {
    const auto count = static_cast<int>(std::count(times.begin(), times.end(), ',') + 1);
    const bool timed = !times.empty();
    static_cast<void>(
        ncgen(folder, name,
              "netcdf g { dimensions: " + (timed ? "time = " + std::to_string(count) + " ; " : "") +
                  "lat = 2 ; lon = 3 ; variables: " +
                  (timed ? "double time(time) ; time:units = \"days since 2026-01-01\" ; " : "") +
                  R"(double lat(lat) ; lat:units = "degrees_north" ; double lon(lon) ;
               lon:units = "degrees_east" ; float v()" +
                  (timed ? "time, " : "") + "lat, lon) ; data: " +
                  (timed ? "time = " + times + " ; " : "") + "lat = 10, 20 ; lon = 0, 10, 20 ; }"));
  };
  struct Row {
    const char *name, *times, *other, *other_times, *proposed;
  };
  const auto row = GENERATE(values<Row>({
      {"x_m01.nc", "0, 1", "x_m02.nc", "0, 1",
       "#  x:\n#    files: \"x_m??.nc\"\n#    join: [member, time]\n#    names: "
       "\"x_m{member:d}.nc\"\n"
       "#    attributes:\n#      member: {standard_name: realization}\n"},
      {"x_r1i1p1f1.nc", "0", "x_r10i1p1f1.nc", "0",
       "#    files: \"x_*.nc\"\n#    join: [member, time]\n#    names: \"x_{member}.nc\"\n"},
      {"x_m01.nc", "0", "x_m02.nc", "31", "#    files: \"x_m??.nc\"\n"},  // months
      {"x_f000.nc", "", "x_f006.nc", "",
       "#    join: lead\n#    names: \"x_f{lead:d}.nc\"\n#    attributes:\n#      lead: "
       "{standard_name: forecast_period, units: hours}\n"},
      {"x_f000.nc", "0", "x_f006.nc", "0.25", "#    files: \"x_f???.nc\"\n"},
      {"x_20260101+000H.nc", "", "x_20260102+006H.nc", "",
       "#    join: [run, lead]\n#    names: \"x_{run:%Y%m%d}+{lead:d}H.nc\"\n"},
      {"x_20260101T00_f000.nc", "0", "x_20260102T00_f006.nc", "1.25",
       "#    join: [run, time]\n#    names: \"x_{run:%Y%m%dT%H}_f???.nc\"\n"},
      {"x_20260101.nc", "0, 1, 2", "x_20260102.nc", "1, 2, 3",
       "#    join: [run, time]\n#    names: \"x_{run:%Y%m%d}.nc\"\n"},
      {"x_20260101.nc", "0", "x_20260102.nc", "1", "#    files: \"x_????????.nc\"\n"},
      {"x_2026-01-01.nc", "", "x_2026-01-02.nc", "",
       "#    join: time\n#    names: \"x_{time:%Y-%m-%d}.nc\"\n"},
  }));
  file(row.name, row.times);
  file(row.other, row.other_times);
  const std::string text = described(folder, DescribeFormat::Yaml);
  CAPTURE(row.name, text);
  CHECK_THAT(text, Catch::Contains(row.proposed));
  const std::string end = row.proposed;  // nothing more is said of a series than this
  if (end.find("join") == end.npos) CHECK_THAT(text, Catch::EndsWith(row.proposed));
}

TEST_CASE("gyre describe tells what became of files that are joined", "[host]") {
  const TemporaryFolder folder;
  make_holdings(folder);
  CHECK_THAT(described(folder, DescribeFormat::Yaml),
             Catch::Contains("#    files: \"sea ????.nc\""));
  coverage::DatasetOverlay joined;
  joined.path = "all";
  joined.aggregation.emplace();
  joined.aggregation->files = {"sea*.nc"};
  std::ostringstream out;
  CHECK(run_describe(folder.path().string(), DescribeFormat::Text, out, {joined}) == 0);
  for (const char* const words :
       {"1 dataset published", "joined      of 2 files, sea 2001.nc .. sea 2002.nc",
        "along       time: 2 steps", "duplicate   2 steps of "}) {
    CHECK_THAT(out.str(), Catch::Contains(words));
  }
  std::ostringstream json_out;
  CHECK(run_describe(folder.path().string(), DescribeFormat::Json, json_out, {joined}) == 0);
  const auto json = nlohmann::json::parse(json_out.str());
  CHECK(json["datasets"][0]["aggregate"]["duplicates"][0]["steps"] == 2);
}

TEST_CASE("gyre describe --json is for programs", "[host]") {
  const TemporaryFolder folder;
  make_holdings(folder);
  const auto json = nlohmann::json::parse(described(folder, DescribeFormat::Json));
  REQUIRE(json["datasets"].size() == 2);
  const auto& coverage = json["datasets"][0]["coverages"][0];
  CHECK(coverage["axes"][0]["calendar"] == "standard");
  CHECK(coverage["axes"][1]["regular_step"] == 10);
  CHECK(coverage["fields"][0]["scale_factor"] == 0.5);
  CHECK(json["series"][0]["paths"].size() == 2);
  CHECK(json["not_published"][0]["path"] == "w.grib");
}

TEST_CASE("gyre describe fails where nothing is published", "[host]") {
  const TemporaryFolder folder;
  std::ostringstream out;
  CHECK(run_describe(folder.path().string(), DescribeFormat::Text, out) == 1);
  CHECK(run_describe(folder / "absent", DescribeFormat::Json, out) == 1);
}

}  // namespace gyre::host
