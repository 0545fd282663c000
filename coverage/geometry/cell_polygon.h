#pragma once

#include <span>

#include "coverage/geometry/unit_vector.h"

namespace gyre::coverage::geometry {

/// Is `place` within the polygon of great circles through `corners`, its edges included? Seen in
/// the gnomonic projection about `centre`, where great circles are straight lines; what lies more
/// than a quarter of the globe away is outside. At most 64 corners count.
[[nodiscard]] bool holds(std::span<const UnitVector> corners, const UnitVector& centre,
                         const UnitVector& place);

}  // namespace gyre::coverage::geometry
