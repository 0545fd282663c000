#pragma once

#include <memory>
#include <string>

#include "coverage/model/dataset.h"
#include "coverage/subset/regridding.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

/// Can clients that know rectified grids alone not read the coverage? It lies on two-dimensional
/// coordinates or a mesh, or in a CRS that no authority has a code for.
[[nodiscard]] GYRE_API bool needs_lonlat_grid(const Coverage& coverage);

/// A dataset of one coverage: the fields of such a coverage on a regular grid of longitudes and
/// latitudes, nearest sample each, for clients that know no other grids. Cells are
/// as large as the samples' are in the middle of their sizes, rounded to a part or a multiple of a
/// degree; the whole round lies from -180 to 180. Costs no I/O and no lookup.
/// @throws Error{OutsideDomain} when it has no place on the globe
/// @param coverage one of the dataset's @pre needs_lonlat_grid(coverage)
/// @param id of the new coverage
[[nodiscard]] GYRE_API std::shared_ptr<const Dataset> on_lonlat_grid(
    const std::shared_ptr<const Dataset>& dataset, const Coverage& coverage, const std::string& id);

/// What a query on such a coverage asks of the samples: all that lie on x and y, and what it
/// selects of the other axes. A query on another coverage is itself.
[[nodiscard]] GYRE_API ResolvedQuery samples_of(const ResolvedQuery& query);

}  // namespace gyre::coverage
