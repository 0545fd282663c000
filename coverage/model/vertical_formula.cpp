#include "coverage/model/vertical_formula.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace gyre::coverage {
namespace {

constexpr auto kNumber = TermRule::Quantity::Number;
constexpr auto kLength = TermRule::Quantity::Length;
constexpr auto kPressure = TermRule::Quantity::Pressure;
constexpr bool kLevels = true, kNeeded = true;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

constexpr std::array kLnPressure{TermRule{"p0", kPressure, false, kNeeded},
                                 TermRule{"lev", kNumber, kLevels, kNeeded}};
constexpr std::array kSigma{TermRule{"sigma", kNumber, kLevels, kNeeded},
                            TermRule{"ps", kPressure, false, kNeeded}, TermRule{"ptop", kPressure}};
// Two forms in one: a * p0 and ap exclude each other, which is checked where terms are read.
constexpr std::array kHybridSigmaPressure{
    TermRule{"a", kNumber, kLevels}, TermRule{"b", kNumber, kLevels}, TermRule{"ps", kPressure},
    TermRule{"p0", kPressure}, TermRule{"ap", kPressure, kLevels}};
constexpr std::array kHybridSigmaLnPressure{
    TermRule{"eta", kNumber, kLevels, kNeeded}, TermRule{"b", kNumber, kLevels},
    TermRule{"ps", kPressure, false, kNeeded}, TermRule{"p0", kPressure, false, kNeeded}};
constexpr std::array kHybridHeight{TermRule{"a", kLength, kLevels, kNeeded},
                                   TermRule{"b", kNumber, kLevels}, TermRule{"orog", kLength}};
constexpr std::array kSleve{TermRule{"a", kNumber, kLevels, kNeeded},
                            TermRule{"b1", kNumber, kLevels},
                            TermRule{"b2", kNumber, kLevels},
                            TermRule{"ztop", kLength, false, kNeeded},
                            TermRule{"zsurf1", kLength},
                            TermRule{"zsurf2", kLength}};
constexpr std::array kOceanSigma{TermRule{"sigma", kNumber, kLevels, kNeeded},
                                 TermRule{"eta", kLength},
                                 TermRule{"depth", kLength, false, kNeeded}};
constexpr std::array kOceanS{TermRule{"s", kNumber, kLevels, kNeeded},
                             TermRule{"eta", kLength},
                             TermRule{"depth", kLength, false, kNeeded},
                             TermRule{"a", kNumber, false, kNeeded},
                             TermRule{"b", kNumber},
                             TermRule{"depth_c", kLength}};
constexpr std::array kOceanSG{TermRule{"s", kNumber, kLevels, kNeeded},
                              TermRule{"c", kNumber, kLevels, kNeeded}, TermRule{"eta", kLength},
                              TermRule{"depth", kLength, false, kNeeded},
                              TermRule{"depth_c", kLength}};
// Absence of sigma or zlev at a level is what tells the two kinds of levels apart.
constexpr std::array kOceanSigmaZ{TermRule{"sigma", kNumber, kLevels, kNeeded},
                                  TermRule{"eta", kLength},
                                  TermRule{"depth", kLength, false, kNeeded},
                                  TermRule{"depth_c", kLength, false, kNeeded},
                                  TermRule{"nsigma", kNumber, false, false, kNaN},
                                  TermRule{"zlev", kLength, kLevels, false, kNaN}};
constexpr std::array kOceanDoubleSigma{
    TermRule{"sigma", kNumber, kLevels, kNeeded}, TermRule{"depth", kLength, false, kNeeded},
    TermRule{"z1", kLength, false, kNeeded},      TermRule{"z2", kLength, false, kNeeded},
    TermRule{"a", kNumber, false, kNeeded},       TermRule{"href", kLength, false, kNeeded},
    TermRule{"k_c", kNumber, false, kNeeded}};

using Formula = VerticalFormula;
constexpr std::array<FormulaRule, 12> kRules{{
    {Formula::LnPressure, "atmosphere_ln_pressure_coordinate", true, kLnPressure},
    {Formula::Sigma, "atmosphere_sigma_coordinate", true, kSigma},
    {Formula::HybridSigmaPressure, "atmosphere_hybrid_sigma_pressure_coordinate", true,
     kHybridSigmaPressure},
    {Formula::HybridSigmaLnPressure, "atmosphere_hybrid_sigma_ln_pressure_coordinate", true,
     kHybridSigmaLnPressure},
    {Formula::HybridHeight, "atmosphere_hybrid_height_coordinate", false, kHybridHeight},
    {Formula::Sleve, "atmosphere_sleve_coordinate", false, kSleve},
    {Formula::OceanSigma, "ocean_sigma_coordinate", false, kOceanSigma},
    {Formula::OceanS, "ocean_s_coordinate", false, kOceanS},
    {Formula::OceanSG1, "ocean_s_coordinate_g1", false, kOceanSG},
    {Formula::OceanSG2, "ocean_s_coordinate_g2", false, kOceanSG},
    {Formula::OceanSigmaZ, "ocean_sigma_z_coordinate", false, kOceanSigmaZ},
    {Formula::OceanDoubleSigma, "ocean_double_sigma_coordinate", false, kOceanDoubleSigma},
}};

double sigma_z(std::span<const double> t, double number) {
  const double sigma = t[0], eta = t[1], depth = t[2], depth_c = t[3], nsigma = t[4];
  if (std::isnan(sigma) || number > nsigma) return t[5];
  if (std::isnan(depth) || std::isnan(depth_c)) return kNaN;
  return eta + sigma * (std::min(depth_c, depth) + eta);
}

double double_sigma(std::span<const double> t, double number) {
  const double sigma = t[0], depth = t[1], z1 = t[2], z2 = t[3], a = t[4], href = t[5], k_c = t[6];
  const double f =
      0.5 * (z1 + z2) + 0.5 * (z1 - z2) * std::tanh(2 * a / (z1 - z2) * (depth - href));
  if (std::isnan(k_c)) return kNaN;
  return number <= k_c ? sigma * f : f + (sigma - 1) * (depth - f);
}

double value_of(VerticalFormula formula, std::span<const double> t, double number) {
  switch (formula) {
    case Formula::LnPressure:
      return t[0] * std::exp(-t[1]);
    case Formula::Sigma:
      return t[2] + t[0] * (t[1] - t[2]);
    case Formula::HybridSigmaPressure:
      return t[0] * t[3] + t[4] + t[1] * t[2];
    case Formula::HybridSigmaLnPressure:
      return t[3] * t[0] * std::pow(t[2] / t[3], t[1]);
    case Formula::HybridHeight:
      return t[0] + t[1] * t[2];
    case Formula::Sleve:
      return t[0] * t[3] + t[1] * t[4] + t[2] * t[5];
    case Formula::OceanSigma:
      return t[1] + t[0] * (t[2] + t[1]);
    case Formula::OceanS:
      return height_of_stretched(t, stretched_s(t[0], t[3], t[4]));
    case Formula::OceanSG1: {
      const double s = t[0], c = t[1], eta = t[2], depth = t[3], depth_c = t[4];
      const double at_rest = depth_c * s + (depth - depth_c) * c;
      return at_rest + eta * (1 + at_rest / depth);
    }
    case Formula::OceanSG2: {
      const double s = t[0], c = t[1], eta = t[2], depth = t[3], depth_c = t[4];
      return eta + (eta + depth) * (depth_c * s + depth * c) / (depth_c + depth);
    }
    case Formula::OceanSigmaZ:
      return sigma_z(t, number);
    case Formula::OceanDoubleSigma:
      return double_sigma(t, number);
  }
  return kNaN;
}

}  // namespace

std::span<const FormulaRule> formula_rules() { return kRules; }

const FormulaRule& rule_of(VerticalFormula formula) {
  return kRules[static_cast<std::size_t>(formula)];
}

// Song and Haidvogel's stretching.
double stretched_s(double s, double a, double b) {
  return (1 - b) * std::sinh(a * s) / std::sinh(a) +
         b * (std::tanh(a * (s + 0.5)) / (2 * std::tanh(0.5 * a)) - 0.5);
}

double height_of_stretched(std::span<const double> terms, double stretched) {
  const double s = terms[0], eta = terms[1], depth = terms[2], depth_c = terms[5];
  const double height = eta * (1 + s) + depth_c * s + (depth - depth_c) * stretched;
  return std::isfinite(height) ? height : kNaN;
}

double compute(VerticalFormula formula, std::span<const double> terms, std::size_t level) {
  const double value = value_of(formula, terms, static_cast<double>(level) + 1);
  return std::isfinite(value) ? value : kNaN;
}

}  // namespace gyre::coverage
