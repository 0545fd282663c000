#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "coverage/cf/coordinate_axis.h"
#include "coverage/cf/holding.h"
#include "coverage/model/domain_set.h"
#include "coverage/model/vertical_transform.h"

namespace gyre::coverage::cf {

/// The pairs of a formula_terms attribute, {term in lower case, variable}, in its order; a blank
/// after the colon may lack. Words that are no pair give an empty name on the other side.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> formula_pairs(
    const std::string& text);

/// How the heights or pressures of the field's levels follow from the formula_terms of its vertical
/// coordinate, or of an auxiliary one that it lists (CF 1.11, 4.3.3). Null when there are none, or
/// none that can be used: then with a warning that says what to fix. On faces and edges of a mesh
/// terms may be given on its nodes.
/// @param domain_set of the field
[[nodiscard]] std::shared_ptr<const VerticalTransform> vertical_transform_of(
    const Holding& holding, const VariableSchema& field, const DomainSet& domain_set,
    AxisMaker& maker);

}  // namespace gyre::coverage::cf
