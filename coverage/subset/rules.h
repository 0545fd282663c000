#pragma once

#include "coverage/model/axis.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

/// The rule of DESIGN 4 for axes of dates: steps within, else one whose bounds overlap.
[[nodiscard]] AxisSelection trim_times(const Axis& axis, const Trim& trim);
/// The exact step, the first inside a truncated date, else the one whose bounds hold it.
[[nodiscard]] AxisSelection slice_times(const Axis& axis, const Slice& slice);

/// The rule for longitudes of the globe: samples centre + 360 k within [low, high], each once, as
/// one strip in the turn of the request. @pre low <= high
[[nodiscard]] AxisSelection trim_longitudes(const Axis& axis, double low, double high);
[[nodiscard]] AxisSelection slice_longitudes(const Axis& axis, double at);
/// Open bounds of a longitude trim, put into the turn of the other one.
struct LongitudeInterval {
  double low, high;
};
[[nodiscard]] LongitudeInterval close_longitudes(const Axis& axis, std::optional<double> low,
                                                 std::optional<double> high);

/// The rule for other numbers. @pre low <= high
[[nodiscard]] AxisSelection trim_numbers(const Axis& axis, double low, double high);
[[nodiscard]] AxisSelection slice_numbers(const Axis& axis, double at);

}  // namespace gyre::coverage
