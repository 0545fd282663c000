#include "coverage/model/vertical_formula.h"

#include <cmath>
#include <set>

#include <catch2/catch.hpp>

using namespace gyre::coverage;
using Formula = VerticalFormula;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

// The numbers are NumPy's, of the formulas as CF 1.11, appendix D, prints them.
TEST_CASE("each formula gives the heights and pressures of CF's appendix D", "[model][vertical]") {
  struct Row {
    const char* why;
    Formula formula;
    std::vector<double> terms;
    std::size_t level;
    double expected;
  };
  const auto row = GENERATE(values<Row>({
      {"p0 lev", Formula::LnPressure, {1e5, 0.5}, 0, 60653.06597126334},
      {"sigma ps ptop", Formula::Sigma, {0.55, 101325, 5000}, 0, 57978.75},
      {"a b ps p0", Formula::HybridSigmaPressure, {0.1, 0.4, 98000, 1e5, 0}, 0, 49200},
      {"ap b ps", Formula::HybridSigmaPressure, {0, 0.4, 98000, 0, 1e4}, 0, 49200},
      {"pressure levels", Formula::HybridSigmaPressure, {0.1, 0, 0, 1e5, 0}, 0, 1e4},
      {"eta b ps p0", Formula::HybridSigmaLnPressure, {0.5, 0.4, 98000, 1e5}, 0, 49597.574062333},
      {"a b orog", Formula::HybridHeight, {1000, 0.6, 250}, 0, 1150},
      {"no orography", Formula::HybridHeight, {1000, 0, 0}, 0, 1000},
      {"a b1 b2 ztop zsurf1 zsurf2", Formula::Sleve, {0.1, 0.3, 0.1, 20000, 250, 40}, 0, 2079},
      {"sigma eta depth", Formula::OceanSigma, {-0.35, 0.5, 400}, 0, -139.675},
      {"the bottom", Formula::OceanSigma, {-1, 0.5, 400}, 0, -400},
      {"the surface", Formula::OceanSigma, {0, 0.5, 400}, 0, 0.5},
      {"s eta depth a b depth_c",
       Formula::OceanS,
       {-0.35, 0.5, 400, 5, 0.4, 20},
       0,
       -42.3227157486208},
      {"s c eta depth depth_c", Formula::OceanSG1, {-0.35, -0.25, 0.5, 400, 20}, 0, -101.6275},
      {"s c eta depth depth_c",
       Formula::OceanSG2,
       {-0.35, -0.25, 0.5, 400, 20},
       0,
       -101.53214285714284},
      {"above depth_c", Formula::OceanSigmaZ, {-0.35, 0.5, 400, 20, kNaN, kNaN}, 0, -6.675},
      {"sea shallower than depth_c", Formula::OceanSigmaZ, {-1, 0.5, 12, 20, kNaN, kNaN}, 0, -12},
      {"no sigma: a height", Formula::OceanSigmaZ, {kNaN, 0.5, 400, 20, kNaN, -75}, 0, -75},
      {"the last of nsigma", Formula::OceanSigmaZ, {-1, 0.5, 400, 20, 3, -75}, 2, -20},
      {"the first behind them", Formula::OceanSigmaZ, {0, 0.5, 400, 20, 3, -75}, 3, -75},
      {"k <= k_c",
       Formula::OceanDoubleSigma,
       {-0.5, 400, 10, 50, 0.8, 150, 3},
       2,
       -24.999999958776925},
      {"k > k_c",
       Formula::OceanDoubleSigma,
       {-0.3, 400, 10, 50, 0.8, 150, 3},
       3,
       -405.0000001896262},
  }));
  CAPTURE(row.why, rule_of(row.formula).standard_name);
  REQUIRE(row.terms.size() == rule_of(row.formula).terms.size());
  CHECK(compute(row.formula, row.terms, row.level) == Approx(row.expected).epsilon(1e-13));
}

TEST_CASE("a height is missing where a term is, and where the formula has no value",
          "[model][vertical]") {
  struct Row {
    const char* why;
    Formula formula;
    std::vector<double> terms;
  };
  const auto row = GENERATE(values<Row>({
      {"land", Formula::OceanSigma, {-0.5, 0.1, kNaN}},
      {"no surface pressure", Formula::Sigma, {0.5, kNaN, 5000}},
      {"depth 0", Formula::OceanSG1, {-0.5, -0.2, 0.1, 0, 0}},
      {"no stretching", Formula::OceanS, {-0.5, 0.1, 400, 0, 0.4, 20}},
      {"missing k_c", Formula::OceanDoubleSigma, {-0.5, 400, 10, 50, 0.8, 150, kNaN}},
      {"missing depth_c", Formula::OceanSigmaZ, {-0.5, 0.1, 400, kNaN, kNaN, -75}},
      {"missing depth", Formula::OceanSigmaZ, {-0.5, 0.1, kNaN, 20, kNaN, -75}},
      {"neither", Formula::OceanSigmaZ, {kNaN, 0.1, 400, 20, kNaN, kNaN}},
      {"overflow", Formula::LnPressure, {1e5, -1e6}},
  }));
  CAPTURE(row.why);
  CHECK(std::isnan(compute(row.formula, row.terms, 0)));
}

TEST_CASE("the rules stand in the order of the formulas, their terms told apart by name",
          "[model][vertical]") {
  for (const FormulaRule& rule : formula_rules()) {
    CAPTURE(rule.standard_name);
    CHECK(&rule_of(rule.formula) == &rule);
    CHECK(rule.terms.size() <= kMostTerms);
    std::set<std::string_view> names;
    for (const TermRule& term : rule.terms) CHECK(names.insert(term.name).second);
  }
}
