#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// The parametric vertical coordinates of CF 1.11, appendix D.
enum class VerticalFormula : std::uint8_t {
  LnPressure,
  Sigma,
  HybridSigmaPressure,
  HybridSigmaLnPressure,
  HybridHeight,
  Sleve,
  OceanSigma,
  OceanS,
  OceanSG1,
  OceanSG2,
  OceanSigmaZ,
  OceanDoubleSigma
};

/// One term of a formula, as CF names it.
struct TermRule {
  enum class Quantity : std::uint8_t { Number, Length, Pressure };
  std::string_view name;  ///< lower case
  Quantity quantity = Quantity::Number;
  bool of_levels = false;  ///< varies from level to level; else it must not
  bool required = false;   ///< left out, it would make no coordinate
  double omitted = 0;      ///< what it is when left out (CF 1.11, 4.3.3: zero)
};

/// What a formula is made of.
struct FormulaRule {
  VerticalFormula formula{};
  std::string_view standard_name;
  bool gives_pressure = false;      ///< pascals; else metres, up positive
  std::span<const TermRule> terms;  ///< in the order of compute()
};

[[nodiscard]] GYRE_API std::span<const FormulaRule> formula_rules();
[[nodiscard]] GYRE_API const FormulaRule& rule_of(VerticalFormula formula);

/// The most terms that a formula has.
inline constexpr std::size_t kMostTerms = 7;

/// Height in metres, up positive, or pressure in pascals, of one level of one column.
/// @param terms in the order of the rule; metres, pascals or plain numbers; missing: NaN
/// @param level its index, from 0 (formulas that tell levels apart by number count from 1)
/// NaN where a term that counts is missing or the formula has no value.
[[nodiscard]] GYRE_API double compute(VerticalFormula formula, std::span<const double> terms,
                                      std::size_t level);

/// ocean_s_coordinate in two steps, for whoever computes many columns: the stretching C(s), which
/// s, a and b decide, and the height that all terms give with it.
[[nodiscard]] GYRE_API double stretched_s(double s, double a, double b);
[[nodiscard]] GYRE_API double height_of_stretched(std::span<const double> terms, double stretched);

}  // namespace gyre::coverage
