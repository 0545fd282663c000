#pragma once

#include <cstdint>
#include <string>

#include "coverage/base/export.h"
#include "coverage/model/axis.h"
#include "coverage/model/holding_schema.h"

namespace gyre::coverage {

/// What positions along an X or Y axis are.
enum class Horizontal : std::uint8_t {
  None,       ///< not an X or Y axis
  Globe,      ///< longitude or latitude
  Rotated,    ///< grid_longitude or grid_latitude
  Projected,  ///< lengths in a map projection
  Angular,    ///< scan angles of a satellite
  Unsaid      ///< x or y by axis attribute or name; the grid mapping must say
};

/// What a coordinate variable stands for.
struct AxisKind {
  AxisRole role = AxisRole::Other;
  Horizontal horizontal = Horizontal::None;
  bool by_name = false;  ///< no attribute says so, its name alone
  bool positive_down = false;
  std::string warning = {};  ///< a contradiction among the attributes, and which side was taken

  [[nodiscard]] bool is_x() const { return role == AxisRole::X; }
  [[nodiscard]] bool is_y() const { return role == AxisRole::Y; }
  bool operator==(const AxisKind&) const = default;
};

/// CF 1.11, chapter 4: standard_name, _CoordinateAxisType, units, axis, positive; its name last.
/// @param name_counts false for variables that no dimension is called after: a data variable may
/// be called "height" or "depth"
[[nodiscard]] GYRE_API AxisKind axis_kind_of(const VariableSchema& variable,
                                             bool name_counts = true);

}  // namespace gyre::coverage
