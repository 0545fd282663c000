#pragma once

#include <string>

#include "coverage/model/attribute.h"

namespace gyre::coverage::cf {

/// The figure of the Earth that a grid mapping gives (CF 1.11, appendix F).
struct EarthShape {
  double semi_major = 6378137;
  double inverse_flattening = 298.257223563;  ///< 0: a sphere
  bool wgs84 = true;                          ///< the datum is WGS 84
  std::string datum;                          ///< PROJ's name of another datum it names, or ""
  double prime_meridian = 0;
  std::string towgs84;  ///< comma separated, empty when not given or all zero

  /// "+datum=WGS84", "+R=6371229", "+a=... +rf=..." with +pm and +towgs84 where needed.
  [[nodiscard]] std::string proj() const;
  [[nodiscard]] double eccentricity_squared() const {
    if (inverse_flattening == 0) return 0;
    const double f = 1 / inverse_flattening;
    return f * (2 - f);
  }
};

/// Parameters win over names; nothing at all is WGS 84, as pyproj has it too.
/// @throws Error{UnsupportedHolding} for figures that are none
[[nodiscard]] EarthShape earth_shape_of(const Attributes& grid_mapping);

}  // namespace gyre::coverage::cf
