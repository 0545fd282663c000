#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "coverage/base/export.h"
#include "coverage/model/field.h"

namespace gyre::coverage {

/// Along which axes the components of a vector are given.
enum class VectorFrame : std::uint8_t {
  True,   ///< east and north of the globe, whatever the grid
  Grid,   ///< the x and y axes of the grid
  Unsaid  ///< a name alone says u and v: known only where the grid's axes are east and north
};

/// One component of a vector.
struct VectorComponent {
  bool is_y = false;
  VectorFrame frame = VectorFrame::True;
  /// The name without what tells the component: "*_wind", "sea_water_*_velocity". The same in both
  /// components of a vector.
  std::string key;
  bool operator==(const VectorComponent&) const = default;
};

/// By its standard_name (eastward_X and northward_X, x and y as a word of it), with any case and
/// with blanks for '_' as files in the field have it; without one by the few names that always mean
/// a component, where the units are a speed. Absent: flags; what is no vector once it is computed
/// from one (a variance, a maximum: cell_methods); names with both components in them.
[[nodiscard]] GYRE_API std::optional<VectorComponent> vector_component_of(const Field& field);

/// What is made of two components is called.
struct VectorName {
  std::string name;
  bool is_standard = false;  ///< a standard name of CF
};
struct VectorNames {
  VectorName eastward, northward;
  VectorName speed;
  VectorName direction;  ///< to which
};
[[nodiscard]] GYRE_API VectorNames vector_names_of(const std::string& key, VectorFrame frame);

/// Do two variables' names differ only in a letter of theirs that tells the component: u10 and v10,
/// taux and tauy, uwind_speed and vwind_speed?
[[nodiscard]] GYRE_API bool are_twin_names(const std::string& x, const std::string& y);

}  // namespace gyre::coverage
