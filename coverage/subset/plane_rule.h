#pragma once

#include <optional>
#include <vector>

#include "coverage/model/domain_set.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

/// Longitudes and latitudes of a request on two-dimensional coordinates, degrees.
struct PlaneSubsets {
  std::optional<DimensionSubset> longitude, latitude;
};
struct PlaneSelection {
  AxisSelection x, y;
  std::optional<std::vector<std::size_t>> faces = std::nullopt;  ///< of a mesh
};

/// The smallest index box of the cells whose centres lie within both intervals, bounds included;
/// without any, the cell that holds the middle. Slices of both take the cell there.
/// Of a mesh (x; y is the same axis): the faces whose centres lie within, and of nodes and edges
/// those that belong to such faces, so that what is left is a mesh.
/// @pre domain_set.geometry(), and one of the subsets
/// @throws Error{OutsideDomain, InvalidInterval, InvalidPosition}; the subject is the label as
/// written. Cost: a look at each centre.
[[nodiscard]] PlaneSelection select_on_plane(const DomainSet& domain_set,
                                             const PlaneSubsets& subsets);

}  // namespace gyre::coverage
