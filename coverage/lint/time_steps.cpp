#include "coverage/lint/time_steps.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>

#include <fmt/format.h>

namespace gyre::coverage::lint {
namespace {

constexpr std::int64_t kSecond = 1'000'000, kDay = 86400 * kSecond;

std::int64_t months_of(const TimeInstant& at) {
  const CivilTime civil = at.civil();
  return civil.year * 12 + civil.month - 1;
}

/// The most common of `steps`, if at least 6 of 10 are it (within a thousandth).
std::optional<std::int64_t> usual_of(const std::vector<std::int64_t>& steps) {
  std::map<std::int64_t, std::size_t> counts;
  for (const std::int64_t step : steps) ++counts[step];
  const auto most = std::max_element(counts.begin(), counts.end(),
                                     [](auto& a, auto& b) { return a.second < b.second; });
  const auto near =
      static_cast<std::size_t>(std::count_if(steps.begin(), steps.end(), [&](std::int64_t step) {
        return std::abs(step - most->first) <= most->first / 1000;
      }));
  if (near * 10 < steps.size() * 6) return std::nullopt;
  return most->first;
}

std::string words_of(std::int64_t step_us) {
  struct Unit {
    std::int64_t us;
    const char* name;
  };
  for (const Unit unit : {Unit{kDay, "day"}, Unit{3600 * kSecond, "hour"},
                          Unit{60 * kSecond, "minute"}, Unit{kSecond, "second"}}) {
    if (step_us % unit.us != 0) continue;
    const std::int64_t count = step_us / unit.us;
    return count == 1 ? fmt::format("every {}", unit.name)
                      : fmt::format("every {} {}s", count, unit.name);
  }
  return fmt::format("every {:.6g} seconds", static_cast<double>(step_us) / 1e6);
}

/// Steps counted in months (12: in years), for times that are `unit` months apart.
TimeSteps by_months(const Instants& times, std::int64_t unit, const char* words) {
  TimeSteps found;
  found.spacing = words;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const double days =
        static_cast<double>(times[i].microseconds() - times[i - 1].microseconds()) / kDay;
    const std::int64_t months = months_of(times[i]) - months_of(times[i - 1]);
    // Middles of months may skip one by name: both must say so.
    const auto by_days =
        static_cast<std::int64_t>(std::lround(days / (30.44 * static_cast<double>(unit))));
    const std::int64_t steps = std::min(months / unit, by_days);
    if (steps >= 2) found.holes.push_back({i - 1, static_cast<std::size_t>(steps - 1)});
  }
  return found;
}

bool most_within(const std::vector<std::int64_t>& steps, double low_days, double high_days) {
  const auto fit =
      static_cast<std::size_t>(std::count_if(steps.begin(), steps.end(), [&](std::int64_t step) {
        const double days = static_cast<double>(step) / kDay;
        return days >= low_days && days <= high_days;
      }));
  return fit * 10 >= steps.size() * 8;
}

}  // namespace

std::size_t TimeSteps::missing() const {
  std::size_t sum = 0;
  for (const TimeHole& hole : holes) sum += hole.missing;
  return sum;
}

TimeSteps steps_of(const Instants& times) {
  constexpr std::size_t kFew = 5;
  TimeSteps found;
  if (times.size() < kFew) return found;
  std::vector<std::int64_t> steps;
  for (std::size_t i = 1; i < times.size(); ++i) {
    steps.push_back(times[i].microseconds() - times[i - 1].microseconds());
  }
  if (most_within(steps, 27.9, 31.1)) return by_months(times, 1, "every month");
  if (most_within(steps, 359.9, 366.1)) return by_months(times, 12, "every year");
  const auto usual = usual_of(steps);
  if (!usual || *usual <= 0) return found;
  found.spacing = words_of(*usual);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double count = static_cast<double>(steps[i]) / static_cast<double>(*usual);
    const double whole = std::round(count);
    if (whole < 2 || std::abs(count - whole) > 0.01 * whole) continue;
    found.holes.push_back({i, static_cast<std::size_t>(whole) - 1});
  }
  return found;
}

}  // namespace gyre::coverage::lint
