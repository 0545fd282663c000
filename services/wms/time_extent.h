#pragma once

#include <cstddef>
#include <string>

#include "coverage/model/instants.h"

namespace gyre::wms {

/// No list is longer, whatever else a document says.
inline constexpr std::size_t kMostListed = 100'000;  ///< 200 years day by day, and more

/// Instants as a WMS extent: runs of at least three evenly spaced ones (by length, or by calendar
/// months) as first/last/period, the others one by one, in ascending order. Where that would be
/// more than `most` parts: first/last/period of them all, as every request is answered by the
/// nearest instant. The period is one that meets every instant, unless that would be very many
/// more than there are; else their mean distance.
/// Source: WMS 1.3.0 (OGC 06-042) annexes C and D.
[[nodiscard]] std::string time_extent(const coverage::Instants& instants,
                                      std::size_t most = kMostListed);
/// How many parts that has without a bound. Cost: linear, 10 ns an instant.
[[nodiscard]] std::size_t time_extent_parts(const coverage::Instants& instants);

}  // namespace gyre::wms
