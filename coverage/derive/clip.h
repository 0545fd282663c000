#pragma once

#include <memory>
#include <optional>

#include "coverage/model/dataset.h"

namespace gyre::coverage {

/// Longitudes and latitudes, degrees, both closed; longitudes in any turn, low <= high.
struct LonLatBox {
  std::optional<Axis::Interval> longitudes, latitudes;  ///< absent: all
};

/// A dataset of one coverage: the fields of `coverage`, in the same order and of the same names,
/// missing where the centre of a cell of its two-dimensional coordinates lies outside of the box.
/// Stored values inside stay bit by bit; a field of bytes that has no value for "missing" becomes
/// int16. Costs no I/O.
/// @param coverage one of the dataset's @pre coverage.domain_set.geometry()
[[nodiscard]] GYRE_API std::shared_ptr<const Dataset> clipped(
    const std::shared_ptr<const Dataset>& dataset, const Coverage& coverage, const LonLatBox& box);

}  // namespace gyre::coverage
