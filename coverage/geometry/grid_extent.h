#pragma once

#include <array>
#include <cstddef>
#include <limits>

#include "coverage/model/cell_geometry.h"

namespace gyre::coverage::geometry {

/// Gathers places into the longitudes and latitudes that hold them: the widest gap between
/// longitudes is outside, if it is wider than gaps between samples are.
class GridExtent {
 public:
  /// A centre, in the turn of the holding.
  void add(double longitude, double latitude);
  void add_corner(double longitude, double latitude);
  /// A cell holds this pole: all longitudes lead there.
  void add_pole(double latitude);
  [[nodiscard]] GeographicExtent result() const;

 private:
  static constexpr std::size_t kBins = 3600;
  static constexpr double kFar = std::numeric_limits<double>::infinity();
  struct Bin {
    double low = kFar, high = -kFar;
  };
  std::array<Bin, kBins> bins_{};
  double south_ = kFar, north_ = -kFar;
  double first_ = kFar, last_ = -kFar;  // longitudes of the holding itself
  bool pole_ = false;
};

}  // namespace gyre::coverage::geometry
