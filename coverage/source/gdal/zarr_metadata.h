#pragma once

#include <map>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "coverage/model/attribute.h"
#include "coverage/model/element_type.h"

namespace gyre::coverage {

using Json = nlohmann::ordered_json;

/// The metadata documents of a store by key ("temp/.zarray"), consolidated or collected from its
/// directories, in the order of their keys.
/// @throws Error{MalformedHolding} for what is no JSON object, or too much of it
[[nodiscard]] std::map<std::string, Json> zarr_documents(const std::string& path);

/// A Zarr v2 dtype ("<f4", "|i1", ">i8", "|b1", "|S5", "<U9"); absent for what is not served.
/// Half floats become Float32 and booleans UInt8, as GDAL reads them.
[[nodiscard]] std::optional<ElementType> zarr_element_type(const Json& dtype);

/// A JSON value as an attribute; absent for null. Lists of one kind become lists, anything else
/// that is no plain value its JSON text.
[[nodiscard]] std::optional<Attribute> zarr_attribute(const std::string& name, const Json& value);

/// A number of JSON, which knows no types, in the type of its variable: for attributes that CF
/// wants in it (missing_value, valid_range, flag_values ...). Unchanged where it does not fit.
[[nodiscard]] Attribute in_type(ElementType type, Attribute attribute);

/// fill_value of .zarray in the array's type; absent when null or not understood.
[[nodiscard]] std::optional<Attribute> zarr_fill_value(ElementType type, const Json& value);

}  // namespace gyre::coverage
