#pragma once

#include <optional>

#include "coverage/base/export.h"
#include "coverage/model/attribute.h"
#include "coverage/source/dap/das.h"

namespace gyre::coverage::dap {

/// The type that values of DAP2 have here. A Byte is Int8 unless `_Unsigned` says otherwise: NetCDF
/// has signed bytes, servers of its files send these as Byte, and netCDF-C reads them so.
[[nodiscard]] GYRE_API ElementType element_type_of(DapType type);

/// The attribute with its values read; several texts are one, in lines, as netCDF-C has them.
/// Integers of the other signedness are the same bits (`Byte 255` is -1). Absent when a value
/// is no number, or none that its type can hold, or when there are no values of a number.
[[nodiscard]] GYRE_API std::optional<Attribute> attribute_of(const DasAttribute& attribute);

/// The same in the type of the variable, which _FillValue has to have: some servers write another.
/// As it was when its values are none of that type.
[[nodiscard]] GYRE_API Attribute in_type_of_variable(Attribute attribute, ElementType type);

}  // namespace gyre::coverage::dap
