#pragma once

#include <optional>

#include "coverage/base/export.h"
#include "coverage/model/crs.h"
#include "coverage/model/envelope.h"

namespace gyre::coverage {

/// Once round the globe in x of a CRS: degrees, and cylindrical projections; 0: x never repeats.
[[nodiscard]] GYRE_API double x_period(const Crs& crs);

/// The box of a lattice over `box`, its outline and inside, once it is transformed; absent when
/// none of it has a place. Where x repeats it goes on beyond the seam, so that what is in one piece
/// stays so: the box begins within the map of the CRS. A whole turn is that map.
[[nodiscard]] GYRE_API std::optional<Envelope> transformed(const Envelope& box, const Crs& from,
                                                           const Crs& to);

}  // namespace gyre::coverage
