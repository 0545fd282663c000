#include "coverage/source/gdal/grib_time.h"

#include <chrono>

namespace gyre::coverage {

using namespace std::chrono;

std::optional<std::int64_t> grib_date(int year_, int month_, int day_, int hour, int minute,
                                      int second) {
  const year_month_day date{year{year_}, month{static_cast<unsigned>(month_)},
                            day{static_cast<unsigned>(day_)}};
  if (!date.ok() || hour > 24 || minute > 59 || second > 60) return std::nullopt;
  constexpr int kHour = 3600, kMinute = 60;
  return sys_seconds(sys_days(date)).time_since_epoch().count() + hour * kHour + minute * kMinute +
         second;
}

std::optional<std::int64_t> grib_later(std::int64_t begin_s, int unit, std::int64_t count) {
  constexpr std::int64_t kMost = 4'000'000'000;
  if (count > kMost || count < -kMost) return std::nullopt;
  const auto months_later = [&](std::int64_t months_) -> std::optional<std::int64_t> {
    constexpr std::int64_t kMostMonths = 120'000;
    if (months_ > kMostMonths || months_ < -kMostMonths) return std::nullopt;
    const sys_seconds begin{seconds{begin_s}};
    const auto midnight = floor<days>(begin);
    year_month_day date{midnight};
    date += months{static_cast<int>(months_)};
    if (!date.ok()) date = date.year() / date.month() / last;
    return (sys_seconds(sys_days(date)) + (begin - midnight)).time_since_epoch().count();
  };
  constexpr std::int64_t kMinute = 60, kHour = 3600, kDay = 86400;
  switch (unit) {
    case 0:
      return begin_s + count * kMinute;
    case 1:
      return begin_s + count * kHour;
    case 2:
      return begin_s + count * kDay;
    case 3:
      return months_later(count);
    case 4:
      return months_later(count * 12);
    case 10:
      return begin_s + count * 3 * kHour;
    case 11:
      return begin_s + count * 6 * kHour;
    case 12:
      return begin_s + count * 12 * kHour;
    case 13:
      return begin_s + count;
    default:
      return std::nullopt;
  }
}

}  // namespace gyre::coverage
