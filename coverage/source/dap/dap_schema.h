#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/holding_schema.h"
#include "coverage/source/dap/das.h"
#include "coverage/source/dap/dds.h"

namespace gyre::coverage::dap {

/// How a variable is asked for.
struct DapVariable {
  DapType type = DapType::Byte;
  std::vector<std::string> path;  ///< of names in the DDS: structures, the grid, itself
  bool in_grid = false;
  /// Of a map of a grid: which dimension of the grid's array it belongs to.
  std::optional<std::size_t> map_of;
  std::size_t grid_rank = 0;
};

struct DapDescription {
  HoldingSchema schema;
  std::map<std::string, DapVariable> variables;  ///< by the name in the schema
};

/// What a server's DDS and DAS make of a holding, much as netCDF-C 4.9 describes it.
///
/// - Variables of structures are named "structure.member"; the array of a Grid is named as the
///   Grid. Dimensions of one name and size are one; of one name and another size `name_1` and so
///   on; without a name `variable_0` and so on, in Grids as the map.
/// - A map of a Grid is a coordinate variable, unless there is one of that name and shape, and
///   named as its dimension. (netCDF-C has none, so that such Grids lie nowhere.)
/// - UInt16 and UInt32 stay unsigned. (netCDF-C makes negative numbers of the upper half.)
/// - Attributes of structures and of unknown containers are global ones named
///   "container.attribute"; containers within a variable's are its own, named likewise.
/// - Left out, with a remark: sequences, arrays of structures, and variables whose attributes that
///   say what values mean (_FillValue, scale_factor ...) cannot be read.
/// @throws Error{MalformedHolding}
[[nodiscard]] GYRE_API DapDescription describe_dap(const Dds& dds, const Das& das);

}  // namespace gyre::coverage::dap
