#pragma once

#include <array>
#include <vector>

#include "coverage/model/domain_set.h"
#include "coverage/subset/pixel_map.h"

namespace gyre::coverage {

/// Four samples around each pixel centre of a window, and their weights, for bilinear
/// interpolation. The first one is the nearest, the cell that holds the pixel; beyond the outermost
/// centres, and where no four centres surround the pixel (a seam, a rim), it has all the weight.
struct LinearStencil {
  std::array<PixelMap, 4> samples;
  std::array<std::vector<double>, 4> weights;  ///< one per pixel; they add up to 1
};

/// On axes: between centres along x and along y, longitudes modular. On two-dimensional
/// coordinates: the position within the quadrilateral of centres, seen from the nearest one.
[[nodiscard]] LinearStencil linear_stencil(const DomainSet& domain_set, const TargetGrid& target,
                                           const PixelWindow& window);

}  // namespace gyre::coverage
