#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "coverage/base/export.h"
#include "coverage/model/attribute.h"
#include "coverage/model/element_type.h"

namespace gyre::coverage {

using Json = nlohmann::ordered_json;

/// A JSON value as an attribute; absent for null. Lists of one kind become lists, anything else
/// that is no plain value its JSON text.
[[nodiscard]] std::optional<Attribute> zarr_attribute(const std::string& name, const Json& value);

/// A number of JSON, which knows no types, in the type of its variable: for attributes that CF
/// wants in it (missing_value, valid_range, flag_values ...). Unchanged where it does not fit.
[[nodiscard]] Attribute in_type(ElementType type, Attribute attribute);

/// A double as xarray puts the _FillValue of floats into Zarr v3 attributes: its eight bytes,
/// little-endian, in base64. Absent for other texts.
[[nodiscard]] GYRE_API std::optional<double> base64_number(const std::string& text);

}  // namespace gyre::coverage
