#include "coverage/aggregate/name_pattern.h"

#include "coverage/base/error.h"

using namespace gyre::coverage;
using aggregation::NameField;
using aggregation::NamePattern;

TEST_CASE("globs of paths", "[aggregate]") {
  struct Row {
    const char *pattern, *path;
    bool fits;
  };
  const auto row = GENERATE(values<Row>({
      {"*.nc", "a.nc", true},
      {"*.nc", "sub/a.nc", false},
      {"**/*.nc", "a.nc", true},
      {"**/*.nc", "x/y/a.nc", true},
      {"**/b*.nc", "x/ab.nc", false},
      {"x/**", "x/y/a.nc", true},
      {"x/**/a.nc", "x/a.nc", true},
      {"x/**/a.nc", "x/ba.nc", false},
      {"2024/??.nc", "2024/01.nc", true},
      {"2024/??.nc", "2024/001.nc", false},
      {"{a}.nc", "{a}.nc", true},
      {"a*b*c*d*e*f*g*h*i*j*k*l", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
  }));
  CAPTURE(row.pattern, row.path);
  CHECK(NamePattern::glob(row.pattern).fits(row.path) == row.fits);
}

TEST_CASE("names tell values by a pattern", "[aggregate]") {
  const NamePattern pattern("{run:%Y%m%dT%H}/m{member:d}_{kind}_*.nc");
  CHECK(pattern.names() == std::vector<std::string>{"run", "member", "kind"});
  const auto found = pattern.match("archive/20240131T18/m07_sst_x.nc");
  REQUIRE(found);
  CHECK((*found)[0].time == CivilTime{2024, 1, 31, 18});
  CHECK((*found)[1].text == "07");
  CHECK((*found)[2].text == "sst");
  CHECK_FALSE(pattern.match("archive/2024013118/m07_sst_x.nc"));
  CHECK_FALSE(pattern.match("archive/20241331T18/m07_sst_x.nc"));

  CHECK(NamePattern("*_{t:%Y%j}.nc").match("a/b/sst_2024366.nc")->front().time ==
        CivilTime{2024, 0, 366});
  CHECK(NamePattern("{t:%Y}/{t:%m%d}.nc").match("2024/0131.nc")->front().time ==
        CivilTime{2024, 1, 31});
  CHECK(NamePattern("{t:%d%b%y}.nc").match("31JAN69.nc")->front().time == CivilTime{1969, 1, 31});
}

TEST_CASE("patterns that mean nothing are refused", "[aggregate]") {
  for (const char* bad : {"", "{", "a}", "{}", "{:%Y}", "{t:%Q}", "{t:%", "{n:x}", "{a}{a}"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(NamePattern(bad), Error);
  }
}
