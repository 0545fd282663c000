#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coverage/encode/mesh_subset.h"
#include "coverage/model/holding_schema.h"
#include "coverage/subset/view.h"

namespace gyre::coverage {

/// A variable of the holding that goes along with the fields: a coordinate, bounds, a grid mapping,
/// terms of a formula, ancillary data.
struct Companion {
  const VariableSchema* variable = nullptr;
  std::vector<AxisSelection> selections;  ///< one per dimension of the variable, file order
  std::vector<bool> dropped;              ///< dimensions that are sliced away
  std::optional<std::size_t> axis;        ///< the view's axis whose coordinate or bounds it is
  bool is_coordinate = false;             ///< of that axis; else its bounds
};

/// What a view's fields need beside them (CF 1.11: 4, 5, 3.4, 7.1, 7.2, 4.3.3): everything that
/// can be reached from the fields and axes through attributes that name variables, as far as its
/// dimensions are the view's (or small ones of their own, as of bounds). Fields are not among them.
/// In the order of the holding. @pre `schema` outlives the result
/// @param mesh the part of a mesh that the view keeps: coordinates of all its elements go along,
/// and what lies on them
[[nodiscard]] std::vector<Companion> find_companions(const View& view, const HoldingSchema& schema,
                                                     const MeshSubset* mesh = nullptr);

/// The attributes that point to variables, with what is not in `carried` taken out; an attribute
/// whose meaning needs all it names (bounds, formula_terms) goes away as a whole.
[[nodiscard]] Attributes without_dangling(const Attributes& attributes,
                                          const std::vector<std::string>& carried);

/// The name in a file without groups: "group/variable" -> "group_variable".
[[nodiscard]] std::string flat_name(std::string_view name);

/// The variable that gives an axis its coordinates; nullptr: none in the holding.
[[nodiscard]] const VariableSchema* coordinate_of(const Axis& axis, const HoldingSchema& schema);

}  // namespace gyre::coverage
