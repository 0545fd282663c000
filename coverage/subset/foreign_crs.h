#pragma once

#include "coverage/model/domain_set.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

/// x and y of a request whose positions are in another CRS than the grid's.
struct ForeignSubsets {
  std::optional<DimensionSubset> x, y;
};

/// The smallest index box of cells that covers the box asked for (its outline and inside are
/// transformed point by point; poles and the dateline inside of it are seen). A slice takes the
/// cell at its place.
/// @throws Error as resolve() does
[[nodiscard]] std::pair<AxisSelection, AxisSelection> select_in_crs(const DomainSet& domain_set,
                                                                    const Crs& crs,
                                                                    const ForeignSubsets& subsets);

}  // namespace gyre::coverage
