#pragma once

#include <optional>
#include <vector>

#include "coverage/derive/clip.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

/// The longitudes and latitudes that trims of two-dimensional coordinates settle on, as resolve()
/// settles them: open ends are those of the grid. Absent: there are none, one of them is a slice,
/// no centre lies within (then the one cell that holds the middle is the answer), or the coverage
/// lies on axes or a mesh, whose trims leave nothing else.
/// @throws Error{InvalidInterval, InvalidPosition} Cost: a look at each centre
[[nodiscard]] GYRE_API std::optional<LonLatBox> clip_box(
    const DomainSet& domain_set, const std::vector<DimensionSubset>& subsets);

}  // namespace gyre::coverage
