#pragma once

#include <cstdint>
#include <optional>

namespace gyre::coverage {

/// Seconds since 1970-01-01 of a date of the proleptic Gregorian calendar.
[[nodiscard]] std::optional<std::int64_t> grib_date(int year, int month, int day, int hour,
                                                    int minute, int second);

/// `count` units (code table 4.4 of GRIB 2) after `begin_s`; absent for units that are none of
/// time.
[[nodiscard]] std::optional<std::int64_t> grib_later(std::int64_t begin_s, int unit,
                                                     std::int64_t count);

}  // namespace gyre::coverage
