#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coverage/cf/coordinate_axis.h"
#include "coverage/cf/holding.h"
#include "coverage/model/domain_set.h"

namespace gyre::coverage::cf {

/// Where one field has values.
struct FieldAxes {
  std::vector<AxisData> axes;  ///< the field's dimensions in order, then its scalar coordinates
  Crs crs;
  std::string grid_mapping;
  /// Where cells lie, when x and y only count them.
  std::shared_ptr<const CellGeometry> geometry = nullptr;
};

/// @throws Error{UnsupportedHolding} with the reason why the field is not served as what()
[[nodiscard]] FieldAxes axes_of_field(const Holding& holding, const VariableSchema& field,
                                      AxisMaker& maker, std::vector<std::string>& warnings);

}  // namespace gyre::coverage::cf
