#include "coverage/cf/field_axes.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/base/error.h"
#include "coverage/cf/curvilinear.h"
#include "coverage/cf/dimension_coordinate.h"
#include "coverage/cf/forecast_runs.h"
#include "coverage/cf/horizontal_crs.h"
#include "coverage/cf/mesh.h"
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
  if (is_gathered(holding, field)) return "it is compressed by gathering: not yet served";
  if (both_on_one) {
    if (holding.schema().attributes.has("featureType")) {
      return fmt::format(
          "its longitudes and latitudes run along one dimension (discrete sampling geometry, "
          "featureType {}): not yet served",
          holding.schema().attributes.text("featureType").value_or(""));
    }
    return "its longitudes and latitudes run along one dimension, and nothing tells the mesh "
           "between them (a mesh topology variable of UGRID, or FVCOM's nv), nor the cells around "
           "them (bounds of three or more vertices): stations are not yet served";
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

/// What calls its reference time "time" (cfgrib) does not mean when a forecast is valid; who asks
/// for time does.
void name_reference_time(std::vector<AxisData>& axes) {
  for (AxisData& axis : axes) {
    const std::string label = lower(axis.label);
    if (axis.role == AxisRole::ReferenceTime && (label == "time" || label == "t")) {
      axis.label = "forecast_reference_time";
    }
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

AxisData axis_of(const VariableSchema& field, std::size_t d, const VariableSchema* variable,
                 const AxisKind& kind, AxisMaker& maker) {
  AxisData axis = variable == nullptr ? AxisMaker::index_axis(field.dimensions[d], field.shape[d])
                                      : maker.make(*variable, field.dimensions[d], kind);
  if (axis.centres.size() != field.shape[d]) {
    refuse(field, fmt::format("its coordinate '{}' has {} values for {} cells", variable->name,
                              axis.centres.size(), field.shape[d]));
  }
  return axis;
}

/// x and y by axes of their own.
FieldAxes on_axes(const Holding& holding, const VariableSchema& field, AxisMaker& maker,
                  bool has_plane, std::vector<std::string>& warnings) {
  std::vector<DimensionCoordinate> found;
  const DimensionCoordinate* x = nullptr;
  const DimensionCoordinate* y = nullptr;
  bool both_on_one = false;
  for (const std::string& dimension : field.dimensions) {
    found.push_back(coordinate_of(holding, field, dimension, maker));
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
  if (unsaid && (has_plane || field.attributes.has("mesh"))) refuse(field, no_axes());
  FieldAxes result;
  const HorizontalCrs horizontal =
      horizontal_crs_of(holding, field, *x->variable, x->kind, *y->variable, y->kind, warnings);
  result.crs = horizontal.crs;
  result.grid_mapping = horizontal.grid_mapping;
  for (std::size_t d = 0; d < found.size(); ++d) {
    AxisKind kind = found[d].kind;
    if (kind.is_x() || kind.is_y()) kind.horizontal = horizontal.horizontal;
    result.axes.push_back(axis_of(field, d, found[d].variable, kind, maker));
  }
  return result;
}

/// A dimension that counts cells: by its coordinate variable where that numbers them.
AxisData counting_axis(const Holding& holding, const VariableSchema& field, std::size_t d,
                       AxisRole role, AxisMaker& maker) {
  const VariableSchema* variable = holding.coordinate_variable(field, field.dimensions[d]);
  AxisData axis = AxisMaker::index_axis(field.dimensions[d], field.shape[d]);
  if (variable != nullptr && variable != &field && variable->type != ElementType::String) {
    try {
      axis = axis_of(field, d, variable, AxisKind{}, maker);
    } catch (const Error&) {  // it numbers nothing: zeros, or missing values
    }
  }
  axis.role = role;
  return axis;
}

/// One axis counts the nodes, edges or faces of a mesh.
FieldAxes on_mesh(const Holding& holding, const VariableSchema& field, const OnMesh& place,
                  AxisMaker& maker) {
  FieldAxes result;
  result.geometry = geometry_of(place, maker);
  if (place.mesh.projection) result.grid_mapping = place.mesh.projection->grid_mapping;
  for (std::size_t d = 0; d < field.dimensions.size(); ++d) {
    if (field.dimensions[d] == place.dimension) {
      result.axes.push_back(counting_axis(holding, field, d, AxisRole::X, maker));
      continue;
    }
    DimensionCoordinate found = coordinate_of(holding, field, field.dimensions[d], maker);
    if (found.kind.is_x() || found.kind.is_y()) found.kind = AxisKind{};
    result.axes.push_back(axis_of(field, d, found.variable, found.kind, maker));
  }
  return result;
}

/// x and y count the cells of two-dimensional coordinates.
FieldAxes on_plane(const Holding& holding, const VariableSchema& field, const Curvilinear& plane,
                   AxisMaker& maker) {
  FieldAxes result;
  result.geometry = geometry_of(holding, plane, maker);
  for (std::size_t d = 0; d < field.dimensions.size(); ++d) {
    const std::string& dimension = field.dimensions[d];
    if (dimension == plane.x_dimension || dimension == plane.y_dimension) {
      const AxisRole role = dimension == plane.x_dimension ? AxisRole::X : AxisRole::Y;
      result.axes.push_back(counting_axis(holding, field, d, role, maker));
      continue;
    }
    DimensionCoordinate found = coordinate_of(holding, field, dimension, maker);
    // What calls itself x or y besides is one of the other axes.
    if (found.kind.is_x() || found.kind.is_y()) found.kind = AxisKind{};
    result.axes.push_back(axis_of(field, d, found.variable, found.kind, maker));
  }
  return result;
}

/// Coordinates that cannot be read or make no grid contradict nothing.
bool fits(const Holding& holding, const Curvilinear& plane, const FieldAxes& axes,
          AxisMaker& maker) {
  const AxisData* x = nullptr;
  const AxisData* y = nullptr;
  for (const AxisData& axis : axes.axes) {
    if (axis.role == AxisRole::X) x = &axis;
    if (axis.role == AxisRole::Y) y = &axis;
  }
  // Transposed to the axes, they are somebody else's.
  if (x->dimension != plane.x_dimension || y->dimension != plane.y_dimension) return true;
  try {
    return agrees(*x, *y, axes.crs, *geometry_of(holding, plane, maker));
  } catch (const Error& error) {
    maker.warn(error.what());
    return true;
  }
}

}  // namespace

FieldAxes axes_of_field(const Holding& holding, const VariableSchema& field, AxisMaker& maker,
                        std::vector<std::string>& warnings) {
  for (std::size_t d = 0; d < field.dimensions.size(); ++d) {
    if (field.shape[d] == 0) {
      refuse(field, fmt::format("its dimension '{}' is empty", field.dimensions[d]));
    }
    const auto here = field.dimensions.begin() + static_cast<std::ptrdiff_t>(d);
    if (std::find(field.dimensions.begin(), here, *here) != here) {
      refuse(field, fmt::format("it has the dimension '{}' twice", *here));
    }
  }
  std::optional<OnMesh> mesh;
  std::optional<Curvilinear> plane;
  std::optional<Error> unclear;  // matters only to a field that has no axes
  try {
    mesh = mesh_of(holding, field);
    if (!field.attributes.has("mesh")) plane = curvilinear_of(holding, field);
  } catch (const Error& error) {
    unclear = error;
  }
  FieldAxes result;
  try {
    result = mesh ? on_mesh(holding, field, *mesh, maker)
                  : on_axes(holding, field, maker, plane || unclear, warnings);
  } catch (const Error& error) {
    if (unclear) throw *unclear;
    if (!plane || mesh) throw;
    result = on_plane(holding, field, *plane, maker);
    if (field.attributes.has("grid_mapping")) {
      maker.warn(fmt::format("{}: {}; its coordinates '{}' and '{}' are taken", field.name,
                             error.what(), plane->longitude->name, plane->latitude->name));
    }
  }
  // Axes beside coordinates that the field lists are checked: names of nominal positions (a
  // tripolar grid's "longitudes"), or a grid mapping with a slip in it, would put it elsewhere.
  if (plane && plane->listed && !result.geometry && !fits(holding, *plane, result, maker)) {
    maker.warn(
        fmt::format("{}: its axes and grid mapping lead to other places than its "
                    "coordinates '{}' and '{}'; the coordinates are taken",
                    field.name, plane->longitude->name, plane->latitude->name));
    result = on_plane(holding, field, *plane, maker);
  }
  add_scalars(holding, field, maker, result.axes, warnings);
  keep_roles_single(result.axes);
  name_reference_time(result.axes);
  result.forecasts = forecast_runs_of(holding, field, result.axes, maker);
  make_labels_unique(result.axes);
  return result;
}

}  // namespace gyre::coverage::cf
