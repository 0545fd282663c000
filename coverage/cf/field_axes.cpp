#include "coverage/cf/field_axes.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/base/error.h"
#include "coverage/cf/curvilinear.h"
#include "coverage/cf/dimension_coordinate.h"
#include "coverage/cf/horizontal_crs.h"
#include "coverage/cf/text.h"
#include "coverage/cf/units.h"

namespace gyre::coverage::cf {
namespace {

[[noreturn]] void refuse(const VariableSchema& field, const std::string& why) {
  throw Error(ErrorKind::UnsupportedHolding, field.name, why);
}

bool is_gathered(const Holding& holding, const VariableSchema& field) {
  return std::any_of(field.dimensions.begin(), field.dimensions.end(),
                     [&](const std::string& dimension) {
                       const VariableSchema* list = holding.coordinate_variable(field, dimension);
                       return list != nullptr && list->attributes.has("compress");
                     });
}

/// Why a field without x and y axes is not served: what its grid is instead.
std::string without_axes(const Holding& holding, const VariableSchema& field, bool both_on_one,
                         bool has_x, bool has_y) {
  if (field.attributes.has("mesh")) return "it is on an unstructured mesh (UGRID): not yet served";
  if (is_gathered(holding, field)) return "it is compressed by gathering: not yet served";
  if (is_curvilinear(holding, field)) {
    return "its latitudes and longitudes are two-dimensional (curvilinear grid): not yet served";
  }
  if (both_on_one) {
    if (holding.schema().attributes.has("featureType")) {
      return fmt::format(
          "its longitudes and latitudes run along one dimension (discrete sampling geometry, "
          "featureType {}): not yet served",
          holding.schema().attributes.text("featureType").value_or(""));
    }
    return "its longitudes and latitudes run along one dimension (unstructured mesh, or stations): "
           "not yet served";
  }
  if (field.attributes.has("navigation")) {
    return "its grid is told by the NUWG conventions (attribute navigation), not by CF "
           "coordinates: "
           "not yet served";
  }
  if (has_x != has_y) {
    return fmt::format("it has {} but no {} among its dimensions {}",
                       has_x ? "an x axis" : "a y axis", has_x ? "y axis" : "x axis",
                       fmt::join(field.dimensions, ", "));
  }
  return fmt::format(
      "it has no horizontal axes: none of its dimensions {} has a coordinate variable that is a "
      "longitude, a latitude or a projection's x or y by its standard_name, units or axis",
      fmt::join(field.dimensions, ", "));
}

/// A second axis of a role that a coverage has once is one of its others.
void keep_roles_single(std::vector<AxisData>& axes) {
  std::set<AxisRole> seen;
  for (AxisData& axis : axes) {
    if (axis.role != AxisRole::Other && !seen.insert(axis.role).second) axis.role = AxisRole::Other;
  }
}

void make_labels_unique(std::vector<AxisData>& axes) {
  std::set<std::string> labels;
  for (AxisData& axis : axes) {
    const std::string plain = axis.label;
    for (int n = 2; !labels.insert(axis.label).second; ++n) {
      axis.label = fmt::format("{}_{}", plain, n);
    }
  }
}

/// CF 1.11, 5.7: scalar coordinates, of the roles that select something.
void add_scalars(const Holding& holding, const VariableSchema& field, AxisMaker& maker,
                 std::vector<AxisData>& axes, std::vector<std::string>& warnings) {
  for (const VariableSchema* variable : holding.listed(field, "coordinates")) {
    const bool own_dimension = std::any_of(
        variable->dimensions.begin(), variable->dimensions.end(), [&](const std::string& name) {
          return std::find(field.dimensions.begin(), field.dimensions.end(), name) !=
                 field.dimensions.end();
        });
    if (own_dimension || !is_single(*variable)) continue;
    const AxisKind kind = axis_kind_of(*variable);
    if (kind.role == AxisRole::Other || kind.is_x() || kind.is_y()) continue;
    try {
      AxisData axis = maker.make(*variable, "", kind);
      if (axis.centres.size() == 1) axes.push_back(std::move(axis));
    } catch (const Error& error) {
      warnings.push_back(fmt::format("{}: {}; it is left out", field.name, error.what()));
    }
  }
}

}  // namespace

FieldAxes axes_of_field(const Holding& holding, const VariableSchema& field, AxisMaker& maker,
                        std::vector<std::string>& warnings) {
  std::vector<DimensionCoordinate> found;
  const DimensionCoordinate* x = nullptr;
  const DimensionCoordinate* y = nullptr;
  bool both_on_one = false;
  for (std::size_t d = 0; d < field.dimensions.size(); ++d) {
    if (field.shape[d] == 0) {
      refuse(field, fmt::format("its dimension '{}' is empty", field.dimensions[d]));
    }
    found.push_back(coordinate_of(holding, field, field.dimensions[d], maker));
    both_on_one = both_on_one || found.back().both_horizontal;
  }
  for (const DimensionCoordinate& coordinate : found) {
    const DimensionCoordinate*& axis = coordinate.kind.is_x() ? x : y;
    if (!coordinate.kind.is_x() && !coordinate.kind.is_y()) continue;
    if (axis != nullptr) {
      refuse(field, fmt::format("both '{}' and '{}' are its {} axis", axis->variable->name,
                                coordinate.variable->name, coordinate.kind.is_x() ? "x" : "y"));
    }
    axis = &coordinate;
  }
  const auto no_axes = [&] {
    return without_axes(holding, field, both_on_one, x != nullptr, y != nullptr);
  };
  if (x == nullptr || y == nullptr) refuse(field, no_axes());
  // Index coordinates called x and y beside two-dimensional longitudes and latitudes say nothing.
  const bool unsaid = x->kind.horizontal == Horizontal::Unsaid &&
                      y->kind.horizontal == Horizontal::Unsaid &&
                      grid_mapping_of(holding, field, x->variable) == nullptr;
  if (unsaid && (is_curvilinear(holding, field) || field.attributes.has("mesh"))) {
    refuse(field, no_axes());
  }
  FieldAxes result;
  const HorizontalCrs horizontal =
      horizontal_crs_of(holding, field, *x->variable, x->kind, *y->variable, y->kind, warnings);
  result.crs = horizontal.crs;
  result.grid_mapping = horizontal.grid_mapping;
  for (std::size_t d = 0; d < found.size(); ++d) {
    AxisKind kind = found[d].kind;
    if (kind.is_x() || kind.is_y()) kind.horizontal = horizontal.horizontal;
    const VariableSchema* variable = found[d].variable;
    result.axes.push_back(variable == nullptr
                              ? AxisMaker::index_axis(field.dimensions[d], field.shape[d])
                              : maker.make(*variable, field.dimensions[d], kind));
    if (result.axes.back().centres.size() != field.shape[d]) {
      refuse(field, fmt::format("its coordinate '{}' has {} values for {} cells", variable->name,
                                result.axes.back().centres.size(), field.shape[d]));
    }
  }
  add_scalars(holding, field, maker, result.axes, warnings);
  keep_roles_single(result.axes);
  make_labels_unique(result.axes);
  return result;
}

}  // namespace gyre::coverage::cf
