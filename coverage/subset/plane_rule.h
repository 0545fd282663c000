#pragma once

#include <optional>

#include "coverage/model/domain_set.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

/// Longitudes and latitudes of a request on two-dimensional coordinates, degrees.
struct PlaneSubsets {
  std::optional<DimensionSubset> longitude, latitude;
};
struct PlaneSelection {
  AxisSelection x, y;
};

/// The smallest index box of the cells whose centres lie within both intervals, bounds included;
/// without any, the cell that holds the middle. Slices of both take the cell there.
/// @pre domain_set.geometry(), and one of the subsets
/// @throws Error{OutsideDomain, InvalidInterval, InvalidPosition}; the subject is the label as
/// written Cost: a look at each centre.
[[nodiscard]] PlaneSelection select_on_plane(const DomainSet& domain_set,
                                             const PlaneSubsets& subsets);

}  // namespace gyre::coverage
