#include "services/wcs/syntax.h"

#include <variant>

#include <catch2/catch.hpp>

#include "services/ows/exception.h"

namespace gyre::wcs {
namespace {

using coverage::Slice;
using coverage::Trim;

template <typename Action>
std::string code_of(Action&& action) {
  try {
    action();
  } catch (const ows::Exception& exception) {
    return exception.code() + " " + exception.locator();
  }
  return "no exception";
}

TEST_CASE("SUBSET is read in every spelling that clients send", "[wcs]") {
  struct Row {
    const char* why;
    const char* text;
    Subset expected;
  };
  const auto row = GENERATE(values<Row>({
      {"a trim", "Lat(30,46.5)", {{"Lat", Trim{"30", "46.5"}}, {}}},
      {"a slice", "depth(0.5)", {{"depth", Slice{"0.5"}}, {}}},
      {"open ends", "Lat(*,3)", {{"Lat", Trim{{}, "3"}}, {}}},
      {"all open", "Lat(*,*)", {{"Lat", Trim{}}, {}}},
      {"a quoted star is a value", "member(\"*\",b)", {{"member", Trim{"*", "b"}}, {}}},
      {"quoted dates",
       "time(\"2020-01-01\",\"2020-01-31T12:00:00Z\")",
       {{"time", Trim{"2020-01-01", "2020-01-31T12:00:00Z"}}, {}}},
      {"dates without quotes",
       "time(2020-01-01T00:00:00Z)",
       {{"time", Slice{"2020-01-01T00:00:00Z"}}, {}}},
      {"GDAL quotes numbers", "depth(\"5\")", {{"depth", Slice{"5"}}, {}}},
      {"single quotes", "time('2020')", {{"time", Slice{"2020"}}, {}}},
      {"a comma inside of quotes", "member(\"a,b\")", {{"member", Slice{"a,b"}}, {}}},
      {"blanks", " Lat ( 1 , 2 ) ", {{"Lat", Trim{"1", "2"}}, {}}},
      {"the older form with a CRS",
       "Lat,http://www.opengis.net/def/crs/EPSG/0/4326(1,2)",
       {{"Lat", Trim{"1", "2"}}, "http://www.opengis.net/def/crs/EPSG/0/4326"}},
  }));
  CAPTURE(row.why, row.text);
  CHECK(parse_subset(row.text, "SUBSET") == row.expected);
}

TEST_CASE("a SUBSET that is not understood is refused with its key", "[wcs]") {
  const auto* const text =
      GENERATE("", "Lat", "Lat(", "Lat)", "(1,2)", "Lat()", "Lat(1,)", "Lat(,2)", "Lat(1,2,3)",
               "Lat(*)", "Lat(\"1)", "Lat,(1,2)", "Lat(1,2)x", "Lat(\"\")");
  CAPTURE(text);
  CHECK(code_of([&] { (void)parse_subset(text, "subset1"); }) == "InvalidEncodingSyntax subset1");
}

TEST_CASE("RANGESUBSET is a list of fields and intervals", "[wcs]") {
  CHECK(parse_range_subset("a, b:d ,e") ==
        std::vector<RangeItem>{{"a", {}}, {"b", "d"}, {"e", {}}});
  const auto* const text = GENERATE("", ",", "a:", ":b", "a:b:c");
  CAPTURE(text);
  CHECK(code_of([&] { (void)parse_range_subset(text); }) == "InvalidEncodingSyntax RANGESUBSET");
}

TEST_CASE("service and version are checked to the letter", "[wcs]") {
  CHECK_NOTHROW(require_wcs("WCS"));
  CHECK(code_of([] { require_wcs("wcs"); }) == "InvalidParameterValue service");
  CHECK_NOTHROW(require_version("2.0.1"));
  CHECK(code_of([] { require_version("1.0.0"); }) == "InvalidParameterValue version");
}

TEST_CASE("UNITS is one unit, or units of fields", "[wcs]") {
  CHECK(parse_units("").empty());
  CHECK(parse_units(" K ") == std::vector<UnitsItem>{{std::nullopt, "K"}});
  CHECK(parse_units("sst:K") == std::vector<UnitsItem>{{"sst", "K"}});
  CHECK_THROWS_AS(parse_units("K,m"), ows::Exception);
  CHECK_THROWS_AS(parse_units("sst:K,m"), ows::Exception);
  CHECK_THROWS_AS(parse_units("sst:"), ows::Exception);
  CHECK_THROWS_AS(parse_units(":K"), ows::Exception);
}

}  // namespace
}  // namespace gyre::wcs
