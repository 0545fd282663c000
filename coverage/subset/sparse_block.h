#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/subset/pixel_transform.h"

namespace gyre::coverage {

/// Where the pixels of a block lie in the CRS of a grid, from few positions that PROJ was asked
/// for: polynomials through 8 x 8 of them (Chebyshev's points of the second kind, which reach a
/// little beyond the block), and how far they are from the truth at some more, where such
/// polynomials are worst. Projections are analytic but at their singularities, of which the
/// polynomials know by not fitting: the error falls by orders of magnitude with each halving of the
/// block elsewhere. Source: Trefethen, Approximation Theory and Approximation Practice, 2013.
class GYRE_API SparseBlock {
 public:
  /// The largest block, in pixels along a side.
  static constexpr std::size_t kMostPixels = 64;

  /// How near the positions must be.
  struct Tolerance {
    double x = 0, y = 0;      ///< in units of the grid's CRS
    double floor = 0;         ///< what PROJ itself may be off by, in the same units
    bool x_any_turn = false;  ///< x are degrees, and any turn is as good
  };
  enum class Fit : std::uint8_t {
    Good,
    Rough,   ///< not that near: to be asked for in smaller blocks
    Nowhere  ///< no position that was asked for has a place: hardly any will
  };

  /// Asks for the positions. For a good fit they must also be near by the side of a pixel.
  /// @pre no side of the block is longer than kMostPixels
  SparseBlock(const PixelTransform& transform, const PixelWindow& block,
              const Tolerance& tolerance);
  [[nodiscard]] Fit fit() const { return fit_; }
  /// How many positions are asked for.
  static std::size_t asked_for(const PixelWindow& block);

  /// Of a good fit: positions along a row of the block, none further off than error_x() and
  /// error_y().
  void row(std::size_t row, std::span<double> x, std::span<double> y) const;
  [[nodiscard]] double error_x() const { return error_x_; }
  [[nodiscard]] double error_y() const { return error_y_; }

 private:
  PixelWindow block_;
  std::vector<double> x_, y_;  ///< at the nodes, row by row
  double error_x_ = 0, error_y_ = 0;
  Fit fit_ = Fit::Rough;
};

}  // namespace gyre::coverage
