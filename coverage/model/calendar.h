#pragma once

#include <cstdint>

#include "coverage/model/time_instant.h"

namespace gyre::coverage {

/// Days from that calendar's own 1970-01-01 to a date of it. @pre the date exists
[[nodiscard]] std::int64_t days_from_civil(Calendar calendar, std::int64_t year, int month,
                                           int day);
/// Its inverse: year, month and day; the time of day is zero.
[[nodiscard]] CivilTime civil_from_days(Calendar calendar, std::int64_t days);
/// Does the date exist in the calendar?
[[nodiscard]] bool exists(Calendar calendar, std::int64_t year, int month, int day);

/// Seconds inserted into UTC up to and including the start of the day `days` after 1970-01-01
/// (IERS Bulletin C: 27 from 1972 to 2017).
[[nodiscard]] int leap_seconds_before(std::int64_t days);

}  // namespace gyre::coverage
