#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/axis.h"
#include "coverage/model/cell_geometry.h"
#include "coverage/model/crs.h"
#include "coverage/model/envelope.h"

namespace gyre::coverage {

/// The role of an axis that clients call so whatever the file calls it ("lat", "T", "ansi"), in any
/// case; absent: nobody does.
[[nodiscard]] GYRE_API std::optional<AxisRole> role_called(std::string_view alias);

/// Where a coverage has values: its axes in the order of the file's dimensions (scalar
/// coordinates last, as axes of one cell), and the CRS of x and y.
class GYRE_API DomainSet {
 public:
  /// @param geometry where cells lie, when the X and Y axes only count them: `crs` is then the
  /// geographic one of its longitudes and latitudes. An X axis that counts the cells of a mesh
  /// stands for both
  /// @throws Error{MalformedHolding} without exactly one X and one Y axis, or with equal labels
  DomainSet(std::vector<Axis> axes, Crs crs, std::string grid_mapping_variable,
            std::shared_ptr<const CellGeometry> geometry = nullptr);

  [[nodiscard]] const std::vector<Axis>& axes() const { return axes_; }
  [[nodiscard]] const Crs& crs() const { return crs_; }
  /// The file's grid_mapping container, empty when there is none.
  [[nodiscard]] const std::string& grid_mapping_variable() const { return grid_mapping_variable_; }

  /// Null when the x and y axes tell where cells are.
  [[nodiscard]] const CellGeometry* geometry() const { return geometry_.get(); }
  [[nodiscard]] const std::shared_ptr<const CellGeometry>& shared_geometry() const {
    return geometry_;
  }
  /// Is `label` one of the two-dimensional coordinates (Long and Lat, their aliases, the holding's
  /// names), rather than an axis? AxisRole::X for longitudes, Y for latitudes.
  [[nodiscard]] std::optional<AxisRole> coordinate_named(std::string_view label) const;

  [[nodiscard]] std::size_t x() const { return x_; }  ///< index of the X axis
  [[nodiscard]] std::size_t y() const { return y_; }  ///< x() on a mesh
  [[nodiscard]] std::optional<std::size_t> vertical() const { return find(AxisRole::Vertical); }
  [[nodiscard]] std::optional<std::size_t> time() const { return find(AxisRole::Time); }
  [[nodiscard]] std::optional<std::size_t> find(AxisRole role) const;
  /// By label exactly, else by label or client alias (Lat Long lon x y z t E N ansi unix elevation
  /// depth ...) whatever the case, when unambiguous.
  /// @throws Error{NoSuchAxis} with the labels there are
  [[nodiscard]] std::size_t axis_named(std::string_view label_or_alias) const;

  /// Outer cell edges in the native CRS, the file's own longitudes, latitude clipped to ±90; of
  /// two-dimensional coordinates their extent.
  [[nodiscard]] Envelope envelope() const;
  /// The order of axes outside: horizontal in the authority's order, vertical, reference time,
  /// time, member, others. Indices into axes(); the one axis of a mesh comes once.
  [[nodiscard]] std::vector<std::size_t> crs_order() const;

  bool operator==(const DomainSet& other) const = default;

 private:
  std::vector<Axis> axes_;
  Crs crs_;
  std::string grid_mapping_variable_;
  std::shared_ptr<const CellGeometry> geometry_;  ///< shared by equal grids (GeometryStore)
  std::size_t x_ = 0, y_ = 0;
};

}  // namespace gyre::coverage
