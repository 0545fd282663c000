#include "coverage/archive/archive_status.h"

#include "coverage/archive/archive.h"
#include "coverage/archive/status_json.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::ncgen;
using gyre::test::TemporaryFolder;
using gyre::test::write_file;

TEST_CASE("paths are told below the data roots, and never above", "[archive]") {
  const std::vector<std::string> roots{"/srv/data/", "/srv/more", "/one/file.nc"};
  CHECK(below_roots("/srv/data/a/b.nc", roots) == "a/b.nc");
  CHECK(below_roots("/srv/more/b.nc", roots) == "b.nc");
  CHECK(below_roots("/srv/moreover/b.nc", roots) == "b.nc");
  CHECK(below_roots("/one/file.nc", roots) == "file.nc");
  CHECK(below_roots("/srv/data/", roots) == "data");
  CHECK(below_roots("a/b.nc", roots) == "a/b.nc");
}

TEST_CASE("the status of an archive is what its catalogue tells", "[archive]") {
  const TemporaryFolder folder;
  ncgen(folder, "d.nc", R"(netcdf d { dimensions: time = 6 ; lat = 2 ; lon = 3 ;
variables:
  double time(time) ; time:units = "days since 2020-01-01" ;
  double lat(lat) ; lat:units = "degrees_north" ; lat:bounds = "b" ;
  double lon(lon) ; lon:units = "degrees_east" ;
  double b(lon, lat) ;
  float t(time, lat, lon) ; t:units = "K" ;
data: time = 0, 1, 2, 5, 6, 7 ; lat = 10, 20 ; lon = 0, 10, 20 ; })");
  write_file(folder / "bad.nc", "nonsense");
  ArchiveSettings settings;
  settings.roots = {folder.path().string(), "/nowhere/at/all"};
  const ArchiveStatus status = status_of(*build_catalogue(settings, 9), settings.roots);
  CHECK(status.generation == 9);
  REQUIRE(status.datasets.size() == 1);
  const DatasetStatus& one = status.datasets.front();
  CHECK(one.path == "d.nc");
  CHECK(one.steps == 6);
  CHECK(one.missing_steps == 2);
  REQUIRE(one.holes.size() == 1);
  CHECK(in_words(one.holes[0]) ==
        "time: 2 steps missing between 2020-01-03T00:00:00Z and 2020-01-06T00:00:00Z");
  CHECK(one.first == "2020-01-01T00:00:00Z");
  CHECK(one.last == "2020-01-08T00:00:00Z");
  CHECK(one.warnings.size() == 1);
  REQUIRE(status.not_served.size() == 2);
  for (const NotServed& bad : status.not_served) {
    CHECK((bad.path == "bad.nc" || bad.path == "all"));
    CHECK(bad.reason.find('/') == std::string::npos);
  }
}

TEST_CASE("the status of joined files tells which steps are missing or double", "[archive]") {
  const TemporaryFolder folder;
  const auto run = [&](const std::string& name, int day) {
    const std::string units = "time:units = \"hours since 2020-01-0" + std::to_string(day) + "\" ;";
    ncgen(folder, name,
          "netcdf r { dimensions: time = 3 ; lat = 2 ; lon = 3 ;\nvariables:\n"
          "double time(time) ; " +
              units + R"(
  double lat(lat) ; lat:units = "degrees_north" ;
  double lon(lon) ; lon:units = "degrees_east" ;
  float t(time, lat, lon) ; t:units = "K" ;
data: time = 0, 6, 12 ; lat = 10, 20 ; lon = 0, 10, 20 ; })");
  };
  run("r20200101.nc", 1);
  run("r20200102.nc", 2);
  run("r20200104.nc", 4);
  write_file(folder / "r20200105.nc", "nonsense");
  write_file(folder / "r.ncml", "nonsense");
  ArchiveSettings settings;
  settings.roots = {folder.path().string()};
  DatasetOverlay joined;
  joined.path = "fc";
  joined.aggregation.emplace();
  joined.aggregation->files = {"r*.nc"};
  joined.aggregation->joins = {{"run", "", ""}, {"time", "", ""}};
  joined.aggregation->names = "r{run:%Y%m%d}.nc";
  settings.datasets = {joined};
  const ArchiveStatus runs = status_of(*build_catalogue(settings, 1), settings.roots);
  REQUIRE(runs.datasets.size() == 1);
  const DatasetStatus& forecast = runs.datasets[0];
  CHECK((forecast.steps == 9 && forecast.runs == 3 && forecast.leads == 3));
  CHECK(forecast.last == "2020-01-04T12:00:00Z");
  CHECK(forecast.missing_steps == 1);
  REQUIRE(forecast.holes.size() == 1);
  CHECK(forecast.holes[0].dimension == "run");
  REQUIRE(forecast.quarantined.size() == 1);  // and not among what is not served
  REQUIRE(runs.not_served.size() == 1);
  CHECK(runs.not_served[0].path == "r.ncml");

  joined.aggregation->joins->clear();
  joined.aggregation->names.clear();
  settings.datasets = {joined};
  const ArchiveStatus unions = status_of(*build_catalogue(settings, 1), settings.roots);
  REQUIRE(unions.datasets.size() == 1);
  CHECK(unions.datasets[0].duplicates_in_all == unions.datasets[0].duplicates.size());
  REQUIRE_FALSE(unions.datasets[0].duplicates.empty());
  CHECK_THAT(in_words(unions.datasets[0].duplicates[0]),
             Catch::Contains("has variables that r2020"));
  CHECK(as_json(unions.datasets[0])["duplicates"][0]["first"].is_null());
}
