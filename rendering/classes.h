#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/field.h"
#include "rendering/style.h"

namespace gyre::rendering {

/// Of each sample its class by class_of(), and one more: 0 is none. Styles have less than 256.
using Classes = std::vector<std::uint8_t>;

[[nodiscard]] GYRE_API Classes classes_of(const Style& style, std::span<const double> values);

/// The same of samples as they are stored. What can be stored in two bytes is looked up in a table
/// that is made once per style and packing.
[[nodiscard]] GYRE_API Classes classes_of(const Style& style, const coverage::Field& field,
                                          const coverage::RawBlock& block);

}  // namespace gyre::rendering
