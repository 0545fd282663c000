#include "coverage/model/calendar.h"

#include <array>

namespace gyre::coverage {
namespace {

constexpr std::int64_t kEpochGregorianJdn = 2440588;  // 1970-01-01 Gregorian
constexpr std::int64_t kEpochJulianJdn = 2440601;     // 1970-01-01 Julian
constexpr std::int64_t kFirstGregorianJdn = 2299161;  // 1582-10-15
constexpr std::array<int, 12> kMonthLengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - ((a % b != 0 && (a % b < 0) != (b < 0)) ? 1 : 0);
}
constexpr std::int64_t floor_mod(std::int64_t a, std::int64_t b) { return a - floor_div(a, b) * b; }

bool before_gregorian(std::int64_t year, int month, int day) {
  if (year != 1582) return year < 1582;
  if (month != 10) return month < 10;
  return day < 15;
}

bool is_leap(Calendar calendar, std::int64_t year) {
  const bool julian = floor_mod(year, 4) == 0;
  const bool gregorian = julian && (floor_mod(year, 100) != 0 || floor_mod(year, 400) == 0);
  switch (calendar) {
    case Calendar::NoLeap:
    case Calendar::Day360:
      return false;
    case Calendar::AllLeap:
      return true;
    case Calendar::Julian:
      return julian;
    case Calendar::Standard:
      return year < 1583 ? julian : gregorian;
    case Calendar::ProlepticGregorian:
    case Calendar::Utc:
    case Calendar::Tai:
      return gregorian;
  }
  return false;
}

/// Julian day number of a date; `gregorian` decides the leap rule. Years are astronomical.
std::int64_t jdn_of(std::int64_t year, int month, int day, bool gregorian) {
  const std::int64_t a = (14 - month) / 12;
  const std::int64_t y = year + 4800 - a;
  const std::int64_t m = month + 12 * a - 3;
  const std::int64_t common = day + (153 * m + 2) / 5 + 365 * y + floor_div(y, 4);
  return gregorian ? common - floor_div(y, 100) + floor_div(y, 400) - 32045 : common - 32083;
}

CivilTime civil_of_jdn(std::int64_t jdn, bool gregorian) {
  std::int64_t b = 0;
  std::int64_t c = jdn + 32082;
  if (gregorian) {
    const std::int64_t a = jdn + 32044;
    b = floor_div(4 * a + 3, 146097);
    c = a - floor_div(146097 * b, 4);
  }
  const std::int64_t d = floor_div(4 * c + 3, 1461);
  const std::int64_t e = c - floor_div(1461 * d, 4);
  const std::int64_t m = (5 * e + 2) / 153;
  CivilTime civil;
  civil.day = static_cast<int>(e - (153 * m + 2) / 5 + 1);
  civil.month = static_cast<int>(m + 3 - 12 * (m / 10));
  civil.year = 100 * b + d - 4800 + m / 10;
  return civil;
}

/// Calendars whose years all have the same months.
std::int64_t fixed_days(Calendar calendar, std::int64_t year, int month, int day) {
  if (calendar == Calendar::Day360) return 360 * (year - 1970) + 30 * (month - 1) + day - 1;
  std::int64_t days = (calendar == Calendar::AllLeap ? 366 : 365) * (year - 1970) + day - 1;
  for (int m = 1; m < month; ++m) days += days_in_month(calendar, year, m);
  return days;
}

CivilTime fixed_civil(Calendar calendar, std::int64_t days) {
  const std::int64_t length = calendar == Calendar::Day360    ? 360
                              : calendar == Calendar::AllLeap ? 366
                                                              : 365;
  CivilTime civil;
  civil.year = 1970 + floor_div(days, length);
  std::int64_t rest = floor_mod(days, length);
  while (rest >= days_in_month(calendar, civil.year, civil.month)) {
    rest -= days_in_month(calendar, civil.year, civil.month++);
  }
  civil.day = static_cast<int>(rest) + 1;
  return civil;
}

}  // namespace

int days_in_month(Calendar calendar, std::int64_t year, int month) {
  if (calendar == Calendar::Day360) return 30;
  const int length = kMonthLengths[static_cast<std::size_t>(month - 1)];
  return month == 2 && is_leap(calendar, year) ? 29 : length;
}

bool exists(Calendar calendar, std::int64_t year, int month, int day) {
  if (month < 1 || month > 12 || day < 1 || day > days_in_month(calendar, year, month))
    return false;
  const bool skipped =
      calendar == Calendar::Standard && year == 1582 && month == 10 && day > 4 && day < 15;
  return !skipped;
}

std::int64_t days_from_civil(Calendar calendar, std::int64_t year, int month, int day) {
  switch (calendar) {
    case Calendar::NoLeap:
    case Calendar::AllLeap:
    case Calendar::Day360:
      return fixed_days(calendar, year, month, day);
    case Calendar::Julian:
      return jdn_of(year, month, day, false) - kEpochJulianJdn;
    case Calendar::Standard:
      return jdn_of(year, month, day, !before_gregorian(year, month, day)) - kEpochGregorianJdn;
    case Calendar::ProlepticGregorian:
    case Calendar::Utc:
    case Calendar::Tai:
      break;
  }
  return jdn_of(year, month, day, true) - kEpochGregorianJdn;
}

CivilTime civil_from_days(Calendar calendar, std::int64_t days) {
  switch (calendar) {
    case Calendar::NoLeap:
    case Calendar::AllLeap:
    case Calendar::Day360:
      return fixed_civil(calendar, days);
    case Calendar::Julian:
      return civil_of_jdn(days + kEpochJulianJdn, false);
    case Calendar::Standard: {
      const std::int64_t jdn = days + kEpochGregorianJdn;
      return civil_of_jdn(jdn, jdn >= kFirstGregorianJdn);
    }
    case Calendar::ProlepticGregorian:
    case Calendar::Utc:
    case Calendar::Tai:
      break;
  }
  return civil_of_jdn(days + kEpochGregorianJdn, true);
}

int leap_seconds_before(std::int64_t days) {
  struct Date {
    int year, month;
  };
  static constexpr std::array<Date, 27> kInserted{
      {{1972, 7}, {1973, 1}, {1974, 1}, {1975, 1}, {1976, 1}, {1977, 1}, {1978, 1},
       {1979, 1}, {1980, 1}, {1981, 7}, {1982, 7}, {1983, 7}, {1985, 7}, {1988, 1},
       {1990, 1}, {1991, 1}, {1992, 7}, {1993, 7}, {1994, 7}, {1996, 1}, {1997, 7},
       {1999, 1}, {2006, 1}, {2009, 1}, {2012, 7}, {2015, 7}, {2017, 1}}};
  int count = 0;
  for (const Date& date : kInserted) {
    if (days_from_civil(Calendar::ProlepticGregorian, date.year, date.month, 1) <= days) ++count;
  }
  return count;
}

}  // namespace gyre::coverage
