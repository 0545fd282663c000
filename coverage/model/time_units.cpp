#include "coverage/model/time_units.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

#include "coverage/model/calendar.h"

namespace gyre::coverage {
namespace {

constexpr long double kSecondUs = 1e6L;
constexpr long double kDayUs = 86400 * kSecondUs;
constexpr long double kYearUs = 365.242198781L * kDayUs;  // UDUNITS, as CF 1.11, 4.4 says
constexpr std::int64_t kDay = 86'400'000'000;

struct UnitName {
  std::string_view name;
  long double us;
};
constexpr std::array<UnitName, 43> kUnits{{{"nanoseconds", 1e-3L},
                                           {"nanosecond", 1e-3L},
                                           {"nanosec", 1e-3L},
                                           {"nanosecs", 1e-3L},
                                           {"ns", 1e-3L},
                                           {"microseconds", 1},
                                           {"microsecond", 1},
                                           {"microsec", 1},
                                           {"microsecs", 1},
                                           {"us", 1},
                                           {"milliseconds", 1e3L},
                                           {"millisecond", 1e3L},
                                           {"millisec", 1e3L},
                                           {"millisecs", 1e3L},
                                           {"msec", 1e3L},
                                           {"msecs", 1e3L},
                                           {"ms", 1e3L},
                                           {"seconds", kSecondUs},
                                           {"second", kSecondUs},
                                           {"sec", kSecondUs},
                                           {"secs", kSecondUs},
                                           {"s", kSecondUs},
                                           {"minutes", 60 * kSecondUs},
                                           {"minute", 60 * kSecondUs},
                                           {"min", 60 * kSecondUs},
                                           {"mins", 60 * kSecondUs},
                                           {"hours", 3600 * kSecondUs},
                                           {"hour", 3600 * kSecondUs},
                                           {"hr", 3600 * kSecondUs},
                                           {"hrs", 3600 * kSecondUs},
                                           {"h", 3600 * kSecondUs},
                                           {"days", kDayUs},
                                           {"day", kDayUs},
                                           {"d", kDayUs},
                                           {"weeks", 7 * kDayUs},
                                           {"week", 7 * kDayUs},
                                           {"months", kYearUs / 12},
                                           {"month", kYearUs / 12},
                                           {"years", kYearUs},
                                           {"year", kYearUs},
                                           {"yr", kYearUs},
                                           {"common_years", 365 * kDayUs},
                                           {"common_year", 365 * kDayUs}}};

/// UTC counts leap seconds: elapsed microseconds since 1970-01-01 of a civil UTC instant.
std::int64_t elapsed_from_civil(const TimeInstant& instant) {
  const std::int64_t us = instant.microseconds();
  return us + 1'000'000LL * leap_seconds_before(us >= 0 ? us / kDay : (us - kDay + 1) / kDay);
}

std::int64_t civil_from_elapsed(std::int64_t elapsed_us) {
  std::int64_t us = elapsed_us;
  for (int i = 0; i < 3; ++i) {
    us = elapsed_us -
         1'000'000LL * leap_seconds_before(us >= 0 ? us / kDay : (us - kDay + 1) / kDay);
  }
  return us;
}

TimeInstant advanced(const TimeInstant& reference, std::int64_t us) {
  if (reference.calendar() == Calendar::Utc) {
    return {Calendar::Utc, civil_from_elapsed(elapsed_from_civil(reference) + us)};
  }
  return {reference.calendar(), reference.microseconds() + us};
}

}  // namespace

TimeInstant TimeUnits::decode(double value) const {
  const long double exact = static_cast<long double>(value) * unit_us;
  const std::int64_t us = std::llroundl(exact);
  // Nanoseconds of our days are further apart in a double than they are long.
  if (static_cast<long double>(us) == exact || unit_us < 1) return advanced(reference, us);
  const TimeInstant instant = advanced(reference, us);
  const std::int64_t at = instant.microseconds();
  const std::int64_t rounded = (at >= 0 ? (at + 500) / 1000 : -((-at + 499) / 1000)) * 1000;
  return {reference.calendar(), rounded};
}

TimeInstant TimeUnits::decode(std::int64_t value) const {
  return advanced(reference, std::llroundl(static_cast<long double>(value) * unit_us));
}

double TimeUnits::encode(const TimeInstant& instant) const {
  const std::int64_t us = reference.calendar() == Calendar::Utc
                              ? elapsed_from_civil(instant) - elapsed_from_civil(reference)
                              : instant.microseconds() - reference.microseconds();
  return static_cast<double>(static_cast<long double>(us) / unit_us);
}

std::optional<TimeUnits> parse_time_units(std::string_view units, Calendar calendar) {
  std::string text(units);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return std::nullopt;
  const auto name_end = text.find(' ', first);
  if (name_end == std::string::npos) return std::nullopt;
  const auto since = text.find_first_not_of(' ', name_end);
  if (since == std::string::npos || text.compare(since, 6, "since ") != 0) return std::nullopt;

  const std::string_view name = std::string_view(text).substr(first, name_end - first);
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(),
                                 [&](const UnitName& candidate) { return candidate.name == name; });
  if (unit == kUnits.end()) return std::nullopt;

  std::string date = text.substr(since + 6);
  for (const std::string_view suffix : {" utc", " gmt", " z"}) {
    if (date.size() > suffix.size() && date.ends_with(suffix))
      date.resize(date.size() - suffix.size());
  }
  while (!date.empty() && date.front() == ' ') date.erase(0, 1);
  // UDUNITS and files in the field leave out leading zeros of years below 1000: "since 1-1-1".
  const auto period = parse_iso8601(date, calendar);
  if (!period) return std::nullopt;
  return TimeUnits{unit->us, period->first};
}

}  // namespace gyre::coverage
