#pragma once

#include <optional>
#include <string>

#include "coverage/model/dataset.h"
#include "services/wms/dimension.h"
#include "services/wms/request.h"

namespace gyre::wms {

/// A dimension that no axis has: heights or pressures computed of a layer's levels by the file's
/// formula_terms (CF 1.11, 4.3.3). Continuous and without a default: a request that leaves it out
/// gets a stored level, chosen by ELEVATION or the like, as if it did not exist.
struct ComputedDimension {
  std::string name;   ///< the standard_name: "altitude", "air_pressure"; asked for as DIM_ALTITUDE
  std::string units;  ///< "m", up positive; "Pa"
  double low = 0, high = 0;  ///< what is published; values outside are asked for in vain
};

/// Absent where heights cannot be computed, or where an axis has that name.
[[nodiscard]] std::optional<ComputedDimension> computed_dimension_of(
    const coverage::Coverage& coverage);

/// The parameter it is asked by: "DIM_ALTITUDE".
[[nodiscard]] std::string parameter_of(const ComputedDimension& dimension);

/// The one number asked for; absent when none is.
/// @param levels the dimension of the stored levels, which may not be asked for together with it
/// @throws ows::Exception InvalidDimensionValue, locator the parameter's name
[[nodiscard]] std::optional<double> asked_of(const ComputedDimension& dimension,
                                             const coverage::Coverage& coverage,
                                             const DimensionValues& values);

/// "-1500/4.2/0": low/high/resolution, where 0 means any value between (06-042, table C.2).
[[nodiscard]] std::string extent_text(const ComputedDimension& dimension);

}  // namespace gyre::wms
