#include "services/wcs/names.h"

#include <catch2/catch.hpp>

#include "coverage/base/error.h"
#include "tests/coverage/memory_source.h"

namespace gyre::wcs {
namespace {

using Strings = std::vector<std::string>;

TEST_CASE("names that XML does not allow are published under others, each its own", "[wcs]") {
  CHECK(published_names({"sst", "2t", "_2t", "total precipitation", "a:b"}) ==
        Strings{"sst", "_2t_2", "_2t", "total_precipitation", "a_b"});
  CHECK(is_ncname("sea-ice.conc_1"));
  CHECK_FALSE(is_ncname("-a"));
  CHECK_FALSE(is_ncname(""));
}

TEST_CASE("CF units are told as UCUM", "[wcs]") {
  struct Row {
    const char *cf, *ucum;
  };
  const auto row = GENERATE(values<Row>({{"degC", "Cel"},
                                         {"K", "K"},
                                         {"m s-1", "m.s-1"},
                                         {"m/s", "m/s"},
                                         {"kg m**-2", "kg.m-2"},
                                         {"W m^-2", "W.m-2"},
                                         {"meters", "m"},
                                         {"degrees_north", "deg"},
                                         {"1", "1"},
                                         {"", "1"},
                                         {"1e-3", "10*-3"},
                                         {"0.001", "0.001"},
                                         {"psu", "{psu}"},
                                         {"%", "%"},
                                         {"days", "d"}}));
  CAPTURE(row.cf);
  CHECK(ucum_from(row.cf) == row.ucum);
}

TEST_CASE("a field answers to its name, published name, standard name and number", "[wcs]") {
  coverage::Field first;
  first.name = "2t";
  coverage::Field second;
  second.name = "sst";
  second.standard_name = "sea_surface_temperature";
  const coverage::DomainSet domain(
      {coverage::testing::latitude_axis({0, 1}), coverage::testing::longitude_axis({0, 1})},
      coverage::Crs(), "");
  const coverage::Coverage coverage{"c", domain, {first, second}, {}};
  CHECK(field_from(coverage, "_2t") == 0);
  CHECK(field_from(coverage, "2t") == 0);
  CHECK(field_from(coverage, "2") == 1);
  CHECK(field_from(coverage, "sea_surface_temperature") == 1);
  CHECK_THROWS_AS(field_from(coverage, "3"), coverage::Error);
  CHECK_THROWS_AS(field_from(coverage, "0"), coverage::Error);
}

}  // namespace
}  // namespace gyre::wcs
