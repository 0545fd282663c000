#include <catch2/catch.hpp>

#include "coverage/cf/interpret.h"
#include "tests/coverage/cf/fixture.h"

using namespace gyre::coverage;
using namespace gyre::coverage::test;
using Catch::Contains;

namespace {

using T = ElementType;

/// `v` over time, lev, lat and lon; lev is a coordinate of `standard_name` with `terms`.
struct Levels : Made {
  Levels(const std::string& standard_name, const std::string& terms,
         std::vector<Attribute> more = {}) {
    lat_lon();
    axis("time", {0, 24}, {text("units", "hours since 2000-01-01")});
    std::vector<Attribute> attributes{text("standard_name", standard_name), text("units", "1"),
                                      text("axis", "Z")};
    if (!terms.empty()) attributes.push_back(text("formula_terms", terms));
    attributes.insert(attributes.end(), more.begin(), more.end());
    axis("lev", {-0.9, -0.5, -0.1}, attributes);
    dimension("other", 7);
    variable("v", {"time", "lev", "lat", "lon"}, {text("units", "K")});
    variable("eta", {"time", "lat", "lon"}, {text("units", "m")}, T::Float64);
    variable("depth", {"lat", "lon"},
             {text("units", "km"), text("standard_name", "sea_floor_depth_below_geoid")});
    variable("ps", {"time", "lat", "lon"}, {text("units", "hPa")});
    variable("p0", {}, {text("units", "Pa")});
    variable("a", {"lev"}, {text("units", "1")});
    variable("b", {"lev"}, {});
    variable("elsewhere", {"lat", "other"}, {text("units", "m")});
    variable("words", {"lev"}, {}, T::String);
    variable("circle", {"lat", "lon"}, {text("units", "m"), text("formula_terms", "eta: lev")});
  }
};

const Coverage& coverage_of(const Interpretation& result, const std::string& field) {
  for (const Coverage& coverage : result.coverages) {
    for (const Field& one : coverage.fields) {
      if (one.name == field) return coverage;
    }
  }
  FAIL("no field " << field);
  throw;
}

}  // namespace

TEST_CASE("formula_terms say how a coverage's levels become heights", "[cf][vertical]") {
  const Levels made("ocean_sigma_coordinate", "sigma: lev eta: eta depth: depth");
  const Interpretation result = made.interpreted();
  CHECK(result.warnings.empty());
  const Coverage& coverage = coverage_of(result, "v");
  REQUIRE(coverage.vertical);
  const VerticalTransform& vertical = *coverage.vertical;
  CHECK(vertical.formula == VerticalFormula::OceanSigma);
  CHECK(vertical.coordinate == "lev");
  CHECK(vertical.axis == 1);
  CHECK(vertical.standard_name == "altitude");
  REQUIRE(vertical.terms.size() == 3);
  CHECK(vertical.terms[0].axes == std::vector<std::size_t>{1});
  CHECK(vertical.terms[1].axes == std::vector<std::size_t>{0, 2, 3});
  CHECK(vertical.terms[1].factor == 1);
  CHECK(vertical.terms[2].axes == std::vector<std::size_t>{2, 3});
  CHECK(vertical.terms[2].factor == 1000);
  CHECK_FALSE(coverage_of(result, "eta").vertical);
}

TEST_CASE("an auxiliary coordinate that a field lists may have the formula_terms",
          "[cf][vertical]") {
  Levels made("model_level_number", "");
  made.variable("height", {"lev"},
                {text("standard_name", "atmosphere_hybrid_height_coordinate"), text("units", "m"),
                 text("formula_terms", "A: height b:b orog: orography")});
  made.variable("orography", {"lat", "lon"},
                {text("standard_name", "surface_height_above_geopotential_datum")});
  made.variable("u", {"time", "lev", "lat", "lon"}, {text("coordinates", "height")});
  const Interpretation result = made.interpreted();
  // `u` and `v` share their levels, so one that tells is enough.
  const Coverage& coverage = coverage_of(result, "v");
  REQUIRE(coverage.vertical);
  CHECK(coverage.vertical->coordinate == "height");
  CHECK(coverage.vertical->standard_name == "height_above_geopotential_datum");
  CHECK(result.warnings.empty());
}

TEST_CASE("computed_standard_name is taken where it is one that the formula may give",
          "[cf][vertical]") {
  const auto name_with = [](const char* given) {
    const Levels made("ocean_sigma_coordinate", "sigma: lev eta: eta depth: depth",
                      {text("computed_standard_name", given)});
    return coverage_of(made.interpreted(), "v").vertical->standard_name;
  };
  CHECK(name_with("height_above_mean_sea_level") == "height_above_mean_sea_level");
  CHECK(name_with("depth") == "altitude");  // counts the other way
}

TEST_CASE("formula_terms that cannot be used leave the levels as they are, with a warning",
          "[cf][vertical]") {
  struct Row {
    const char *standard_name, *terms, *warning;
  };
  const auto row = GENERATE(values<Row>({
      {"ocean_sigma_coordinate", "", "it has none"},
      {"ocean_sigma_coordinate", "sigma: lev eta: eta", "term 'depth' is left out"},
      {"ocean_sigma_coordinate", "sigma: lev eta: nowhere depth: depth", "does not have"},
      {"ocean_sigma_coordinate", "sigma: lev eta: lev depth: depth", "a circle"},
      {"ocean_sigma_coordinate", "sigma: lev eta: circle depth: depth", "a circle"},
      {"ocean_sigma_coordinate", "sigma: lev eta: eta depth: elsewhere", "varies along 'other'"},
      {"ocean_sigma_coordinate", "sigma: lev eta: eta depth: a", "must not vary along the levels"},
      {"ocean_sigma_coordinate", "sigma: depth eta: eta depth: depth", "has to vary"},
      {"ocean_sigma_coordinate", "sigma: words eta: eta depth: depth", "is text"},
      {"ocean_sigma_coordinate", "sigma: lev eta: ps depth: depth", "units 'hPa'"},
      {"ocean_sigma_coordinate", "sigma: lev eta: eta depth: depth depth: depth", "given twice"},
      {"ocean_sigma_coordinate", "sigma: lev eta: eta depth: depth ps: ps", "is no term of"},
      {"ocean_sigma_coordinate", "lev eta depth", "no pair"},
      {"ocean_sigma_coordinate", "sigma: lev eta: depth: depth", "no pair"},
      {"ocean_sigma_coordinate", "sigma: lev depth:", "no pair"},
      {"made_up_coordinate", "sigma: lev", "none of the parametric"},
      {"atmosphere_hybrid_sigma_pressure_coordinate", "a: a b: b ps: ps", "'p0' is left out"},
      {"atmosphere_hybrid_sigma_pressure_coordinate", "a: a p0: p0 b: b", "'ps' is left out"},
      {"atmosphere_hybrid_sigma_pressure_coordinate", "ps: ps p0: p0", "all left out"},
      {"atmosphere_hybrid_sigma_pressure_coordinate", "a: a ap: b p0: p0", "one too many"},
  }));
  CAPTURE(row.standard_name, row.terms);
  const Levels made(row.standard_name, row.terms);
  const Interpretation result = made.interpreted();
  CHECK_FALSE(coverage_of(result, "v").vertical);
  REQUIRE_FALSE(result.warnings.empty());
  CHECK_THAT(result.warnings.back(), Contains(row.warning) && Contains("lev"));
}

TEST_CASE("formula_terms of the bounds alone are told of", "[cf][vertical]") {
  Levels made("alevel", "", {text("bounds", "lev_bnds")});
  made.dimension("two", 2);
  made.variable("lev_bnds", {"lev", "two"}, {text("formula_terms", "a: a b: b")}, T::Float64);
  made.values<double>("lev_bnds", T::Float64, {-1, -.7, -.7, -.3, -.3, 0});
  const Interpretation result = made.interpreted();
  CHECK_FALSE(coverage_of(result, "v").vertical);
  REQUIRE(result.warnings.size() == 1);
  CHECK_THAT(result.warnings.front(), Contains("only its bounds 'lev_bnds'"));
}
