#include "coverage/archive/archive_status.h"

#include "coverage/archive/archive.h"
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
  CHECK(one.first == "2020-01-01T00:00:00Z");
  CHECK(one.last == "2020-01-08T00:00:00Z");
  CHECK(one.warnings.size() == 1);
  REQUIRE(status.not_served.size() == 2);
  for (const NotServed& bad : status.not_served) {
    CHECK((bad.path == "bad.nc" || bad.path == "all"));
    CHECK(bad.reason.find('/') == std::string::npos);
  }
}
