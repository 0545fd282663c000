#pragma once

#include <memory>
#include <string>
#include <vector>

#include "coverage/cf/coordinate_axis.h"
#include "coverage/cf/holding.h"
#include "coverage/model/domain_set.h"
#include "coverage/model/forecast_runs.h"

namespace gyre::coverage::cf {

/// Where one field has values.
struct FieldAxes {
  std::vector<AxisData> axes;  ///< the field's dimensions in order, then its scalar coordinates
  Crs crs;
  std::string grid_mapping;
  /// Where cells lie, when x and y only count them.
  std::shared_ptr<const CellGeometry> geometry = nullptr;
  /// When its forecasts are valid, if it is one of several runs.
  std::shared_ptr<const ForecastRuns> forecasts = nullptr;
};

/// @throws Error{UnsupportedHolding} with the reason why the field is not served as what()
[[nodiscard]] FieldAxes axes_of_field(const Holding& holding, const VariableSchema& field,
                                      AxisMaker& maker, std::vector<std::string>& warnings);

}  // namespace gyre::coverage::cf
