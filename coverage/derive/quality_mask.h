#pragma once

#include <memory>
#include <span>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/derive/quality.h"
#include "coverage/model/dataset.h"

namespace gyre::coverage {

/// Where one field of a coverage is kept.
struct FieldMask {
  std::size_t field = 0;
  std::vector<QualityRule> rules;  ///< all must agree; none: everywhere
};

/// A dataset of one coverage: the fields of `coverage`, in the same order and of the same names;
/// those with rules have values only where their flags have the meanings kept, and are missing
/// elsewhere and where a flag is missing. Stored values stay bit by bit; a field of bytes that has
/// no value for "missing" becomes int16. Each masked field says so in its attribute `quality_mask`.
/// Costs no I/O; whoever reads a box reads the same box of the flag variables.
[[nodiscard]] GYRE_API std::shared_ptr<const Dataset> masked_by_quality(
    const std::shared_ptr<const Dataset>& dataset, const Coverage& coverage,
    std::span<const FieldMask> masks);

}  // namespace gyre::coverage
