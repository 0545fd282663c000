#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/attribute.h"
#include "coverage/model/element_type.h"

namespace gyre::coverage {

struct DimensionSchema {
  std::string name;
  std::size_t size = 0;
  bool operator==(const DimensionSchema&) const = default;
};

/// One variable as the holding declares it.
struct VariableSchema {
  std::string name;                         ///< full name; in groups "group/variable"
  ElementType type = ElementType::Float32;  ///< declared type (int8 restored), before _Unsigned
  std::vector<std::string> dimensions;      ///< slowest first
  std::vector<std::size_t> shape;
  std::vector<std::size_t> chunk_shape;  ///< empty: contiguous
  Attributes attributes;
  bool operator==(const VariableSchema&) const = default;
};

/// What a holding says of itself; serialisable, no handles.
struct HoldingSchema {
  std::string format;  ///< "NetCDF-4", "NetCDF classic", "Zarr v2" ...
  std::vector<DimensionSchema> dimensions;
  std::vector<VariableSchema> variables;
  Attributes attributes;             ///< global
  std::vector<std::string> remarks;  ///< what was left out and why, in our words

  [[nodiscard]] GYRE_API const VariableSchema* find(std::string_view variable) const;
  bool operator==(const HoldingSchema&) const = default;
};

}  // namespace gyre::coverage
