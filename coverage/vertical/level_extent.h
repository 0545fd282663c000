#pragma once

#include <optional>
#include <utility>

#include "coverage/base/export.h"
#include "coverage/model/domain_set.h"
#include "coverage/model/vertical_transform.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// Lowest and highest height or pressure, rounded outwards to about three digits of their distance.
/// All columns of small holdings; of large ones rows spread over the grid at steps spread over the
/// other axes, always the same ones, so that each node publishes the same. Absent when no column
/// has any. @throws Error as Source::read
[[nodiscard]] GYRE_API std::optional<std::pair<double, double>> level_extent(
    const Source& source, const DomainSet& domain_set, const VerticalTransform& transform);

}  // namespace gyre::coverage
