#pragma once

#include <map>
#include <string>

#include "coverage/model/holding_schema.h"
#include "coverage/source/zarr/zarr_array.h"
#include "coverage/source/zarr/zarr_store.h"

namespace gyre::coverage {

struct ZarrDescription {
  HoldingSchema schema;
  std::map<std::string, ZarrArray> arrays;  ///< of each variable, by its name
};

/// What a store says of itself. Arrays that cannot be read are left out with a remark. `name` is
/// that of the variable when the store is a single array.
///
/// As in xarray, fill_value of a v2 array is its _FillValue unless its attributes have one (not so
/// for coordinate variables, whose zeros are no gaps), while a v3 array, which must have a
/// fill_value, has none but by its attributes; there floats stand in base64.
/// Source: Zarr storage specification version 2, Zarr core specification version 3; dimension
/// names by dimension_names (v3), _ARRAY_DIMENSIONS (xarray) or _NCZARR_ARRAY (netCDF-C).
/// @throws Error{MalformedHolding}
[[nodiscard]] ZarrDescription describe_zarr(const ZarrStore& store, const std::string& name);

}  // namespace gyre::coverage
