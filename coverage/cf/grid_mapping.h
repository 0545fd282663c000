#pragma once

#include <string>

#include "coverage/base/export.h"
#include "coverage/model/attribute.h"
#include "coverage/model/crs.h"

namespace gyre::coverage {

/// The CRS that a CF grid_mapping container describes (CF 1.11, 5.6 and appendix F).
/// @param x_units units of the x coordinate: false eastings and positions are in them
/// @throws Error{UnsupportedHolding} naming the attribute that is missing or not understood
[[nodiscard]] GYRE_API Crs crs_from_grid_mapping(const Attributes& grid_mapping,
                                                 const std::string& x_units);

/// The container's attributes for a CRS, when Gyre writes a grid of its own: crs_wkt, and
/// grid_mapping_name with its parameters where CF can say them.
[[nodiscard]] GYRE_API Attributes grid_mapping_from_crs(const Crs& crs);

}  // namespace gyre::coverage
