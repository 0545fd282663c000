#include <algorithm>
#include <chrono>

#include <sys/stat.h>

#include "coverage/archive/archive.h"
#include "coverage/base/error.h"
#include "coverage/model/aggregate_report.h"
#include "coverage/source/source.h"
#include "tests/coverage/source/fixture.h"

using namespace gyre::coverage;
using gyre::test::ncgen;
using gyre::test::TemporaryFolder;
using gyre::test::write_file;

namespace {

std::string day(int number, const std::string& latitudes = "10, 20") {
  return R"(netcdf g { dimensions: time = UNLIMITED ; lat = 2 ; lon = 3 ;
variables:
  int time(time) ; time:units = "days since 2000-01-01" ;
  double lat(lat) ; lat:units = "degrees_north" ;
  double lon(lon) ; lon:units = "degrees_east" ;
  float v(time, lat, lon) ; v:units = "K" ;
data: time = )" +
         std::to_string(number) + " ; lat = " + latitudes + R"( ; lon = 0, 10, 20 ;
  v = )" +
         std::to_string(number) + R"(, 2, 3, 4, 5, 6 ; })";
}

DatasetOverlay joining(const std::string& name, const std::string& files) {
  DatasetOverlay overlay;
  overlay.path = name;
  overlay.aggregation.emplace();
  overlay.aggregation->files = {files};
  return overlay;
}

ArchiveSettings of(const TemporaryFolder& folder, std::vector<DatasetOverlay> datasets = {}) {
  ArchiveSettings settings;
  settings.roots = {folder.path().string()};
  settings.datasets = std::move(datasets);
  return settings;
}

std::vector<std::string> ids_in(const Catalogue& catalogue) {
  std::vector<std::string> ids;
  for (const auto& dataset : catalogue.datasets()) ids.push_back(dataset->id);
  return ids;
}

/// The first cell of each step.
std::vector<float> firsts(const Dataset& dataset) {
  const std::size_t steps = dataset.schema->find("v")->shape.front();
  const RawBlock block = dataset.source->read("v", {{0, steps}, {0, 1}, {0, 1}});
  return {block.as<float>().begin(), block.as<float>().end()};
}

constexpr const char* kScan =
    "<netcdf xmlns='http://www.unidata.ucar.edu/namespaces/netcdf/ncml-2.2'>"
    "<aggregation type='joinExisting' dimName='time'><scan location='%' suffix='.nc'/>"
    "</aggregation></netcdf>";

std::string scan_of(const std::string& folder) {
  std::string text = kScan;
  return text.replace(text.find('%'), 1, folder);
}

}  // namespace

TEST_CASE("files that the configuration joins are one dataset, as they come and go", "[archive]") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "days");
  static_cast<void>(ncgen(folder, "days/b.nc", day(0)));
  static_cast<void>(ncgen(folder, "days/a.nc", day(2)));
  static_cast<void>(ncgen(folder, "other.nc", day(7)));
  Archive archive(of(folder, {joining("sst", "days")}));
  const auto first = archive.scan();
  CHECK(ids_in(*first) == std::vector<std::string>{"sst", "other"});
  const auto sst = first->find_dataset("sst");
  CHECK(firsts(*sst) == std::vector<float>{0, 2});
  REQUIRE(sst->aggregate);
  CHECK(sst->aggregate->members == 2);
  CHECK(archive.scan() == first);

  static_cast<void>(ncgen(folder, "days/c.nc", day(1)));
  static_cast<void>(ncgen(folder, "days/d.nc", day(3, "11, 21")));
  const auto second = archive.scan();
  CHECK(firsts(*second->find_dataset("sst")) == std::vector<float>{0, 1, 2});
  CHECK(second->not_served().empty());  // it is told once, with the dataset
  const auto& left_out = second->find_dataset("sst")->aggregate->quarantined;
  REQUIRE(left_out.size() == 1);
  CHECK(left_out[0].path == "days/d.nc");
  CHECK(second->find_dataset("other")->source == first->find_dataset("other")->source);

  std::filesystem::remove(folder / "days/b.nc");
  CHECK_THROWS_AS(firsts(*sst), Error);  // what was promised cannot be kept, and that is said
  const auto third = archive.scan();
  CHECK(firsts(*third->find_dataset("sst")) == std::vector<float>{1, 2});
}

TEST_CASE("members may stay datasets of their own", "[archive]") {
  const TemporaryFolder folder;
  static_cast<void>(ncgen(folder, "a.nc", day(0)));
  static_cast<void>(ncgen(folder, "b.nc", day(1)));
  DatasetOverlay all = joining("all", "*.nc");
  all.aggregation->keep_files = true;
  all.id = "every_day";
  CHECK(ids_in(*build_catalogue(of(folder, {all}), 1)) ==
        std::vector<std::string>{"every_day", "a", "b"});
  const auto none = build_catalogue(of(folder, {joining("none", "*.grib")}), 1);
  CHECK(ids_in(*none) == std::vector<std::string>{"a", "b"});
  REQUIRE(none->not_served().size() == 1);
  CHECK_THAT(none->not_served()[0].reason, Catch::Contains("no file below the data roots fits"));
}

TEST_CASE("an .ncml file is a dataset of what it names", "[archive]") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "x/days");
  static_cast<void>(ncgen(folder, "x/days/a.nc", day(1)));
  static_cast<void>(ncgen(folder, "x/days/b.nc", day(0)));
  write_file(folder / "x/all.ncml", scan_of("days"));
  Archive archive(of(folder));
  const auto first = archive.scan();
  CHECK(ids_in(*first) == std::vector<std::string>{"x.all"});
  CHECK(firsts(*first->find_dataset("x.all")) == std::vector<float>{0, 1});
  CHECK(archive.scan() == first);

  write_file(folder / "x/all.ncml", "<oops");
  const auto broken = archive.scan();
  CHECK(ids_in(*broken) == std::vector<std::string>{"x.days.a", "x.days.b"});
  REQUIRE(broken->not_served().size() == 1);
  CHECK_THAT(broken->not_served()[0].reason,
             Catch::Contains("x/all.ncml:1: it is not well-formed"));

  std::filesystem::remove(folder / "x/all.ncml");
  const auto gone = archive.scan();
  CHECK(gone->not_served().empty());
  CHECK(archive.scan() == gone);
}

TEST_CASE("an .ncml file that names itself is told so, with the chain", "[archive]") {
  const TemporaryFolder folder;
  static_cast<void>(ncgen(folder, "f.nc", day(0)));
  const auto names = [&](const std::string& document, const std::string& other) {
    gyre::test::write_file(folder / document,
                           "<netcdf xmlns=\"http://www.unidata.ucar.edu/namespaces/netcdf/"
                           "ncml-2.2\">\n<aggregation type=\"union\">\n<netcdf location=\"" +
                               other + "\"/></aggregation></netcdf>");
  };
  names("a.ncml", "b.ncml");
  names("b.ncml", "c.ncml");
  names("c.ncml", "b.ncml");
  names("s.ncml", "./s.ncml");
  names("x.ncml", "y.ncml");
  names("y.ncml", "f.nc");
  names("z.ncml", "gone.nc");
  const auto catalogue = build_catalogue(of(folder), 1);
  std::map<std::string, std::string> reasons;
  for (const NotServed& one : catalogue->not_served()) reasons[one.path] = one.reason;
  CHECK(reasons["a.ncml"] ==
        "a.ncml:3: it leads to one that names itself: a.ncml -> b.ncml -> c.ncml -> b.ncml");
  CHECK(reasons["b.ncml"] == "b.ncml:3: it names itself: b.ncml -> c.ncml -> b.ncml");
  CHECK(reasons["s.ncml"] == "s.ncml:3: it names itself: s.ncml -> s.ncml");
  CHECK_THAT(reasons["x.ncml"], Catch::Contains("'y.ncml' is an .ncml file, which cannot be part"));
  CHECK(reasons["z.ncml"] == "z.ncml:3: there is no 'gone.nc' below the data roots");
}

TEST_CASE("a file from the future is warned of: it would be the newest for good", "[archive]") {
  const TemporaryFolder folder;
  static_cast<void>(ncgen(folder, "a.nc", day(0)));
  static_cast<void>(ncgen(folder, "b.nc", day(0)));
  const std::string future = ncgen(folder, "c.nc", day(1));
  std::filesystem::last_write_time(
      future, std::filesystem::file_time_type::clock::now() + std::chrono::hours(48));
  DatasetOverlay all = joining("all", "*.nc");
  const auto warned = [&] {
    const auto catalogue = build_catalogue(of(folder, {all}), 1);
    const auto& warnings = catalogue->find_dataset("all")->warnings;
    return std::any_of(warnings.begin(), warnings.end(), [](const std::string& one) {
      return one.starts_with("c.nc was modified at 20") &&
             one.find("in the future") != std::string::npos;
    });
  };
  CHECK(warned());
  all.aggregation->overlaps = AggregationRule::Overlaps::Last;
  CHECK_FALSE(warned());
}

TEST_CASE("files may be named through links that lead to the root", "[archive]") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "days");
  static_cast<void>(ncgen(folder, "days/a.nc", day(0)));
  static_cast<void>(ncgen(folder, "days/b.nc", day(1)));
  std::filesystem::create_directory_symlink(folder / "days", folder / "link");
  ArchiveSettings settings;
  settings.roots = {folder / "link"};
  for (const char* const files : {"/*.nc", "", "/[ab].nc"}) {
    settings.datasets = {joining("all", (folder / "link") + files)};
    const auto catalogue = build_catalogue(settings, 1);
    CAPTURE(files);
    CHECK((catalogue->find_dataset("all") != nullptr) == (std::string(files) != "/[ab].nc"));
  }
}
