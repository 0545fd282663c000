#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "coverage/model/field.h"
#include "coverage/model/vertical_formula.h"

namespace gyre::coverage {

/// A term of a formula, as one variable of the holding gives it.
struct FormulaTerm {
  static constexpr std::size_t kOneCell = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t kNodes = kOneCell - 1;

  std::size_t slot = 0;  ///< which term: index into the rule's
  Field values;          ///< the variable: how its numbers are masked and unpacked
  /// For each dimension of the variable, the axis of the domain set along which it varies;
  /// kOneCell for a dimension of size 1; kNodes for that of a mesh's nodes, where the coverage lies
  /// on its faces or edges: each takes the mean over its own nodes.
  std::vector<std::size_t> axes;
  double factor = 1;  ///< metres or pascals in its unit
};

/// How heights or pressures follow from a coverage's levels (CF 1.11, 4.3.3 and appendix D).
struct VerticalTransform {
  VerticalFormula formula{};
  std::string coordinate;          ///< the variable that has the formula_terms
  std::size_t axis = 0;            ///< of the levels, in the domain set
  std::string standard_name;       ///< of what is computed: "altitude", "air_pressure" ...
  std::vector<FormulaTerm> terms;  ///< those given; what is left out has the rule's value
  /// Lowest and highest value of the holding, by columns spread over place and time, rounded
  /// outwards; absent until they were looked at.
  std::optional<std::pair<double, double>> extent;

  [[nodiscard]] bool is_pressure() const { return rule_of(formula).gives_pressure; }
  /// Metres, up positive, or pascals.
  [[nodiscard]] const char* uom() const { return is_pressure() ? "Pa" : "m"; }
};

}  // namespace gyre::coverage
