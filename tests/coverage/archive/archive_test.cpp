#include "coverage/archive/archive.h"

#include <sys/stat.h>

#include "coverage/archive/archive_status.h"
#include "coverage/archive/holdings.h"
#include "coverage/base/error.h"
#include "coverage/source/source.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::ncgen;
using gyre::test::TemporaryFolder;
using gyre::test::write_file;

namespace {

std::string cdl(const std::string& more = "") {
  return R"(netcdf g { dimensions: lat = 2 ; lon = 3 ;
variables:
  double lat(lat) ; lat:units = "degrees_north" ;
  double lon(lon) ; lon:units = "degrees_east" ;
  float v(lat, lon) ; v:long_name = "a quantity" ;
)" + more +
         R"(
data: lat = 10, 20 ; lon = 0, 10, 20 ; v = 1, 2, 3, 4, 5, 6 ; })";
}

std::vector<std::string> ids_in(const Catalogue& catalogue) {
  std::vector<std::string> ids;
  for (const auto& dataset : catalogue.datasets()) ids.push_back(dataset->id);
  return ids;
}

std::string reason_of(const Catalogue& catalogue, const std::string& path) {
  for (const NotServed& one : catalogue.not_served()) {
    if (one.path == path) return one.reason;
  }
  return "";
}

ArchiveSettings of(const TemporaryFolder& folder) {
  ArchiveSettings settings;
  settings.roots = {folder.path().string()};
  return settings;
}

}  // namespace

TEST_CASE("a dataset id is made of the path below the root", "[archive]") {
  CHECK(dataset_id_of("sst.nc") == "sst");
  CHECK(dataset_id_of("deep/er/grid.nc") == "deep.er.grid");
  CHECK(dataset_id_of("dots.in.name.v1.2.nc") == "dots.in.name.v1.2");
  CHECK(dataset_id_of("2t daily.nc") == "_2t_daily");
  CHECK(dataset_id_of("a-b.nc") == "a-b");
  CHECK(dataset_id_of("température.nc") == "temp_rature");
  CHECK(dataset_id_of("store.zarr") == "store");
  CHECK(dataset_id_of("store.zarr.zip") == "store");
  CHECK(dataset_id_of("-x.nc") == "_-x");
}

TEST_CASE("all holdings below the roots are published, in order of their ids", "[archive]") {
  const TemporaryFolder folder;
  const std::string file = ncgen(folder, "b.nc", cdl());
  std::filesystem::create_directories(folder / "sub/deeper");
  std::filesystem::create_directories(folder / ".hidden");
  for (const char* name : {"a.nc", "sub/c.nc", "sub/deeper/d", ".hidden.nc", ".hidden/e.nc"}) {
    std::filesystem::copy_file(file, folder / name);
  }
  write_file(folder / "README.md", "text");
  write_file(folder / "empty.nc", "");
  write_file(folder / "w.grib2", "GRIB");
  write_file(folder / "z.zip", "PK\x03\x04");
  write_file(folder / "broken.nc", "CDF\x01 and then nothing");
  REQUIRE(mkfifo((folder / "pipe.nc").c_str(), 0600) == 0);
  std::filesystem::create_symlink("..", folder / "sub/up");

  const auto catalogue = build_catalogue(of(folder), 7);
  CHECK(catalogue->generation() == 7);
  CHECK(ids_in(*catalogue) == std::vector<std::string>{"a", "b", "sub.c", "sub.deeper.d"});
  CHECK(catalogue->not_served().size() == 5);
  CHECK(reason_of(*catalogue, "empty.nc") == "it is empty");
  CHECK_THAT(reason_of(*catalogue, "w.grib2"),
             Catch::Contains("no message of GRIB was found in it"));
  CHECK_THAT(reason_of(*catalogue, "z.zip"), Catch::Contains("zip archive that is damaged"));
  CHECK_THAT(reason_of(*catalogue, "broken.nc"), Catch::Contains("damaged"));
  CHECK_THAT(reason_of(*catalogue, "pipe.nc"), Catch::Contains("pipe"));
  const auto again = build_catalogue(of(folder), 7);
  CHECK(ids_in(*again) == ids_in(*catalogue));
  CHECK(again->not_served() == catalogue->not_served());
}

TEST_CASE("a root may be one file, one that is missing is told", "[archive]") {
  const TemporaryFolder folder;
  ArchiveSettings settings;
  settings.roots = {ncgen(folder, "one.nc", cdl()), folder / "missing"};
  const auto catalogue = build_catalogue(settings, 1);
  CHECK(ids_in(*catalogue) == std::vector<std::string>{"one"});
  REQUIRE(catalogue->not_served().size() == 1);
  CHECK_THAT(catalogue->not_served()[0].reason, Catch::Contains("cannot be reached"));
}

TEST_CASE("a root is known by its real path, however it is spelt", "[archive]") {
  namespace fs = std::filesystem;
  const TemporaryFolder folder;
  fs::create_directories(folder / "real");
  fs::create_directories(folder / "other");
  static_cast<void>(ncgen(folder, "real/a.nc", cdl()));
  static_cast<void>(ncgen(folder, "other/b.nc", cdl()));
  const fs::path link = folder / "link", twice = folder / "twice";
  fs::create_directory_symlink(folder / "real", link);
  fs::create_directory_symlink("link", twice);
  fs::create_symlink(folder / "real/a.nc", folder / "latest.nc");
  const std::string real = fs::canonical(folder / "real").string();
  CHECK(canonical_root(link.string()) == real);
  CHECK(canonical_root(twice.string() + "/") == real);
  CHECK(canonical_root(link.string() + "/../other/../real/.") == real);
  CHECK(canonical_root((folder.path().lexically_relative(fs::current_path()) / "link").string()) ==
        real);
  CHECK(canonical_root(link.string() + "/a.nc") == real + "/a.nc");
  CHECK(fs::path(canonical_root(folder / "latest.nc")).filename() == "latest.nc");  // it is an id
  CHECK(canonical_root("/nowhere/at/all") == "/nowhere/at/all");

  const auto parts = [&] {
    return ArchiveParts{opener_in_process(), std::make_shared<HoldingIndex>((folder / "index"))};
  };
  const auto scanned = Archive({{real}, {}}, 1, parts()).scan();
  REQUIRE(scanned->datasets().size() == 1);
  Archive archive({{link.string(), twice.string(), real}, {}}, 1, parts());
  const auto known = archive.known();  // nothing is looked into again
  REQUIRE(known);
  REQUIRE(known->datasets().size() == 1);
  CHECK(known->datasets()[0]->path == scanned->datasets()[0]->path);
  CHECK(archive.scan() == known);
  CHECK(status_of(*known, {link.string()}).datasets.at(0).path == "a.nc");

  fs::remove(link);  // a new release
  fs::create_directory_symlink(folder / "other", link);
  Archive by_link({{link.string()}, {}}, 1, parts());
  CHECK(by_link.scan()->find_dataset("b"));
  fs::remove(link);
  fs::create_directory_symlink(folder / "real", link);
  CHECK(by_link.scan()->find_dataset("a"));
}

TEST_CASE("ids that collide all get a hash, the same every time", "[archive]") {
  const TemporaryFolder folder;
  const std::string file = ncgen(folder, "c d.nc", cdl());
  for (const char* name : {"c_d.nc", "a-b.nc", "a_b.nc"}) {
    std::filesystem::copy_file(file, folder / name);
  }
  const auto ids = ids_in(*build_catalogue(of(folder), 1));
  REQUIRE(ids.size() == 4);
  CHECK(ids[0] == "a-b");
  CHECK(ids[1] == "a_b");
  CHECK_THAT(ids[2], Catch::Matches("c_d_[0-9a-f]{6}"));
  CHECK_THAT(ids[3], Catch::Matches("c_d_[0-9a-f]{6}"));
  CHECK(ids[2] != ids[3]);
  CHECK(ids_in(*build_catalogue(of(folder), 1)) == ids);

  ArchiveSettings settings = of(folder);
  settings.datasets.resize(1);
  settings.datasets[0].path = "c d";
  settings.datasets[0].id = "c_d";
  const auto pinned = build_catalogue(settings, 1);
  CHECK(pinned->find_dataset("c_d") != nullptr);
}

TEST_CASE("no coverage takes the id of another dataset", "[archive]") {
  const TemporaryFolder folder;
  const std::string two = R"(netcdf g { dimensions: t = 2 ; lat = 2 ; lon = 3 ;
variables:
  double t(t) ; t:units = "days since 2000-01-01" ;
  double lat(lat) ; lat:units = "degrees_north" ;
  double lon(lon) ; lon:units = "degrees_east" ;
  float v(t, lat, lon) ; float mask(lat, lon) ;
data: t = 0, 1 ; lat = 10, 20 ; lon = 0, 10, 20 ; })";
  static_cast<void>(ncgen(folder, "a.nc", two));
  const auto alone = build_catalogue(of(folder), 1);
  REQUIRE(alone->datasets().at(0)->coverages.size() == 2);
  CHECK(alone->datasets()[0]->coverages[0].id == "a");
  CHECK(alone->datasets()[0]->coverages[1].id == "a.lat-lon");
  static_cast<void>(ncgen(folder, "a.lat-lon.nc", cdl()));
  const auto both = build_catalogue(of(folder), 1);
  CHECK(both->coverage("a.lat-lon").first->id == "a.lat-lon");
  CHECK_THAT(both->find_dataset("a")->coverages.at(1).id, Catch::Matches("a.lat-lon_[0-9a-f]{6}"));
}

TEST_CASE("the configuration names, orders, hides and describes datasets", "[archive]") {
  const TemporaryFolder folder;
  const std::string file = ncgen(folder, "a.nc", cdl());
  std::filesystem::create_directories(folder / "sub");
  for (const char* name : {"b.nc", "sub/c.nc", "d.nc"}) {
    std::filesystem::copy_file(file, folder / name);
  }
  ArchiveSettings settings = of(folder);
  settings.datasets.resize(3);
  settings.datasets[0].path = "sub/c.nc";
  settings.datasets[0].id = "currents";
  settings.datasets[0].native_format = "image/tiff";
  settings.datasets[0].description.title = LocalizedText("Currents");
  settings.datasets[1].path = "b";
  settings.datasets[1].order = 1;
  settings.datasets[2].path = "d";
  settings.datasets[2].hidden = true;
  const auto catalogue = build_catalogue(settings, 1);
  CHECK(ids_in(*catalogue) == std::vector<std::string>{"b", "currents", "a"});
  const auto currents = catalogue->find_dataset("currents");
  REQUIRE(currents != nullptr);
  CHECK(currents->native_format == "image/tiff");
  CHECK(currents->description->title.in("en") == "Currents");
  CHECK(currents->coverages.at(0).id == "currents");
}

TEST_CASE("scanning again opens only what changed", "[archive]") {
  const TemporaryFolder folder;
  const std::string a = ncgen(folder, "a.nc", cdl()), b = ncgen(folder, "b.nc", cdl());
  Archive archive(of(folder), 5);
  const auto first = archive.scan();
  CHECK(first->generation() == 5);
  CHECK(archive.scan() == first);
  write_file(folder / "notes.txt", "nothing to publish");
  CHECK(archive.scan() == first);

  std::filesystem::remove(b);
  static_cast<void>(ncgen(folder, "b.nc", cdl("  float w(lat, lon) ;")));
  const auto second = archive.scan();
  CHECK(second->generation() == 6);
  CHECK(second->find_dataset("a")->source == first->find_dataset("a")->source);
  CHECK(second->find_dataset("b")->coverages.at(0).fields.size() == 2);

  std::filesystem::remove(a);
  CHECK(ids_in(*archive.scan()) == std::vector<std::string>{"b"});
  write_file(folder / "bad.nc", "nothing");
  CHECK(archive.scan()->not_served().size() == 1);
  std::filesystem::remove(folder / "bad.nc");
  const auto last = archive.scan();
  CHECK(last->not_served().empty());
  CHECK(archive.scan() == last);
}

TEST_CASE("files that look like one series are found", "[archive]") {
  const TemporaryFolder folder;
  const std::string file = ncgen(folder, "nemo_201501.nc", cdl());
  std::filesystem::copy_file(file, folder / "nemo_201502.nc");
  static_cast<void>(ncgen(folder, "nemo_201503.nc", cdl("  float w(lat, lon) ;")));
  write_file(folder / "g1.grib", "GRIB");
  const auto series = find_series(*build_catalogue(of(folder), 1));
  REQUIRE(series.size() == 1);
  CHECK(series[0].pattern == "nemo_{6 digits}.nc");
  CHECK(series[0].paths == std::vector<std::string>{file, folder / "nemo_201502.nc"});
}

TEST_CASE("each coverage of several runs has its own best forecasts beside it", "[archive]") {
  const TemporaryFolder folder;
  ncgen(folder, "f.nc",
        R"(netcdf f { dimensions: run = 2 ; lead = 2 ; lat = 2 ; lon = 3 ; level = 2 ;
variables:
  double run(run) ; run:standard_name = "forecast_reference_time" ;
    run:units = "hours since 2026-01-31" ;
  double lead(lead) ; lead:standard_name = "forecast_period" ; lead:units = "hours" ;
  double level(level) ; level:units = "m" ; level:positive = "down" ;
  double lat(lat) ; lat:units = "degrees_north" ;
  double lon(lon) ; lon:units = "degrees_east" ;
  float v(run, lead, lat, lon) ;
  float w(run, lead, level, lat, lon) ;
data: run = 0, 12 ; lead = 0, 12 ; level = 1, 2 ; lat = 10, 20 ; lon = 0, 10, 20 ; })");
  const auto catalogue = build_catalogue(of(folder), 1);
  REQUIRE(catalogue->datasets().size() == 1);
  const Dataset& dataset = *catalogue->datasets().front();
  REQUIRE(dataset.coverages.size() == 2);
  for (const Coverage& coverage : dataset.coverages) {
    CAPTURE(coverage.id);
    REQUIRE(coverage.best);
    CHECK_FALSE(coverage.lonlat);
    const Coverage& best = coverage.best->coverages.front();
    CHECK(best.id == coverage.id + ".best");
    CHECK(best.fields.front().name == coverage.fields.front().name);
    CHECK(catalogue->coverage(best.id).second == &best);
    CHECK(coverage.best->description == dataset.description);
  }
  REQUIRE(dataset.description->time);
  CHECK(dataset.description->time->first.iso8601() == "2026-01-31T00:00:00Z");
  CHECK(dataset.description->time->second.iso8601() == "2026-02-01T00:00:00Z");
}

TEST_CASE("what the configuration says of attributes is what is published and read", "[archive]") {
  const TemporaryFolder folder;
  ncgen(folder, "f.nc", R"(netcdf f { dimensions: y = 2 ; x = 3 ;
variables:
  double y(y) ; y:standard_name = "projection_y_coordinate" ; y:units = "m" ;
  double x(x) ; x:standard_name = "projection_x_coordinate" ; x:units = "m" ;
  short tmp(y, x) ; tmp:units = "F" ; tmp:scale_factor = 0.1 ; tmp:ancillary_variables = "q" ;
  byte q(y, x) ; q:flag_values = 0b, 1b ; q:flag_meanings = "good bad" ;
data: y = 0, 1000 ; x = 0, 1000, 2000 ; tmp = 1, 2, 3, -999, 5, 6 ; q = 0, 0, -1, 0, 0, 1 ; })");
  CHECK(build_catalogue(of(folder), 1)->datasets().empty());  // no grid mapping

  ArchiveSettings settings = of(folder);
  DatasetOverlay overlay;
  overlay.path = "f.nc";
  using Whole = std::vector<std::int64_t>;
  overlay.schema.variables["tmp"] = {{{"units", std::string("degC")},
                                      {"_FillValue", Whole{-999}},
                                      {"grid_mapping", std::string("crs")}},
                                     "temperature"};
  overlay.schema.variables["q"] = {
      {{"grid_mapping", std::string("crs")}, {"_Unsigned", std::string("true")}}, ""};
  overlay.schema.variables["crs"] = {
      {{"crs_wkt", std::string("EPSG:3035")}, {"spatial_ref", std::string("EPSG:3035")}}, ""};
  overlay.schema.attributes = {{"title", std::string("Corrected")}};
  settings.datasets = {overlay};
  const auto catalogue = build_catalogue(settings, 1);
  CAPTURE(reason_of(*catalogue, "f.nc"));
  REQUIRE(catalogue->datasets().size() == 1);
  const Dataset& dataset = *catalogue->datasets().front();
  CHECK(dataset.warnings.empty());
  CHECK(dataset.attributes.text("title") == "Corrected");
  CHECK(dataset.schema->find("crs") != nullptr);
  const Coverage& coverage = dataset.coverages.front();
  CHECK(coverage.domain_set.crs().authority_code() == "EPSG:3035");
  CHECK(coverage.domain_set.grid_mapping_variable() == "crs");
  REQUIRE(coverage.fields.size() == 2);
  CHECK(coverage.fields[0].name == "temperature");
  CHECK(coverage.fields[0].units == "degC");
  const RawBlock block = dataset.source->read("temperature", {{0, 2}, {0, 3}});
  std::vector<double> values(6);
  unpack(coverage.fields[0], block, values);
  CHECK(values[0] == 0.1);
  CHECK(std::isnan(values[3]));
  const RawBlock flags = dataset.source->read("q", {{0, 1}, {0, 3}});
  CHECK(flags.type == ElementType::UInt8);
  CHECK(flags.as<std::uint8_t>()[2] == 255);
  CHECK(dataset.source->read("crs", {}).cells() == 1);
}
