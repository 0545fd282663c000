#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// CF calendars (CF 1.11, 4.4.1). `none` is not one: such an axis is plain numbers.
enum class Calendar : std::uint8_t {
  Standard,
  ProlepticGregorian,
  Julian,
  NoLeap,
  AllLeap,
  Day360,
  Utc,
  Tai
};

/// @returns the calendar a CF `calendar` attribute names (any case, aliases included), if any.
[[nodiscard]] GYRE_API std::optional<Calendar> calendar_from_name(std::string_view name);
[[nodiscard]] GYRE_API std::string_view name_of(Calendar calendar);
/// Standard, ProlepticGregorian, Utc: dates that OGC's UnixTime can express for modern times.
[[nodiscard]] GYRE_API bool is_gregorian_kind(Calendar calendar);

/// A date and time of day as people write it.
struct CivilTime {
  std::int64_t year = 1970;
  int month = 1, day = 1, hour = 0, minute = 0, second = 0, microsecond = 0;
  bool operator==(const CivilTime&) const = default;
};

[[nodiscard]] GYRE_API int days_in_month(Calendar calendar, std::int64_t year, int month);

/// A point in time in its calendar: integer microseconds since that calendar's 1970-01-01T00:00:00.
/// Values of one calendar compare; comparing across calendars is a programming error.
class GYRE_API TimeInstant {
 public:
  TimeInstant() = default;
  TimeInstant(Calendar calendar, std::int64_t microseconds)
      : calendar_(calendar), us_(microseconds) {}
  /// Absent when `civil` is no date of that calendar (30 February is one in a 360_day year;
  /// 1582-10-10 is none in the standard calendar).
  static std::optional<TimeInstant> from_civil(Calendar calendar, const CivilTime& civil);

  [[nodiscard]] CivilTime civil() const;
  [[nodiscard]] Calendar calendar() const { return calendar_; }
  [[nodiscard]] std::int64_t microseconds() const { return us_; }
  /// ISO 8601, "2024-01-31T12:00:00Z"; three decimals of the second when it is not whole,
  /// rounded to the millisecond. Years beyond 0..9999 carry a sign and at least four digits.
  [[nodiscard]] std::string iso8601() const;

  auto operator<=>(const TimeInstant& other) const { return us_ <=> other.us_; }
  bool operator==(const TimeInstant& other) const = default;

 private:
  Calendar calendar_ = Calendar::Standard;
  std::int64_t us_ = 0;
};

/// "Now" on another calendar's scale: the instant that people write with the same digits.
[[nodiscard]] GYRE_API std::int64_t now_in(Calendar calendar, std::int64_t now_us);

/// What a (possibly truncated) ISO date stands for: "2024-02" is all of February.
/// `first` is inside, `last` is the last microsecond inside; equal for a full date-time.
struct TimePeriod {
  TimeInstant first, last;
  bool operator==(const TimePeriod&) const = default;
};

/// Reads YYYY, YYYY-MM, YYYY-MM-DD, YYYYMMDD, with T or blank and hh, hh:mm, hh:mm:ss[.f…], with
/// Z, ±hh[:mm] or nothing (UTC). Absent when malformed or no date of that calendar.
[[nodiscard]] GYRE_API std::optional<TimePeriod> parse_iso8601(std::string_view text,
                                                               Calendar calendar);

}  // namespace gyre::coverage
