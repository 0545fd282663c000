#pragma once

#include <optional>

#include "coverage/subset/regridding.h"
#include "coverage/subset/resolved_query.h"
#include "services/wcs/request.h"

namespace gyre::wcs {

/// Methods of interpolation that are offered, as the OGC names them (OGC 12-049).
inline constexpr const char* kNearest =
    "http://www.opengis.net/def/interpolation/OGC/1/nearest-neighbor";
inline constexpr const char* kLinear = "http://www.opengis.net/def/interpolation/OGC/1/linear";

/// What GetCoverage asks of the grid of its answer, in words of the domain; absent when it is the
/// coverage's own, of which subsets select cells.
struct AnswerGrid {
  coverage::RegriddingWishes wishes;
  /// Subsets that are not positions in a CRS of its own: they select cells as ever.
  std::vector<coverage::DimensionSubset> subsets;
};

/// @param subsets of the request, labels as the domain set knows them
/// @param on_regular_grid the coverage is another one's on a regular grid: always a grid then
/// @throws ows::Exception SubsettingCrs-NotSupported, OutputCrs-NotSupported, InvalidScaleFactor,
/// InvalidExtent, ScaleAxisUndefined, InterpolationMethodNotSupported, InvalidSubsetting (404)
[[nodiscard]] std::optional<AnswerGrid> answer_grid(
    const GetCoverage& request, const std::vector<coverage::DimensionSubset>& subsets,
    const coverage::DomainSet& domain_set, bool on_regular_grid = false);

}  // namespace gyre::wcs
