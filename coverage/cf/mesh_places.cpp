#include "coverage/cf/mesh_places.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/grid_mapping.h"
#include "coverage/cf/horizontal_crs.h"
#include "coverage/cf/text.h"
#include "coverage/cf/units.h"
#include "coverage/geometry/unit_vector.h"

namespace gyre::coverage::cf {
namespace {

bool is_list(const VariableSchema& variable) {
  return variable.dimensions.size() == 1 && variable.type != ElementType::String;
}

/// Is it a longitude (X) or latitude (Y)? Radians count (ICON, MPAS and others have them so).
std::optional<AxisRole> globe_role(const VariableSchema& variable, const AxisKind& kind) {
  if (kind.horizontal == Horizontal::Globe) return kind.role;
  if (!is_radians(variable.attributes.text("units").value_or(""))) return std::nullopt;
  const std::string name = lower(last_part(variable.name));
  if (name.find("lon") != std::string::npos) return AxisRole::X;
  if (name.find("lat") != std::string::npos) return AxisRole::Y;
  return std::nullopt;
}

/// Is it an x or y of a projection or a rotated pole? By its attributes, else a length by its name.
std::optional<AxisRole> plane_role(const VariableSchema& variable) {
  if (!is_list(variable)) return std::nullopt;
  const AxisKind kind = axis_kind_of(variable);
  if (kind.horizontal == Horizontal::Projected || kind.horizontal == Horizontal::Rotated) {
    return kind.role;
  }
  if (!metres_of(variable.attributes.text("units").value_or(""))) return std::nullopt;
  if (kind.horizontal == Horizontal::Unsaid) return kind.role;
  const std::string name = lower(last_part(variable.name));
  if (name.ends_with("x") || name.ends_with("lon")) return AxisRole::X;
  if (name.ends_with("y") || name.ends_with("lat")) return AxisRole::Y;
  return std::nullopt;
}

template <typename Role>
Places pair_among(const std::vector<const VariableSchema*>& variables, Role&& role_of) {
  Places places;
  for (const VariableSchema* const variable : variables) {
    const auto role = role_of(*variable);
    if (role == AxisRole::X && places.x == nullptr) places.x = variable;
    if (role == AxisRole::Y && places.y == nullptr) places.y = variable;
  }
  if (places.complete() && places.x->dimensions != places.y->dimensions) return {};
  return places;
}

/// The only variable that tells a CRS, though nothing names it; null when there are several.
const VariableSchema* only_container(const Holding& holding) {
  const VariableSchema* only = nullptr;
  for (const VariableSchema& variable : holding.schema().variables) {
    const Attributes& said = variable.attributes;
    if (!said.has("grid_mapping_name") && !said.has("crs_wkt") && !said.has("spatial_ref")) {
      continue;
    }
    if (only != nullptr) return nullptr;
    only = &variable;
  }
  return only;
}

}  // namespace

Places longitudes_and_latitudes(const std::vector<const VariableSchema*>& variables) {
  return pair_among(variables, [](const VariableSchema& variable) {
    return is_list(variable) ? globe_role(variable, axis_kind_of(variable)) : std::nullopt;
  });
}

Places places_among(const std::vector<const VariableSchema*>& variables) {
  const Places globe = longitudes_and_latitudes(variables);
  if (globe.complete()) return globe;
  Places plane = pair_among(variables, plane_role);
  plane.projected = true;
  return plane;
}

Places places_along(const Holding& holding, const std::string& dimension) {
  std::vector<const VariableSchema*> along;
  for (const VariableSchema& variable : holding.schema().variables) {
    if (variable.dimensions.size() == 1 && variable.dimensions.front() == dimension) {
      along.push_back(&variable);
    }
  }
  return pair_among(along, [&](const VariableSchema& variable) {
    return is_list(variable) ? globe_role(variable, holding.kind_of(variable)) : std::nullopt;
  });
}

Projection projection_of(const Holding& holding, const VariableSchema& field,
                         const VariableSchema* topology, const Places& places) {
  const VariableSchema* container = grid_mapping_of(holding, field, places.x);
  if (container == nullptr && topology != nullptr) {
    container = grid_mapping_of(holding, *topology, places.x);
  }
  if (container == nullptr) container = grid_mapping_of(holding, *places.x, places.x);
  if (container == nullptr) container = only_container(holding);
  if (container == nullptr) {
    throw Error(ErrorKind::UnsupportedHolding, field.name,
                fmt::format("the coordinates '{}' and '{}' of its mesh are those of a map "
                            "projection, but no grid_mapping says of which",
                            places.x->name, places.y->name));
  }
  const std::string units = places.x->attributes.text("units").value_or("");
  Projection projection{crs_from_grid_mapping(container->attributes, units), container->name};
  if (projection.crs.is_geographic()) {
    throw Error(ErrorKind::UnsupportedHolding, field.name,
                fmt::format("the coordinates '{}' and '{}' of its mesh are those of a map "
                            "projection, but its grid mapping '{}' has longitudes and latitudes",
                            places.x->name, places.y->name, container->name));
  }
  return projection;
}

void settle_degrees(const VariableSchema& variable, std::vector<double>& values, double most,
                    bool radians) {
  const std::string units = variable.attributes.text("units").value_or("");
  auto factor = radians_of(units);
  if (!factor && units.empty() && radians) factor = 1;
  for (double& value : values) {
    if (factor) value *= *factor / geometry::kRadiansPerDegree;
    if (!(std::abs(value) <= most)) value = std::numeric_limits<double>::quiet_NaN();
  }
}

Degrees degrees_of(const Places& places, const std::optional<Projection>& projection,
                   AxisMaker& maker, bool radians) {
  Degrees degrees{maker.numbers(*places.x), maker.numbers(*places.y)};
  if (!places.projected) {
    settle_degrees(*places.x, degrees.longitudes, kMostLongitude, radians);
    settle_degrees(*places.y, degrees.latitudes, kMostLatitude, radians);
    return degrees;
  }
  transform_between(projection.value().crs, Crs()).forward(degrees.longitudes, degrees.latitudes);
  for (std::size_t i = 0; i < degrees.longitudes.size(); ++i) {
    if (std::isfinite(degrees.longitudes[i]) && std::abs(degrees.latitudes[i]) <= kMostLatitude) {
      continue;
    }
    degrees.longitudes[i] = degrees.latitudes[i] = std::numeric_limits<double>::quiet_NaN();
  }
  return degrees;
}

}  // namespace gyre::coverage::cf
