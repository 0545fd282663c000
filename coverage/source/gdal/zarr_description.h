#pragma once

#include <string>

#include "coverage/model/holding_schema.h"

namespace gyre::coverage {

/// What a Zarr v2 store says of itself, from its JSON documents: GDAL moves units, scale, offset
/// and fill value out of the attributes and widens types. As in xarray, fill_value of .zarray is
/// the _FillValue of a variable; not so for coordinate variables, whose zeros are no gaps.
/// What GDAL cannot decode is left out with a remark.
/// Source: Zarr storage specification version 2; dimension names by _ARRAY_DIMENSIONS (xarray) or
/// _NCZARR_ARRAY (netCDF-C).
/// @throws Error{MalformedHolding}
[[nodiscard]] HoldingSchema describe_zarr(const std::string& path);

}  // namespace gyre::coverage
