#pragma once

#include <memory>

#include "coverage/base/abort_token.h"
#include "coverage/base/export.h"
#include "coverage/model/dataset.h"

namespace gyre::coverage {

/// May fields of the coverage be asked for at a height or pressure? Its levels have to be several.
[[nodiscard]] GYRE_API bool has_surfaces(const Coverage& coverage);

/// A dataset of one coverage: the fields of `coverage`, in the same order and of the same names, at
/// one height (metres, up positive) or pressure (pascals), interpolated linearly along each column.
/// The level axis gives way to a scalar coordinate, the last axis, named by the transform's
/// standard_name. Values are float32, or float64 where the field's are (integers of 32 bits and
/// more too), with a _FillValue; flags keep their type and take the nearer level. Costs no I/O;
/// whoever reads it reads the levels around the surface and the terms.
/// @param coverage one of the dataset's @pre has_surfaces(coverage)
/// @param abort looked at between blocks while the dataset is read
[[nodiscard]] GYRE_API std::shared_ptr<const Dataset> at_surface(
    const std::shared_ptr<const Dataset>& dataset, const Coverage& coverage, double value,
    const AbortToken& abort);

}  // namespace gyre::coverage
