#pragma once

#include <string>
#include <vector>

#include "coverage/cf/axis_kind.h"
#include "coverage/cf/holding.h"
#include "coverage/model/crs.h"

namespace gyre::coverage::cf {

/// The CRS of a field's x and y, and what that makes of them.
struct HorizontalCrs {
  Crs crs;
  Horizontal horizontal = Horizontal::Globe;  ///< of both axes, never Unsaid
  std::string grid_mapping;                   ///< the container's name, "" without one
};

/// The grid mapping container of `field` that is for the axis `x` ("crs" or "crs: x y wgs: lat
/// lon"), null when it names none that exists.
[[nodiscard]] const VariableSchema* grid_mapping_of(const Holding& holding,
                                                    const VariableSchema& field,
                                                    const VariableSchema* x);

/// What the coordinates say and what the grid mapping says, put together. Where they contradict
/// each other the coordinates are taken, with a warning.
/// @throws Error{UnsupportedHolding} with the reason as what()
[[nodiscard]] HorizontalCrs horizontal_crs_of(const Holding& holding, const VariableSchema& field,
                                              const VariableSchema& x, const AxisKind& x_kind,
                                              const VariableSchema& y, const AxisKind& y_kind,
                                              std::vector<std::string>& warnings);

}  // namespace gyre::coverage::cf
