#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/dataset.h"
#include "coverage/model/index_range.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// How far the x axis of a grid is turned from true east, sample by sample.
///
/// In a CRS from PROJ (x_axis_angles); on two-dimensional coordinates from the holding's own angles
/// where it has them, else by the tangent at each centre along the grid's x, through the centres
/// on either side: off by a b / 6 times the change of the line's curvature along it, where a and b
/// are the distances to them. A sample at a pole has no east and no angle.
class GYRE_API GridAngle {
 public:
  /// Absent where there is none to tell: on meshes; on two-dimensional coordinates whose y axis
  /// turns right of x, where the sign of y components is anybody's guess. `why` says it then.
  /// May read a few rows of the holding's angles, and leaves those out that contradict the
  /// coordinates (`warning`).
  static std::optional<GridAngle> of(const Dataset& dataset, const DomainSet& domain_set,
                                     std::string& why, std::string& warning);

  /// Is it zero everywhere: are x and y true east and north?
  [[nodiscard]] bool is_true() const { return way_ == Way::True; }
  /// Radians, anticlockwise from true east to x, of rows x columns samples, row by row; NaN where
  /// there is none. @throws Error as Source::read
  /// @param wanted samples that are 0 in it do not matter, and may get any angle; empty: all matter
  void read(const Source& source, IndexRange rows, IndexRange columns, std::span<double> angles,
            std::span<const std::uint8_t> wanted = {}) const;
  /// The same of all samples. Kept for whoever reads the next time step: 64 MB of them for all
  /// grids, the least recently asked for go. Thread-safe.
  [[nodiscard]] std::shared_ptr<const std::vector<double>> kept(const Source& source,
                                                                IndexRange rows,
                                                                IndexRange columns) const;

 private:
  enum class Way : std::uint8_t { True, Crs, Centres, Variable };

  Way way_ = Way::True;
  std::uint64_t number_ = 0;  ///< of this grid, among all that were asked for
  Crs crs_;
  CoordinateValues x_, y_;                        ///< centres, in the CRS
  std::shared_ptr<const CellGeometry> geometry_;  ///< two-dimensional coordinates
  bool backwards_ = false;                        ///< x decreases with the index
  Field variable_;                                ///< the holding's angles
  double factor_ = 1, offset_ = 0;                ///< radians = value * factor + offset
};

/// Radians from true east to the tangent along the index of the columns at one centre; NaN where no
/// neighbour tells, and at a pole.
[[nodiscard]] GYRE_API double angle_along_columns(const CellGeometry& geometry, std::size_t row,
                                                  std::size_t column);

}  // namespace gyre::coverage
