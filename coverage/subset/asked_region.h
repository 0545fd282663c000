#pragma once

#include <cstdint>
#include <vector>

#include "coverage/model/crs.h"
#include "coverage/model/envelope.h"
#include "coverage/subset/pixel_transform.h"
#include "coverage/subset/resample.h"

namespace gyre::coverage {

/// What a request asks for, a box in a CRS of its own. In another CRS it need be no box: of the
/// cells of the box around it, only those whose centres lie within were asked for.
struct AskedRegion {
  Crs crs;
  Envelope box;

  /// Of the cells of a window of `target`, row by row: 1 where the centre lies outside.
  [[nodiscard]] std::vector<std::uint8_t> outside(const TargetGrid& target,
                                                  const PixelWindow& window) const;
  /// Is a position of its CRS within, in any turn?
  [[nodiscard]] bool holds(double x, double y) const;
};

}  // namespace gyre::coverage
