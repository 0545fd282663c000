#pragma once

#include <cstddef>
#include <span>

#include "coverage/base/export.h"
#include "coverage/model/domain_set.h"
#include "coverage/subset/resample.h"

namespace gyre::coverage {

/// A rectangle of pixels of a target grid.
struct PixelWindow {
  std::size_t column = 0, row = 0, width = 0, height = 0;
  bool operator==(const PixelWindow&) const = default;
};

/// From pixels of a target grid to positions in the CRS of a domain set, by PROJ. As CrsTransform
/// of the thread that makes it. The target grid must outlive it.
class GYRE_API PixelTransform {
 public:
  PixelTransform(const DomainSet& domain_set, const TargetGrid& target);
  /// To positions in any CRS.
  PixelTransform(const Crs& native, const TargetGrid& target);

  /// In place: columns and rows, counted from the centre of the first pixel of the grid and not
  /// necessarily whole, become x and y; NaN where they have no place. x in one turn of its own,
  /// whatever the turn of the grid.
  void operator()(std::span<double> x, std::span<double> y) const;
  /// The same of all pixels of a window, row by row.
  void of(const PixelWindow& window, std::span<double> x, std::span<double> y) const;

  /// Does x depend on the column alone, and y on the row alone?
  [[nodiscard]] bool separable() const { return separable_; }
  /// Where it does: x of the columns and y of the rows of a window; x in the turn of the target
  /// where the CRSs are the same. @pre separable()
  void separately(const PixelWindow& window, std::span<double> x, std::span<double> y) const;
  /// See CrsTransform::smooth().
  [[nodiscard]] bool smooth() const { return to_native_->smooth(); }

 private:
  [[nodiscard]] double x_of(double column) const;
  [[nodiscard]] double y_of(double row) const;

  const TargetGrid& target_;
  const CrsTransform* to_native_;
  double turn_ = 0;            ///< what x repeats after in the CRS of the target; 0: never
  bool on_the_globe_ = false;  ///< y is a latitude
  bool separable_ = false;
  /// Tiles are asked for most often, and their positions are two formulas (EPSG guidance note 7-2,
  /// method 1024): PROJ would take a tenth of a tile's time.
  bool from_web_mercator_ = false;
};

}  // namespace gyre::coverage
