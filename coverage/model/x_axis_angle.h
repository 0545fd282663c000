#pragma once

#include <span>

#include "coverage/base/export.h"
#include "coverage/model/crs.h"

namespace gyre::coverage {

/// Where the x axis of `crs` points at each position (x, y order, its unit): the angle from true
/// east, anticlockwise, in radians. On the ellipsoid or sphere of the CRS; on a sphere for rotated
/// poles, which are defined so. 0 everywhere in a geographic CRS, also at its poles; NaN at the
/// poles of any other, where there is no east, and where a position has no place on the globe.
/// @pre all sizes are equal
GYRE_API void x_axis_angles(const Crs& crs, std::span<const double> x, std::span<const double> y,
                            std::span<double> angles);

}  // namespace gyre::coverage
