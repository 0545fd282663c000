#pragma once

#include <optional>
#include <string>

#include "coverage/cf/axis_kind.h"
#include "coverage/cf/coordinate_axis.h"
#include "coverage/cf/holding.h"

namespace gyre::coverage::cf {

/// What gives a dimension its positions.
struct DimensionCoordinate {
  const VariableSchema* variable = nullptr;  ///< null: none, the dimension counts from 0
  AxisKind kind;
  bool both_horizontal = false;  ///< longitudes and latitudes run along it: a mesh, or stations
};

/// The coordinate variable of a field's dimension; when that says nothing (or is missing), an
/// auxiliary one along the same dimension that does.
[[nodiscard]] DimensionCoordinate coordinate_of(const Holding& holding, const VariableSchema& field,
                                                const std::string& dimension, AxisMaker& maker);

}  // namespace gyre::coverage::cf
