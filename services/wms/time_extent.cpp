#include "services/wms/time_extent.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

#include "services/wms/iso_duration.h"

namespace gyre::wms {
namespace {

/// To the millisecond, as instants are printed: what is not seen breaks no run.
std::int64_t milliseconds(const coverage::TimeInstant& instant) {
  const std::int64_t us = instant.microseconds() + 500;
  return us >= 0 ? us / 1000 : -((-us + 999) / 1000);
}

struct Run {
  std::size_t end = 0;  ///< one past its last instant
  IsoDuration period;
};

/// Clients count with the Gregorian calendar, before 1582 too: days of another one are listed.
bool counts_like_clients(const coverage::TimeInstant& instant) {
  using coverage::Calendar;
  if (instant.calendar() == Calendar::ProlepticGregorian) return true;
  return coverage::is_gregorian_kind(instant.calendar()) &&
         coverage::TimeInstant(Calendar::ProlepticGregorian, instant.microseconds()).civil() ==
             instant.civil();
}

/// The longest run from `begin` of one length.
Run even_run(std::span<const coverage::TimeInstant> instants, std::size_t begin) {
  if (begin + 1 >= instants.size()) return {begin + 1, {}};
  const std::int64_t step = milliseconds(instants[begin + 1]) - milliseconds(instants[begin]);
  std::size_t end = begin + 2;
  while (end < instants.size() &&
         milliseconds(instants[end]) - milliseconds(instants[end - 1]) == step) {
    ++end;
  }
  if (end > begin + 2 && !counts_like_clients(instants[begin])) return {begin + 1, {}};
  return {end, {0, step * 1000}};
}

/// Months from `from` to `to` when nothing but year and month differ; 0 when more does.
std::int64_t months_between(const coverage::TimeInstant& from, const coverage::TimeInstant& to) {
  constexpr std::int64_t kShortest_us = 28LL * 86'400 * 1'000'000;
  if (to.microseconds() - from.microseconds() < kShortest_us) return 0;
  const coverage::CivilTime a = from.civil();
  coverage::CivilTime b = to.civil();
  const std::int64_t months = (b.year - a.year) * 12 + (b.month - a.month);
  b.year = a.year;
  b.month = a.month;
  return a == b ? months : 0;
}

/// The longest run from `begin` of whole months.
Run monthly_run(std::span<const coverage::TimeInstant> instants, std::size_t begin) {
  if (begin + 1 >= instants.size()) return {begin + 1, {}};
  const std::int64_t step = months_between(instants[begin], instants[begin + 1]);
  constexpr int kInEveryMonth = 28;
  if (step <= 0 ||
      (instants[begin].civil().day > kInEveryMonth && !counts_like_clients(instants[begin]))) {
    return {begin + 1, {}};
  }
  std::size_t end = begin + 2;
  while (end < instants.size() && months_between(instants[end - 1], instants[end]) == step) ++end;
  return {end, {step, 0}};
}

/// The longest period that meets all instants; 0 when there is none that clients count with.
std::int64_t common_period_ms(std::span<const coverage::TimeInstant> ascending) {
  if (!counts_like_clients(ascending.front())) return 0;
  const std::int64_t first = milliseconds(ascending.front());
  std::int64_t period = 0;
  for (const coverage::TimeInstant& instant : ascending) {
    period = std::gcd(period, milliseconds(instant) - first);
  }
  return period;
}

/// first/last/period of instants that are too many to list.
std::string summary(std::span<const coverage::TimeInstant> ascending) {
  constexpr std::int64_t kSecond_ms = 1000, kManyMore = 8;
  const std::int64_t length_ms = milliseconds(ascending.back()) - milliseconds(ascending.front());
  const std::int64_t mean_ms = length_ms / static_cast<std::int64_t>(ascending.size() - 1);
  std::int64_t period_ms = common_period_ms(ascending);
  if (period_ms == 0 || mean_ms / period_ms >= kManyMore) {
    const std::int64_t unit = mean_ms >= kSecond_ms ? kSecond_ms : 1;
    period_ms = std::max<std::int64_t>(1, mean_ms / unit) * unit;
  }
  return ascending.front().iso8601() + "/" + ascending.back().iso8601() + "/" +
         duration_text({0, period_ms * 1000});
}

/// In ascending order, those that are printed alike once.
std::vector<coverage::TimeInstant> told(const coverage::Instants& instants) {
  std::vector<coverage::TimeInstant> ascending(instants.begin(), instants.end());
  if (!std::is_sorted(ascending.begin(), ascending.end())) {
    std::sort(ascending.begin(), ascending.end());
  }
  const auto alike = [](const auto& a, const auto& b) {
    return milliseconds(a) == milliseconds(b);
  };
  ascending.erase(std::unique(ascending.begin(), ascending.end(), alike), ascending.end());
  return ascending;
}

/// The longest run from `begin` that is worth three texts; else the one instant.
Run next_part(std::span<const coverage::TimeInstant> ascending, std::size_t begin) {
  Run run = monthly_run(ascending, begin);
  if (const Run even = even_run(ascending, begin); even.end > run.end) run = even;
  return run.end < begin + 3 ? Run{begin + 1, {}} : run;
}

std::size_t count_parts(std::span<const coverage::TimeInstant> ascending) {
  std::size_t parts = 0;
  for (std::size_t begin = 0; begin < ascending.size(); ++parts) {
    begin = next_part(ascending, begin).end;
  }
  return parts;
}

}  // namespace

std::size_t time_extent_parts(const coverage::Instants& instants) {
  return count_parts(told(instants));
}

std::string time_extent(const coverage::Instants& instants, std::size_t most) {
  const std::vector<coverage::TimeInstant> ascending = told(instants);
  if (count_parts(ascending) > most) return summary(ascending);
  std::string text;
  for (std::size_t begin = 0; begin < ascending.size();) {
    const Run part = next_part(ascending, begin);
    if (!text.empty()) text += ",";
    text += ascending[begin].iso8601();
    if (part.end > begin + 1) {
      text += "/" + ascending[part.end - 1].iso8601() + "/" + duration_text(part.period);
    }
    begin = part.end;
  }
  return text;
}

}  // namespace gyre::wms
