#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "coverage/subset/position.h"
#include "coverage/subset/rules.h"

namespace gyre::coverage {
namespace {

/// Dates are printed to the millisecond: what rounds to the same one is the same step.
constexpr std::int64_t kHalfMillisecond = 500;

bool is_year(std::string_view text) {
  return text.size() == 4 && std::all_of(text.begin(), text.end(),
                                         [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// A number is a position in the axis's CRS: OGC's UnixTime for Gregorian kinds, else the file's
/// units in the file's calendar.
/// Absent beyond what microseconds can count.
std::optional<TimeInstant> instant_of(const Axis& axis, double number) {
  constexpr long double kMost = 4e18L;
  const Calendar calendar = axis.data().instants.front().calendar();
  const auto& units = axis.data().time_units;
  const bool own = !is_gregorian_kind(calendar) && units;
  if (std::abs(number) * (own ? units->unit_us : 1e6L) > kMost) return std::nullopt;
  return own ? units->decode(number) : TimeInstant(calendar, std::llround(number * 1e6));
}

std::optional<TimePeriod> period_in(const Axis& axis, const std::string& text) {
  if (!is_year(text)) {
    if (const auto number = number_in(text)) {
      if (const auto instant = instant_of(axis, *number)) return TimePeriod{*instant, *instant};
    }
  }
  return parse_iso8601(text, axis.data().instants.front().calendar());
}

TimePeriod period_on(const Axis& axis, const std::string& text) {
  if (const auto period = period_in(axis, text)) return *period;
  const Calendar calendar = axis.data().instants.front().calendar();
  refuse(ErrorKind::InvalidPosition, axis,
         fmt::format("'{}' is no date of axis '{}' (ISO 8601, calendar {}); it goes {}.", text,
                     axis.label(), name_of(calendar), extent_text(axis)));
}

struct Span {
  std::int64_t first, last;  ///< microseconds, closed
};

/// A full date stands for its millisecond; a truncated one ends where its period ends.
Span widened(const TimePeriod& low, const TimePeriod& high) {
  Span span{low.first.microseconds(), high.last.microseconds()};
  if (low.first == low.last) span.first -= kHalfMillisecond;
  if (high.first == high.last) span.last += kHalfMillisecond;
  return span;
}

bool within(const TimeInstant& instant, const Span& span) {
  return instant.microseconds() >= span.first && instant.microseconds() <= span.last;
}

/// The step whose bounds hold `at`; where two meet, the one that begins there.
std::optional<std::size_t> step_holding(const Axis& axis, std::int64_t at) {
  std::optional<std::size_t> found;
  const Periods& periods = axis.data().periods;
  for (std::size_t i = 0; i < periods.size(); ++i) {
    if (at < periods[i].first.microseconds() || at > periods[i].last.microseconds()) continue;
    if (!found || periods[i].first > periods[*found].first) found = i;
  }
  return found;
}

/// The step whose bounds overlap the span by more than a shared edge: the one that holds its
/// middle, else the first.
std::optional<std::size_t> step_overlapping(const Axis& axis, const Span& span) {
  if (span.first == span.last) return step_holding(axis, span.first);
  const std::int64_t low = span.first / 2 + span.last / 2;
  if (const auto holding = step_holding(axis, low)) return holding;
  const Periods& periods = axis.data().periods;
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < periods.size(); ++i) {
    if (periods[i].last.microseconds() <= span.first || periods[i].first.microseconds() > span.last)
      continue;
    if (!found || periods[i].first < periods[*found].first) found = i;
  }
  return found;
}

[[noreturn]] void no_step(const Axis& axis, const std::string& wanted, const Span& span) {
  std::optional<std::size_t> before;
  std::optional<std::size_t> after;
  const Instants& steps = axis.data().instants;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].microseconds() < span.first && (!before || steps[i] > steps[*before])) before = i;
    if (steps[i].microseconds() > span.last && (!after || steps[i] < steps[*after])) after = i;
  }
  std::string around;
  if (before && after) {
    around = fmt::format("the step before is {}, the step after {}", steps[*before].iso8601(),
                         steps[*after].iso8601());
  } else if (after) {
    around = fmt::format("the first step is {}", steps[*after].iso8601());
  } else if (before) {
    around = fmt::format("the last step is {}", steps[*before].iso8601());
  }
  refuse(ErrorKind::OutsideDomain, axis,
         fmt::format("{} holds no step of axis '{}': {}.", wanted, axis.label(), around));
}

}  // namespace

bool names_step(const Axis& axis, std::size_t step, const std::string& text) {
  const auto period = period_in(axis, text);
  if (!period) return false;
  const std::int64_t at = axis.data().instants[step].microseconds();
  return std::abs(period->first.microseconds() - at) <= kHalfMillisecond;
}

AxisSelection trim_times(const Axis& axis, const Trim& trim) {
  const Calendar calendar = axis.data().instants.front().calendar();
  const TimeInstant beginning(calendar, std::numeric_limits<std::int64_t>::min() / 4);
  const TimeInstant end(calendar, std::numeric_limits<std::int64_t>::max() / 4);
  const bool low_open = is_open(trim.low);
  const bool high_open = is_open(trim.high);
  const TimePeriod low = low_open ? TimePeriod{beginning, beginning} : period_on(axis, *trim.low);
  const TimePeriod high = high_open ? TimePeriod{end, end} : period_on(axis, *trim.high);
  if (low.first > high.last) {
    refuse(ErrorKind::InvalidInterval, axis,
           fmt::format("On axis '{}' the lower bound {} is after the upper bound {}.", axis.label(),
                       *trim.low, *trim.high));
  }
  // Instants follow the centres and so are monotonic: what is inside is one run.
  const Span span{low.first.microseconds(), high.last.microseconds()};
  const Span wide = widened(low, high);
  const Instants& steps = axis.data().instants;
  const auto inside = [&](const TimeInstant& step) { return within(step, wide); };
  const auto first = std::find_if(steps.begin(), steps.end(), inside);
  const auto last = std::find_if_not(first, steps.end(), inside);
  if (first != last) {
    return one_run({static_cast<std::size_t>(first - steps.begin()),
                    static_cast<std::size_t>(last - steps.begin())});
  }
  if (axis.role() == AxisRole::Time) {
    if (const auto step = step_overlapping(axis, span)) return one_sample(*step);
  }
  no_step(axis, fmt::format("({}, {})", low_open ? "*" : *trim.low, high_open ? "*" : *trim.high),
          span);
}

AxisSelection slice_times(const Axis& axis, const Slice& slice) {
  const TimePeriod period = period_on(axis, slice.at);
  const Span span{period.first.microseconds(), period.last.microseconds()};
  const Span wide = widened(period, period);
  const Instants& steps = axis.data().instants;
  std::optional<std::size_t> earliest;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (within(steps[i], wide) && (!earliest || steps[i] < steps[*earliest])) earliest = i;
  }
  if (earliest) {
    AxisSelection selection = one_sample(*earliest);
    selection.named = names_step(axis, *earliest, slice.at);
    return selection;
  }
  if (axis.role() == AxisRole::Time) {
    const auto step =
        span.first == span.last ? step_holding(axis, span.first) : step_overlapping(axis, span);
    if (step) return one_sample(*step);
  }
  no_step(axis, slice.at, span);
}

}  // namespace gyre::coverage
