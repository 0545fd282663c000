#pragma once

#include <span>
#include <vector>

#include "coverage/base/abort_token.h"
#include "coverage/base/export.h"
#include "coverage/derive/quality.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

/// What the quality flags of a field say of all samples that `selections` (one per axis of the
/// coverage's domain set) select: row-major, for each sample all flag variables. Empty: the field
/// has no flags.
/// Cost: reads each flag variable once, in parts as read_in_parts() makes them.
[[nodiscard]] GYRE_API std::vector<std::vector<SampleQuality>> quality_of_samples(
    const Dataset& dataset, const Coverage& coverage, const Field& field,
    std::span<const AxisSelection> selections, const AbortToken& abort);

}  // namespace gyre::coverage
