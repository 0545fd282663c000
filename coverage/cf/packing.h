#pragma once

#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/field.h"
#include "coverage/model/holding_schema.h"

namespace gyre::coverage {

/// The type of stored values, of every RawBlock of the variable: the declared one with `_Unsigned`
/// applied: "true" turns signed integers into unsigned ones of the same width, "false" the other
/// way round (NetCDF Users' Guide, Attribute Conventions).
[[nodiscard]] GYRE_API ElementType storage_type_of(const VariableSchema& variable);

/// scale_factor and add_offset (CF 1.11, 8.1); `warnings` gets what could not be understood.
[[nodiscard]] GYRE_API Packing packing_of(const VariableSchema& variable,
                                          std::vector<std::string>& warnings);

/// _FillValue, missing_value, valid_min, valid_max, valid_range, or netCDF's default fill value
/// (DESIGN 4). Values that the storage type cannot hold can equal no sample and are left out.
[[nodiscard]] GYRE_API MissingRule missing_rule_of(const VariableSchema& variable,
                                                   const Packing& packing);

/// flag_values, flag_masks and flag_meanings (CF 1.11, 3.5); none when their numbers differ.
[[nodiscard]] GYRE_API std::vector<Flag> flags_of(const VariableSchema& variable,
                                                  std::vector<std::string>& warnings);

/// All of it, with the names and units.
[[nodiscard]] GYRE_API Field field_of(const VariableSchema& variable,
                                      std::vector<std::string>& warnings);

}  // namespace gyre::coverage
