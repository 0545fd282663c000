#include "services/host/surroundings.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "services/host/archive_set_up.h"
#include "services/host/check_command.h"
#include "services/host/index_command.h"
#include "services/host/reload_refusal.h"
#include "services/http/text.h"

namespace gyre::host {
namespace {

namespace fs = std::filesystem;

/// Data, a state directory and a program with one module, gone with this object.
struct Place {
  fs::path path = fs::temp_directory_path() / ("gyre-test-" + http::random_hex());
  Place() {
    for (const char* folder : {"data", "program/bin", "program/lib/gyre/modules"}) {
      fs::create_directories(path / folder);
    }
    std::ofstream(path / "program/lib/gyre/modules/wms.so") << "";
    std::ofstream(path / "a.cdl") << "netcdf a { dimensions: lat = 2 ; lon = 3 ; variables: "
                                     "double lat(lat) ; lat:units = \"degrees_north\" ; double "
                                     "lon(lon) ; lon:units = \"degrees_east\" ; float temp(lat, "
                                     "lon) ; data: lat = 1, 2 ; lon = 1, 2, 3 ; temp = 1 ; }";
    const std::string command =
        "ncgen -o '" + (path / "data/a.nc").string() + "' '" + (path / "a.cdl").string() + "'";
    REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe)
  }
  ~Place() { fs::remove_all(path); }

  /// Options with a configuration file; DATA in it is the folder of data.
  [[nodiscard]] ServeOptions with(std::string yaml) const {
    for (auto at = yaml.find("DATA"); at != yaml.npos; at = yaml.find("DATA")) {
      yaml.replace(at, 4, (path / "data").string());
    }
    std::ofstream(path / "gyre.yaml") << yaml;
    ServeOptions options;
    options.config_file = (path / "gyre.yaml").string();
    options.program_folder = (path / "program/bin").string();
    options.default_state = (path / "state").string();
    return options;
  }
};

}  // namespace

TEST_CASE("what a configuration names and is not there is told by line", "[host]") {
  const Place place;
  const ServeOptions options = place.with(R"(services: [wms, wmts]
archive:
  roots:
    - DATA
    - /nowhere/at/all
modules: {path: [/no/modules]}
)");
  const std::string file = options.config_file;
  const auto missing = missing_around(configuration_of(options), options.program_folder);
  REQUIRE(missing.size() == 3);
  CHECK_THAT(missing[0], Catch::StartsWith(file + ":5: archive.roots: there is no file or folder "
                                                  "/nowhere/at/all"));
  CHECK_THAT(missing[1], Catch::StartsWith(file + ":6: modules.path: there is no folder /no/mod"));
  CHECK_THAT(missing[2], Catch::StartsWith(file + ":1: services: there is no service wmts (no "));
  std::ostringstream out, errors;
  CHECK(run_check_config(options, out, errors) == 1);
  CHECK_THAT(errors.str(), Catch::Contains("wmts.so"));
}

TEST_CASE("gyre check-config compares `datasets` with what the index knows", "[host]") {
  const Place place;
  const ServeOptions options = place.with(R"(archive: {roots: [DATA]}
datasets:
  b.nc: {title: x}
  a.nc:
    attributes:
      tmep: {units: K}
      crs: {grid_mapping_name: latitude_longitude}
    fields:
      salt: {title: Salt}
      temp: {title: Temperature}
  all:
    files: "c*.nc"
)");
  std::ostringstream before, errors;
  CHECK(run_check_config(options, before, errors) == 0);
  CHECK_THAT(before.str(), Catch::Contains("no index knows these data yet"));
  std::ostringstream indexed;
  REQUIRE(run_index(configuration_of(options), indexed) == 0);
  std::ostringstream out;
  CHECK(run_check_config(options, out, errors) == 0);
  CAPTURE(out.str());
  CHECK_THAT(out.str(), Catch::Contains("gyre.yaml:3: datasets.b.nc: there is no such dataset"));
  CHECK_THAT(out.str(), Catch::Contains("gyre.yaml:6: tmep: attributes are told of it, but there "
                                        "is no such variable; did you mean 'temp'?"));
  CHECK_THAT(out.str(), Catch::Contains("gyre.yaml:9: salt: the configuration tells of it"));
  CHECK_THAT(out.str(), Catch::Contains("gyre.yaml:11: datasets.all: no file below the data roots "
                                        "fits 'c*.nc'"));
  CHECK_THAT(out.str(), !Catch::Contains("crs") && !Catch::Contains(": temp"));
}

TEST_CASE("a refused configuration is told by file, line and reason", "[host]") {
  using Refused = coverage::ArchiveStatus::Refused;
  CHECK(refused_by("/etc/g.yaml:12: server.threads: no", "/etc/g.yaml", 5) ==
        Refused{5, "g.yaml", 12, "server.threads: no"});
  CHECK(refused_by("/etc/g.yaml: cannot be read", "/etc/g.yaml", 5) ==
        Refused{5, "g.yaml", 0, "cannot be read"});
  CHECK(refused_by("the disk is gone", "/etc/g.yaml", 5) ==
        Refused{5, "g.yaml", 0, "the disk is gone"});
  CHECK(refused_by("no data", "", 5) == Refused{5, "", 0, "no data"});
}

}  // namespace gyre::host
