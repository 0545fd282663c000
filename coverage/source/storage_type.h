#pragma once

#include "coverage/base/export.h"
#include "coverage/model/holding_schema.h"

namespace gyre::coverage {

/// The declared type with the attribute _Unsigned applied: "true" turns signed integers into
/// unsigned ones of the same width, "false" the other way round (NetCDF Users' Guide, Attribute
/// Conventions). The type of every RawBlock of that variable.
[[nodiscard]] GYRE_API ElementType storage_type(const VariableSchema& variable);

}  // namespace gyre::coverage
