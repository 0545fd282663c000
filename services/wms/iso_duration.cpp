#include "services/wms/iso_duration.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace gyre::wms {
namespace {

constexpr double kSecond = 1e6, kMinute = 60e6, kHour = 3600e6, kDay = 86400e6;
// 10,000 years: what is longer than any series is a mistake, and must not overflow.
constexpr double kLongest = 3652500 * kDay;

struct Part {
  double number = 0;
  char unit = 0;
};

/// "6H" off the front of `text`.
std::optional<Part> take_part(std::string_view& text) {
  Part part;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part.number,
                                            std::chars_format::fixed);
  if (error != std::errc() || end == text.data() + text.size() || !(part.number >= 0) ||
      part.number > 1e9) {
    return std::nullopt;
  }
  part.unit = static_cast<char>(std::toupper(static_cast<unsigned char>(*end)));
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return part;
}

bool add_part(const Part& part, bool of_day, IsoDuration& sum, double& length) {
  if (!of_day && (part.unit == 'Y' || part.unit == 'M')) {
    if (part.number != std::floor(part.number) || part.number > 120000) return false;
    sum.months += static_cast<std::int64_t>(part.number) * (part.unit == 'Y' ? 12 : 1);
    return true;
  }
  const std::string_view units = of_day ? "HMS" : "WD";
  const std::size_t place = units.find(part.unit);
  if (place == std::string_view::npos) return false;
  constexpr double kOfDay[] = {kHour, kMinute, kSecond}, kOfDate[] = {7 * kDay, kDay};
  length += part.number * (of_day ? kOfDay[place] : kOfDate[place]);
  return true;
}

}  // namespace

std::optional<IsoDuration> parse_duration(std::string_view text) {
  if (text.empty() || (text.front() != 'P' && text.front() != 'p')) return std::nullopt;
  text.remove_prefix(1);
  IsoDuration sum;
  double length = 0;
  bool of_day = false, any = false;
  while (!text.empty()) {
    if (!of_day && (text.front() == 'T' || text.front() == 't')) {
      of_day = true;
      text.remove_prefix(1);
      any = false;
      continue;
    }
    const auto part = take_part(text);
    if (!part || !add_part(*part, of_day, sum, length)) return std::nullopt;
    any = true;
  }
  if (!any || length > kLongest) return std::nullopt;
  sum.microseconds = std::llround(length);
  return sum;
}

std::string duration_text(const IsoDuration& duration) {
  if (duration.months > 0) {
    return duration.months % 12 == 0 ? "P" + std::to_string(duration.months / 12) + "Y"
                                     : "P" + std::to_string(duration.months) + "M";
  }
  constexpr std::int64_t kDayUs = 86400000000, kHourUs = 3600000000, kMinuteUs = 60000000;
  std::int64_t rest = duration.microseconds;
  std::string text = "P";
  if (rest >= kDayUs) text += std::to_string(rest / kDayUs) + "D";
  rest %= kDayUs;
  if (rest == 0) return text;
  text += "T";
  if (rest >= kHourUs) text += std::to_string(rest / kHourUs) + "H";
  rest %= kHourUs;
  if (rest >= kMinuteUs) text += std::to_string(rest / kMinuteUs) + "M";
  rest %= kMinuteUs;
  if (rest == 0) return text;
  text += std::to_string(rest / 1000000);
  if (const std::int64_t milli = rest % 1000000 / 1000; milli > 0) {
    text += "." + std::to_string(1000 + milli).substr(1);
  }
  return text + "S";
}

coverage::TimeInstant moved(const coverage::TimeInstant& instant, const IsoDuration& duration,
                            std::int64_t turns) {
  const coverage::Calendar calendar = instant.calendar();
  coverage::TimeInstant result = instant;
  if (duration.months != 0) {
    coverage::CivilTime civil = instant.civil();
    const std::int64_t months = civil.year * 12 + (civil.month - 1) + duration.months * turns;
    civil.year = months >= 0 ? months / 12 : -((-months + 11) / 12);
    civil.month = static_cast<int>(months - civil.year * 12) + 1;
    civil.day = std::min(civil.day, coverage::days_in_month(calendar, civil.year, civil.month));
    result = coverage::TimeInstant::from_civil(calendar, civil).value_or(instant);
  }
  return {calendar, result.microseconds() + duration.microseconds * turns};
}

}  // namespace gyre::wms
