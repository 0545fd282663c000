#pragma once

#include <utility>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/dataset.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// The default colour range {low, high} of a field in its physical units, low < high (DESIGN 4):
/// flags, valid range, actual_range, what is usual for its standard_name, else the 2nd to 98th
/// percentile of at most 16 blocks spread over space, time and levels, rounded outwards. A pure
/// function of the holding. Reads at most 16 blocks of 65,536 samples.
[[nodiscard]] GYRE_API std::pair<double, double> default_colour_range(const Source& source,
                                                                      const DomainSet& domain_set,
                                                                      const Field& field);

/// {low, high} widened to multiples of 1, 2 or 5 times a power of ten, about a tenth of its width.
/// {x, x} becomes a range of its own around x.
[[nodiscard]] GYRE_API std::pair<double, double> rounded_outwards(double low, double high);

/// The range usual for a standard_name, in `units`; absent when either is not known.
[[nodiscard]] GYRE_API std::optional<std::pair<double, double>> usual_range(
    std::string_view standard_name, std::string_view units);

}  // namespace gyre::coverage
