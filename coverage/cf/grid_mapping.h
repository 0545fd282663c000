#pragma once

#include <optional>
#include <string>

#include "coverage/base/export.h"
#include "coverage/model/attribute.h"
#include "coverage/model/crs.h"

namespace gyre::coverage {

/// The CRS that a CF grid_mapping container describes (CF 1.11, 5.6 and appendix F): by its name
/// and parameters, which win, else by its text (crs_from_texts). Scan angles of a geostationary
/// satellite give a CRS in radians.
/// @param x_units units of the x coordinate: false eastings and positions are in them
/// @throws Error{UnsupportedHolding} naming the attribute that is missing or not understood
[[nodiscard]] GYRE_API Crs crs_from_grid_mapping(const Attributes& grid_mapping,
                                                 const std::string& x_units);

/// The CRS that attributes tell as text: crs_wkt, spatial_ref, proj4 and their like, of a container
/// or of a field itself; absent when there is none of them.
/// @throws Error{UnsupportedHolding} naming the attribute when none of them can be used
[[nodiscard]] GYRE_API std::optional<Crs> crs_from_texts(const Attributes& attributes,
                                                         const std::string& x_units);

/// The container's attributes for a CRS, when Gyre writes a grid of its own: crs_wkt, and
/// grid_mapping_name with its parameters where CF can say them.
[[nodiscard]] GYRE_API Attributes grid_mapping_from_crs(const Crs& crs);

}  // namespace gyre::coverage
