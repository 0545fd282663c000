#include "coverage/model/time_instant.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "coverage/model/calendar.h"

namespace gyre::coverage {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// Reads decimal digits off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool skip(char c) {
    if (peek() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] std::size_t digits_ahead() const {
    std::size_t n = 0;
    while (n < rest_.size() && std::isdigit(static_cast<unsigned char>(rest_[n])) != 0) ++n;
    return n;
  }
  std::optional<std::int64_t> number(std::size_t least, std::size_t most) {
    const std::size_t n = std::min(digits_ahead(), most);
    if (n < least) return std::nullopt;
    std::int64_t value = 0;
    for (std::size_t i = 0; i < n; ++i) value = 10 * value + (rest_[i] - '0');
    rest_.remove_prefix(n);
    return value;
  }

 private:
  std::string_view rest_;
};

/// A date-time as written, with the length of what it left out.
struct Written {
  CivilTime civil;
  enum class Precision { Year, Month, Day, Hour, Minute, Instant } precision = Precision::Year;
  std::int64_t offset_us = 0;  ///< east of UTC
};

bool read_date(Scanner& in, Written& out) {
  const bool negative = in.skip('-');
  if (!negative) in.skip('+');
  const std::size_t digits = in.digits_ahead();
  const bool compact = digits == 8 && !negative;
  const auto year = in.number(1, compact ? 4 : 9);
  if (!year || digits > 9) return false;
  out.civil.year = negative ? -*year : *year;
  if (!compact && !in.skip('-')) return digits >= 4;  // a bare year has four digits
  const auto month = in.number(1, 2);
  if (!month) return false;
  out.civil.month = static_cast<int>(*month);
  out.precision = Written::Precision::Month;
  // Short years occur in references ("days since 1-1-1"), with a day.
  if (!compact && !in.skip('-')) return digits >= 4;
  const auto day = in.number(1, 2);
  if (!day) return false;
  out.civil.day = static_cast<int>(*day);
  out.precision = Written::Precision::Day;
  return true;
}

bool read_seconds(Scanner& in, Written& out) {
  const auto second = in.number(1, 2);
  if (!second) return false;
  out.civil.second = static_cast<int>(*second);
  out.precision = Written::Precision::Instant;
  if (!in.skip('.') && !in.skip(',')) return true;
  const std::size_t digits = in.digits_ahead();
  if (digits == 0 || digits > 18) return false;
  auto fraction = in.number(digits, digits);
  std::int64_t scaled = *fraction;
  for (std::size_t i = digits; i < 6; ++i) scaled *= 10;
  for (std::size_t i = 6; i < digits; ++i)
    scaled = i + 1 == digits ? (scaled + 5) / 10 : scaled / 10;
  out.civil.microsecond = static_cast<int>(std::min<std::int64_t>(scaled, 999'999));
  return true;
}

bool read_time(Scanner& in, Written& out) {
  const bool compact = in.digits_ahead() == 4 || in.digits_ahead() == 6;
  const auto hour = in.number(1, 2);
  if (!hour) return false;
  out.civil.hour = static_cast<int>(*hour);
  out.precision = Written::Precision::Hour;
  if (compact ? in.digits_ahead() == 0 : !in.skip(':')) return true;
  const auto minute = in.number(1, 2);
  if (!minute) return false;
  out.civil.minute = static_cast<int>(*minute);
  out.precision = Written::Precision::Minute;
  if (compact ? in.digits_ahead() == 0 : !in.skip(':')) return true;
  return read_seconds(in, out);
}

bool read_zone(Scanner& in, Written& out) {
  while (in.skip(' ')) {
  }
  if (in.done() || ((in.skip('Z') || in.skip('z')) && in.done())) return true;
  const bool west = in.peek() == '-';
  if (!in.skip('-') && !in.skip('+')) return false;
  const bool compact = in.digits_ahead() == 4;
  const auto hours = in.number(1, 2);
  if (!hours || *hours > 23) return false;
  std::int64_t minutes = 0;
  if (in.skip(':') || compact) {
    const auto more = in.number(2, 2);
    if (!more || *more > 59) return false;
    minutes = *more;
  }
  out.offset_us = (*hours * kHour + minutes * kMinute) * (west ? -1 : 1);
  return in.done();
}

std::optional<Written> read_iso8601(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  Scanner in(text);
  Written out;
  if (!read_date(in, out)) return std::nullopt;
  if (in.done()) return out;
  if (out.precision == Written::Precision::Day && (in.skip('T') || in.skip('t') || in.skip(' '))) {
    while (in.skip(' ')) {
    }
    if (in.digits_ahead() > 0 && !read_time(in, out)) return std::nullopt;
  }
  if (!read_zone(in, out)) return std::nullopt;
  return out;
}

/// The first date after a period that starts at `civil`: the next year, month or day.
std::optional<TimeInstant> next_of(Calendar calendar, const Written& written,
                                   const TimeInstant& first) {
  using P = Written::Precision;
  CivilTime civil = written.civil;
  switch (written.precision) {
    case P::Year:
      ++civil.year;
      return TimeInstant::from_civil(calendar, civil);
    case P::Month:
      civil.year += civil.month == 12 ? 1 : 0;
      civil.month = civil.month == 12 ? 1 : civil.month + 1;
      return TimeInstant::from_civil(calendar, civil);
    case P::Day: {
      const std::int64_t days = days_from_civil(calendar, civil.year, civil.month, civil.day);
      return TimeInstant::from_civil(calendar, civil_from_days(calendar, days + 1));
    }
    case P::Hour:
      return TimeInstant(calendar, first.microseconds() + kHour);
    case P::Minute:
      return TimeInstant(calendar, first.microseconds() + kMinute);
    case P::Instant:
      break;
  }
  return TimeInstant(calendar, first.microseconds() + 1);
}

}  // namespace

std::optional<Calendar> calendar_from_name(std::string_view name) {
  struct Row {
    std::string_view name;
    Calendar calendar;
  };
  static constexpr std::array<Row, 12> kNames{
      {{"standard", Calendar::Standard},
       {"gregorian", Calendar::Standard},
       {"proleptic_gregorian", Calendar::ProlepticGregorian},
       {"julian", Calendar::Julian},
       {"noleap", Calendar::NoLeap},
       {"no_leap", Calendar::NoLeap},
       {"365_day", Calendar::NoLeap},
       {"all_leap", Calendar::AllLeap},
       {"366_day", Calendar::AllLeap},
       {"360_day", Calendar::Day360},
       {"utc", Calendar::Utc},
       {"tai", Calendar::Tai}}};
  const std::string wanted = lower(name);
  for (const Row& row : kNames) {
    if (row.name == wanted) return row.calendar;
  }
  return std::nullopt;
}

std::string_view name_of(Calendar calendar) {
  switch (calendar) {
    case Calendar::Standard:
      return "standard";
    case Calendar::ProlepticGregorian:
      return "proleptic_gregorian";
    case Calendar::Julian:
      return "julian";
    case Calendar::NoLeap:
      return "noleap";
    case Calendar::AllLeap:
      return "all_leap";
    case Calendar::Day360:
      return "360_day";
    case Calendar::Utc:
      return "utc";
    case Calendar::Tai:
      return "tai";
  }
  return "?";
}

bool is_gregorian_kind(Calendar calendar) {
  return calendar == Calendar::Standard || calendar == Calendar::ProlepticGregorian ||
         calendar == Calendar::Utc;
}

std::optional<TimeInstant> TimeInstant::from_civil(Calendar calendar, const CivilTime& civil) {
  if (!exists(calendar, civil.year, civil.month, civil.day)) return std::nullopt;
  const bool whole_day = civil.hour == 24 && civil.minute == 0 && civil.second == 0 &&
                         civil.microsecond == 0;  // ISO 8601 midnight at the end of the day
  if (civil.hour < 0 || (civil.hour > 23 && !whole_day) || civil.minute < 0 || civil.minute > 59 ||
      civil.second < 0 || civil.second > 60 || civil.microsecond < 0) {
    return std::nullopt;
  }
  if (civil.year < -290'000 || civil.year > 290'000) return std::nullopt;  // microseconds overflow
  const std::int64_t days = days_from_civil(calendar, civil.year, civil.month, civil.day);
  return TimeInstant(calendar, days * kDay + civil.hour * kHour + civil.minute * kMinute +
                                   civil.second * kSecond + civil.microsecond);
}

CivilTime TimeInstant::civil() const {
  std::int64_t days = us_ / kDay;
  std::int64_t rest = us_ % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  CivilTime civil = civil_from_days(calendar_, days);
  civil.hour = static_cast<int>(rest / kHour);
  civil.minute = static_cast<int>(rest % kHour / kMinute);
  civil.second = static_cast<int>(rest % kMinute / kSecond);
  civil.microsecond = static_cast<int>(rest % kSecond);
  return civil;
}

std::string TimeInstant::iso8601() const {
  const std::int64_t floor_ms = us_ >= 0 ? (us_ + 500) / 1000 : -((-us_ + 499) / 1000);
  const CivilTime civil = TimeInstant(calendar_, floor_ms * 1000).civil();
  const std::string year =
      civil.year >= 0 && civil.year <= 9999
          ? fmt::format("{:04}", civil.year)
          : fmt::format("{}{:04}", civil.year < 0 ? '-' : '+', std::abs(civil.year));
  const int ms = civil.microsecond / 1000;
  return fmt::format("{}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", year, civil.month, civil.day,
                     civil.hour, civil.minute, civil.second,
                     ms == 0 ? "" : fmt::format(".{:03}", ms));
}

std::optional<TimePeriod> parse_iso8601(std::string_view text, Calendar calendar) {
  const auto written = read_iso8601(text);
  if (!written) return std::nullopt;
  const auto first = TimeInstant::from_civil(calendar, written->civil);
  if (!first) return std::nullopt;
  const auto next = next_of(calendar, *written, *first);
  if (!next) return std::nullopt;
  const std::int64_t shift = written->offset_us;
  return TimePeriod{{calendar, first->microseconds() - shift},
                    {calendar, next->microseconds() - 1 - shift}};
}

std::int64_t now_in(Calendar calendar, std::int64_t now_us) {
  if (is_gregorian_kind(calendar)) return now_us;
  CivilTime civil = TimeInstant(Calendar::Standard, now_us).civil();
  civil.day = std::min(civil.day, days_in_month(calendar, civil.year, civil.month));
  const auto instant = TimeInstant::from_civil(calendar, civil);
  return instant ? instant->microseconds() : now_us;
}

}  // namespace gyre::coverage
