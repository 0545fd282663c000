#pragma once

#include <span>
#include <string>

#include "coverage/model/time_instant.h"

namespace gyre::wms {

/// Instants as a WMS extent: runs of at least three evenly spaced ones (by length, or by calendar
/// months) as first/last/period, the others one by one, in ascending order. Where that would be
/// more than kMostListed parts: first/last and the mean period, as every request is answered by the
/// nearest instant. Source: WMS 1.3.0 (OGC 06-042) annexes C and D.
inline constexpr std::size_t kMostListed = 100'000;  ///< 200 years day by day, and more
[[nodiscard]] std::string time_extent(std::span<const coverage::TimeInstant> instants);

}  // namespace gyre::wms
