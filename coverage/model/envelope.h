#pragma once

#include <algorithm>

namespace gyre::coverage {

/// A box in a CRS, x,y order whatever the authority says. Geographic boxes normalised for
/// publication have west in [-180,180) and may have east > 180 never: see Description.
struct Envelope {
  double min_x = 0, min_y = 0, max_x = 0, max_y = 0;
  [[nodiscard]] double width() const { return max_x - min_x; }
  [[nodiscard]] double height() const { return max_y - min_y; }
  bool operator==(const Envelope&) const = default;
};

}  // namespace gyre::coverage
