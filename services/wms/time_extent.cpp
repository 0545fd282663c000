#include "services/wms/time_extent.h"

#include <algorithm>
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
  return coverage::is_gregorian_kind(instant.calendar()) &&
         coverage::TimeInstant(Calendar::ProlepticGregorian, instant.microseconds()).civil() ==
             instant.civil();
}

/// The longest run from `begin` of one length.
Run even_run(std::span<const coverage::TimeInstant> instants, std::size_t begin) {
  if (begin + 1 >= instants.size()) return {begin + 1, {}};
  if (!counts_like_clients(instants[begin])) return {begin + 1, {}};
  const std::int64_t step = milliseconds(instants[begin + 1]) - milliseconds(instants[begin]);
  std::size_t end = begin + 2;
  while (end < instants.size() &&
         milliseconds(instants[end]) - milliseconds(instants[end - 1]) == step) {
    ++end;
  }
  return {end, {0, step * 1000}};
}

/// Months from `from` to `to` when nothing but year and month differ; 0 when more does.
std::int64_t months_between(const coverage::TimeInstant& from, const coverage::TimeInstant& to) {
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

/// first/last/period of instants that are too many to list.
std::string mean_extent(std::span<const coverage::TimeInstant> ascending) {
  const std::int64_t length = ascending.back().microseconds() - ascending.front().microseconds();
  const std::int64_t mean = length / static_cast<std::int64_t>(ascending.size() - 1);
  constexpr std::int64_t kSecond = 1'000'000, kMillisecond = 1000;
  const std::int64_t unit = mean >= kSecond ? kSecond : kMillisecond;
  const IsoDuration period{0, std::max<std::int64_t>(1, mean / unit) * unit};
  return ascending.front().iso8601() + "/" + ascending.back().iso8601() + "/" +
         duration_text(period);
}

}  // namespace

std::string time_extent(std::span<const coverage::TimeInstant> instants) {
  std::vector<coverage::TimeInstant> ascending(instants.begin(), instants.end());
  std::sort(ascending.begin(), ascending.end());
  const auto alike = [](const auto& a, const auto& b) {
    return milliseconds(a) == milliseconds(b);
  };
  ascending.erase(std::unique(ascending.begin(), ascending.end(), alike), ascending.end());
  std::string text;
  std::size_t parts = 0;
  for (std::size_t begin = 0; begin < ascending.size();) {
    if (++parts > kMostListed) return mean_extent(ascending);
    if (!text.empty()) text += ",";
    text += ascending[begin].iso8601();
    Run run = monthly_run(ascending, begin);
    if (const Run even = even_run(ascending, begin); even.end > run.end) run = even;
    if (run.end < begin + 3) {
      ++begin;
      continue;
    }
    text += "/" + ascending[run.end - 1].iso8601() + "/" + duration_text(run.period);
    begin = run.end;
  }
  return text;
}

}  // namespace gyre::wms
