#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "coverage/base/export.h"
#include "coverage/model/time_instant.h"

namespace gyre::coverage {

/// `<unit> since <reference>` in a calendar (CF 1.11, 4.4). Months and years are UDUNITS'
/// lengths (year = 365.242198781 d, month = year / 12), as CF says.
struct TimeUnits {
  long double unit_us = 1;  ///< microseconds in one unit
  TimeInstant reference;    ///< the instant of value 0

  /// Rounded to the millisecond when `value` is not a whole number of microseconds away;
  /// nanoseconds to the microsecond.
  [[nodiscard]] GYRE_API TimeInstant decode(double value) const;
  [[nodiscard]] GYRE_API TimeInstant decode(std::int64_t value) const;
  [[nodiscard]] GYRE_API double encode(const TimeInstant& instant) const;
  bool operator==(const TimeUnits&) const = default;
};

/// Absent when `units` is not of the form "<time unit> since <date>" with a date of `calendar`.
[[nodiscard]] GYRE_API std::optional<TimeUnits> parse_time_units(std::string_view units,
                                                                 Calendar calendar);

}  // namespace gyre::coverage
