#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "coverage/base/abort_token.h"
#include "coverage/base/export.h"
#include "coverage/derive/in_units.h"
#include "coverage/derive/quality_mask.h"
#include "coverage/model/dataset.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

/// Everything a request asks of values, besides where they are. The one place that knows in which
/// order it is done: stored samples are masked by their quality, then the surface is interpolated
/// from what is left, then samples are chosen or put on another grid, then units are converted.
struct AskedValues {
  std::vector<FieldMask> quality;
  std::optional<double> surface;  ///< metres, up positive, or pascals: at_surface()
  std::vector<UnitWish> units;
};

/// A coverage, and the dataset that owns it.
struct CoverageOf {
  std::shared_ptr<const Dataset> dataset;
  const Coverage* coverage = nullptr;
};

/// What comes before samples are chosen. Nothing asked: `given`. Fields keep their order.
[[nodiscard]] GYRE_API CoverageOf samples_asked(CoverageOf given, const AskedValues& asked,
                                                const AbortToken& abort);

/// What comes after: the same samples in the units asked for. Nothing asked: `query`.
/// @throws Error{InvalidParameter} as in_units()
[[nodiscard]] GYRE_API ResolvedQuery in_units_asked(ResolvedQuery query, const AskedValues& asked);

}  // namespace gyre::coverage
