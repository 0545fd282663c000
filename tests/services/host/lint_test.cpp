#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "services/host/lint_command.h"
#include "tests/coverage/source/fixture.h"

namespace gyre::host {
namespace {

using gyre::test::ncgen;
using gyre::test::TemporaryFolder;
using gyre::test::write_file;

void make_holdings(const TemporaryFolder& folder) {
  const std::string cdl = R"(netcdf g { dimensions: lat = 2 ; lon = 3 ;
variables:
  double lat(lat) ; lat:units = "degrees_north" ;
  double lon(lon) ; lon:units = "degrees_east" ;
  float v(lat, lon) ; v:standard_name = "air_temperature" ; v:units = "wurst" ;
  :title = "t" ; :summary = "s" ; :institution = "i" ;
data: lat = 10, 20 ; lon = 0, 10, 20 ; v = 281, 282, 283, 284, 285, 286 ; })";
  static_cast<void>(ncgen(folder, "sea 2001.nc", cdl));
  static_cast<void>(ncgen(folder, "sea 2002.nc", cdl));
  static_cast<void>(ncgen(folder, "air.nc", cdl));
}

}  // namespace

TEST_CASE("gyre lint tells what is so, what it means and what to do", "[host]") {
  const TemporaryFolder folder;
  make_holdings(folder);
  std::ostringstream out;
  LintOptions options;
  options.path = folder.path().string();
  CHECK(run_lint(options, out) == 0);
  CHECK(out.str() == R"(air.nc
  warning  v: its units 'wurst' are none that UDUNITS knows [units]
           No client can convert them, and UNITS is refused.
           fix: ncatted -h -a units,v,o,c,K air.nc
           or:  datasets: {ID: {attributes: {v: {units: K}}}}
  hint     it does not tell its license [discovery]
           Catalogues list it by its file's name, and users do not know whose it is or what they may
           do with it.
           fix: ncatted -h -a license,global,o,c,... air.nc
           or:  datasets: {ID: {global_attributes: {license: ...}}}

sea 2001.nc and 1 more of sea {4 digits}.nc
  warning  v: its units 'wurst' are none that UDUNITS knows [units]
           No client can convert them, and UNITS is refused.
           fix: ncatted -h -a units,v,o,c,K FILE
           or:  datasets: {ID: {attributes: {v: {units: K}}}}
  hint     it does not tell its license [discovery]
           Catalogues list it by its file's name, and users do not know whose it is or what they may
           do with it.
           fix: ncatted -h -a license,global,o,c,... FILE
           or:  datasets: {ID: {global_attributes: {license: ...}}}

0 errors, 2 warnings, 2 hints in 3 files; 0 without errors and warnings
)");
}

TEST_CASE("gyre lint without hints, of one file whose name a shell must be told", "[host]") {
  const TemporaryFolder folder;
  make_holdings(folder);
  std::ostringstream out;
  LintOptions options;
  options.path = folder / "sea 2001.nc";
  options.hints = false;
  options.colours = true;
  CHECK(run_lint(options, out) == 0);
  CHECK_THAT(out.str(), !Catch::Contains("[discovery]"));
  CHECK_THAT(out.str(), Catch::Contains("\x1b[33mwarning\x1b[0m"));
  CHECK_THAT(out.str(), Catch::Contains(R"(ncatted -h -a units,v,o,c,K 'sea 2001.nc')"));
}

TEST_CASE("gyre lint judges what the configuration makes of files", "[host]") {
  const TemporaryFolder folder;
  make_holdings(folder);
  write_file(folder / "gyre.yaml", R"(
datasets:
  air: {attributes: {v: {units: K}}, fields: {v: {name: tas}}, global_attributes: {license: CC0-1.0}}
  sea 2001.nc: {hidden: true}
  sea 2002.nc: {attributes: {v: {units: K}}, fields: {v: {name: lat}}}
)");
  std::ostringstream out;
  LintOptions options;
  options.path = folder.path().string();
  options.config_file = folder / "gyre.yaml";
  options.hints = false;
  CHECK(run_lint(options, out) == 1);
  CHECK(out.str() == R"(sea 2002.nc
  error    v: it cannot be published as 'lat', another variable is called so [overlay]
           The configuration does not do what it says.

1 error, 0 warnings, 1 hint in 2 files; 1 without errors and warnings
)");
}

TEST_CASE("gyre lint ends with 1 when there are errors, and is readable for programs", "[host]") {
  const TemporaryFolder folder;
  make_holdings(folder);
  write_file(folder / "bad\n.nc", "CDF\x01 and then nothing of use");
  std::ostringstream out;
  LintOptions options;
  options.path = folder.path().string();
  options.json = true;
  CHECK(run_lint(options, out) == 1);
  const auto json = nlohmann::json::parse(out.str());
  CHECK(json["errors"] == 1);
  CHECK(json["warnings"] == 2);
  CHECK(json["files"] == 4);
  CHECK(json["files_fine"] == 0);
  CHECK(json["findings"].size() == 5);
  const auto found = std::find_if(json["findings"].begin(), json["findings"].end(),
                                  [](const auto& one) { return one["severity"] == "error"; });
  CHECK((*found)["files"] == nlohmann::json::array({"bad\n.nc"}));
  CHECK((*found)["check"] == "not-served");
  options.path = folder / "nothing";
  CHECK_THROWS_WITH(run_lint(options, out), Catch::Contains("no such file or folder"));
}

}  // namespace gyre::host
