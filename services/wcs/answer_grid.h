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
/// @param samples the domain of the samples, where the coverage is another one's on a regular grid:
/// always a grid then; null: its own
/// @throws ows::Exception SubsettingCrs-NotSupported, OutputCrs-NotSupported, InvalidScaleFactor,
/// InvalidExtent, ScaleAxisUndefined, InterpolationMethodNotSupported, InvalidSubsetting (404)
[[nodiscard]] std::optional<AnswerGrid> answer_grid(
    const GetCoverage& request, const std::vector<coverage::DimensionSubset>& subsets,
    const coverage::DomainSet& domain_set, const coverage::DomainSet* samples = nullptr);

}  // namespace gyre::wcs
