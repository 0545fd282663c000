#pragma once

#include <memory>
#include <optional>
#include <string>

#include "coverage/cf/coordinate_axis.h"
#include "coverage/cf/holding.h"
#include "coverage/model/cell_geometry.h"
#include "coverage/model/crs.h"

namespace gyre::coverage::cf {

/// The two-dimensional longitudes and latitudes of a field (CF 1.11, 5.2), over the two dimensions
/// that they share with it, the slower one y.
struct Curvilinear {
  const VariableSchema* longitude = nullptr;
  const VariableSchema* latitude = nullptr;
  std::string y_dimension, x_dimension;
  bool listed = false;  ///< by the field's `coordinates`
};

/// Those that the field lists in `coordinates`; else the one pair over its dimensions that says by
/// its attributes or names what it is.
/// @throws Error{UnsupportedHolding} when several pairs could be meant
[[nodiscard]] std::optional<Curvilinear> curvilinear_of(const Holding& holding,
                                                        const VariableSchema& field);

/// Reads them, and the vertices of the cells where they are usable.
/// @throws Error{UnsupportedHolding} with the reason why no grid can be made
[[nodiscard]] std::shared_ptr<const CellGeometry> geometry_of(const Holding& holding,
                                                              const Curvilinear& curvilinear,
                                                              AxisMaker& maker);

/// Do axes in `crs` lead to the same places, to half a cell? Looked at in a lattice of cells.
[[nodiscard]] bool agrees(const AxisData& x, const AxisData& y, const Crs& crs,
                          const CellGeometry& geometry);

}  // namespace gyre::coverage::cf
