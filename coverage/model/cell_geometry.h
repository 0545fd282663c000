#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// Longitudes and latitudes that hold all cells: west <= east, in the turn of the holding, up to
/// 360 apart; the poles where a cell holds them. Degrees.
struct GeographicExtent {
  double west = -180, south = -90, east = 180, north = 90;
  bool operator==(const GeographicExtent&) const = default;
};

/// Where the cells of a grid lie on the globe when no x and y axes tell: two-dimensional longitudes
/// and latitudes (CF 1.11, 5.2), or a mesh (UGRID 1.0). Cells are counted row by row: rows() along
/// y, columns() along x; those of a mesh are one row.
class GYRE_API CellGeometry {
 public:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  virtual ~CellGeometry() = default;

  [[nodiscard]] virtual std::size_t rows() const = 0;
  [[nodiscard]] virtual std::size_t columns() const = 0;
  /// Degrees, as the holding has them; NaN where a cell has no place (coordinates masked by land).
  [[nodiscard]] virtual double longitude(std::size_t cell) const = 0;
  [[nodiscard]] virtual double latitude(std::size_t cell) const = 0;
  /// The cell that holds each position, kNone outside of all cells. Bounds given by the holding
  /// decide; without them a position within the grid is the nearest centre's, and cells at its rim
  /// reach as far outwards as inwards. Degrees in any turn; NaN is nowhere.
  /// Cost: the first call builds the lookup unless it is kept on disk. Thread-safe.
  virtual void locate(std::span<const double> longitudes, std::span<const double> latitudes,
                      std::span<std::size_t> cells) const = 0;
  [[nodiscard]] virtual const GeographicExtent& extent() const = 0;
  /// Is the last column the neighbour of the first?
  [[nodiscard]] virtual bool wraps() const = 0;
  /// Does one axis count the cells, in place of x and y (a mesh)? rows() is 1 then.
  [[nodiscard]] virtual bool on_one_axis() const { return false; }
  /// 32 hex digits that name these positions for good.
  [[nodiscard]] virtual const std::string& hash() const = 0;
  /// The holding's variables; empty where it has none (faces without coordinates of their own).
  [[nodiscard]] virtual const std::string& longitude_variable() const = 0;
  [[nodiscard]] virtual const std::string& latitude_variable() const = 0;

  [[nodiscard]] std::size_t cell_at(double longitude, double latitude) const {
    std::size_t cell = kNone;
    locate({&longitude, 1}, {&latitude, 1}, {&cell, 1});
    return cell;
  }
};

}  // namespace gyre::coverage
