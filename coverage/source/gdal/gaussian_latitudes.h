#pragma once

#include <vector>

namespace gyre::coverage {

/// The latitudes of a Gaussian grid with `parallels` between a pole and the equator, that lie from
/// `first` to `last` (degrees, ends within a thousandth): the roots of the Legendre polynomial of
/// degree 2 * parallels. Empty: it has none of these. @pre 0 < parallels <= 8000
[[nodiscard]] std::vector<double> gaussian_latitudes(int parallels, double first, double last);

}  // namespace gyre::coverage
