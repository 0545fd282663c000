#pragma once

#include <optional>
#include <string>
#include <vector>

#include "coverage/cf/axis_kind.h"
#include "coverage/cf/coordinate_axis.h"
#include "coverage/cf/holding.h"
#include "coverage/model/crs.h"

namespace gyre::coverage::cf {

/// The two coordinate variables, over one dimension, that place the nodes, edges or faces of a
/// mesh: longitudes and latitudes, or x and y of a projection or a rotated pole.
struct Places {
  const VariableSchema* x = nullptr;
  const VariableSchema* y = nullptr;
  bool projected = false;  ///< x and y, which a grid mapping has to lead to the globe

  [[nodiscard]] bool complete() const { return x != nullptr && y != nullptr; }
  [[nodiscard]] const std::string& dimension() const { return x->dimensions.front(); }
};

/// The longitudes and latitudes among variables of one dimension, in degrees or radians.
[[nodiscard]] Places longitudes_and_latitudes(const std::vector<const VariableSchema*>& variables);
/// Those, else the x and y of a projection.
[[nodiscard]] Places places_among(const std::vector<const VariableSchema*>& variables);
/// The longitudes and latitudes along a dimension, by what variables say or are called.
[[nodiscard]] Places places_along(const Holding& holding, const std::string& dimension);

/// Where a projection's x and y lead.
struct Projection {
  Crs crs;
  std::string grid_mapping;  ///< the container; empty: told otherwise
};
/// Of the grid mapping that the field, its mesh's topology (or null) or the coordinate names; else
/// of the only container in the holding.
/// @throws Error{UnsupportedHolding} with the reason why nothing says where the nodes are
[[nodiscard]] Projection projection_of(const Holding& holding, const VariableSchema& field,
                                       const VariableSchema* topology, const Places& places);

struct Degrees {
  std::vector<double> longitudes, latitudes;
};
/// Reads them; NaN where nothing that is a place stands.
/// @param projection of places that are projected
/// @param radians when their units say nothing
[[nodiscard]] Degrees degrees_of(const Places& places, const std::optional<Projection>& projection,
                                 AxisMaker& maker, bool radians = false);
/// The same of numbers read already, in the units of `variable`.
void settle_degrees(const VariableSchema& variable, std::vector<double>& values, double most,
                    bool radians = false);

inline constexpr double kMostLongitude = 1080;
inline constexpr double kMostLatitude = 90.001;

}  // namespace gyre::coverage::cf
