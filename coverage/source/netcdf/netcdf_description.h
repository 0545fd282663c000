#pragma once

#include "coverage/model/holding_schema.h"

namespace gyre::coverage {

/// What an open NetCDF file says of itself. A variable of characters has type String without its
/// last dimension, the length of the text; an enumeration has its integer type.
/// @pre the NetcdfLock is held. @throws Error{MalformedHolding}
[[nodiscard]] HoldingSchema describe_netcdf(int file);

}  // namespace gyre::coverage
