#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "coverage/subset/position.h"
#include "coverage/subset/resolved_query.h"
#include "coverage/subset/rules.h"

namespace gyre::coverage {
namespace {

/// Members and times stand for themselves: a neighbour is another thing, not an approximation.
bool substitutes(const Axis& axis) {
  switch (axis.role()) {
    case AxisRole::Time:
    case AxisRole::ReferenceTime:
    case AxisRole::Member:
      return false;
    default:
      return axis.data().names.empty();
  }
}

[[noreturn]] void outside(const Axis& axis, const std::string& wanted) {
  refuse(ErrorKind::OutsideDomain, axis,
         fmt::format("{} lies outside axis '{}', which goes {}.", wanted, axis.label(),
                     extent_text(axis)));
}

[[noreturn]] void between(const Axis& axis, const std::string& wanted, double at) {
  // The neighbours in ascending coordinate, whichever way the axis runs.
  std::vector<double> ascending(axis.centres().begin(), axis.centres().end());
  std::sort(ascending.begin(), ascending.end());
  const auto after = std::lower_bound(ascending.begin(), ascending.end(), at);
  const auto text_of = [&](double centre) {
    const auto i = std::find(axis.centres().begin(), axis.centres().end(), centre);
    return position_text(axis, static_cast<std::size_t>(i - axis.centres().begin()));
  };
  std::string around =
      after == ascending.begin() ? "the first is " + text_of(*after)
      : after == ascending.end()
          ? "the last is " + text_of(*(after - 1))
          : fmt::format("the nearest are {} and {}", text_of(*(after - 1)), text_of(*after));
  refuse(ErrorKind::OutsideDomain, axis,
         fmt::format("{} holds no sample of axis '{}': {}.", wanted, axis.label(), around));
}

/// The sample with that label; numbers that are no label count from 0, as the axis is described.
std::size_t label_index(const Axis& axis, const std::string& text) {
  const std::vector<std::string>& names = axis.data().names;
  const auto found = std::find(names.begin(), names.end(), text);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  if (const auto number = number_in(text)) {
    if (*number == std::floor(*number) && *number >= 0 &&
        *number < static_cast<double>(names.size()))
      return static_cast<std::size_t>(*number);
  }
  refuse(ErrorKind::OutsideDomain, axis,
         fmt::format("There is no '{}' on axis '{}': it is {}.", text, axis.label(),
                     extent_text(axis)));
}

AxisSelection trim_labels(const Axis& axis, const Trim& trim) {
  const std::size_t low = is_open(trim.low) ? 0 : label_index(axis, *trim.low);
  const std::size_t high = is_open(trim.high) ? axis.size() - 1 : label_index(axis, *trim.high);
  if (low > high) {
    refuse(ErrorKind::InvalidInterval, axis,
           fmt::format("On axis '{}' the label '{}' comes after '{}'.", axis.label(), *trim.low,
                       *trim.high));
  }
  return one_run({low, high + 1});
}

}  // namespace

AxisSelection whole_axis(const Axis& axis) { return one_run({0, axis.size()}); }

AxisSelection trim_numbers(const Axis& axis, double low, double high) {
  const IndexRange inside = axis.trim(low, high);
  if (!inside.empty()) return one_run(inside);
  const std::string wanted = fmt::format("({}, {})", low, high);
  const Axis::Interval all = axis.extent();
  if (high < all.low || low > all.high) outside(axis, wanted);
  const double middle = (std::max(low, all.low) + std::min(high, all.high)) / 2;
  // A step of a numeric time axis may be taken by its bounds, never by half ways.
  const bool by_bounds = axis.role() == AxisRole::Time && !axis.data().bounds.empty();
  if (substitutes(axis) || by_bounds) {
    if (const auto cell = axis.cell_at(middle)) return one_sample(*cell);
  }
  between(axis, wanted, middle);
}

AxisSelection slice_numbers(const Axis& axis, double at) {
  const IndexRange exact = axis.trim(at, at);
  if (!exact.empty()) return one_sample(exact.begin);
  const Axis::Interval all = axis.extent();
  if (at < all.low || at > all.high) outside(axis, fmt::format("{}", at));
  const bool by_bounds = axis.role() == AxisRole::Time && !axis.data().bounds.empty();
  if (substitutes(axis) || by_bounds) {
    if (const auto cell = axis.cell_at(at)) return one_sample(*cell);
  }
  between(axis, fmt::format("{}", at), at);
}

AxisSelection trim_axis(const Axis& axis, const Trim& trim) {
  const bool low_open = is_open(trim.low);
  const bool high_open = is_open(trim.high);
  if (low_open && high_open) return whole_axis(axis);
  if (!axis.data().names.empty()) return trim_labels(axis, trim);
  if (axis.is_time()) return trim_times(axis, trim);

  std::optional<double> low;
  std::optional<double> high;
  if (!low_open) low = number_on(axis, *trim.low);
  if (!high_open) high = number_on(axis, *trim.high);
  if (low && high && axis.data().type == ElementType::Float32 &&
      static_cast<float>(*low) == static_cast<float>(*high))
    high = low;  // two spellings of one stored value
  if (low && high && *low > *high) {
    const std::string across =
        axis.data().geographic_longitude
            ? fmt::format(" Across the antimeridian, count on: ({}, {}).", *low,
                          *high + 360 * std::ceil((*low - *high) / 360))
            : "";
    refuse(ErrorKind::InvalidInterval, axis,
           fmt::format("On axis '{}' the lower bound {} is above the upper bound {}.{}",
                       axis.label(), *low, *high, across));
  }
  if (axis.data().geographic_longitude) {
    const LongitudeInterval closed = close_longitudes(axis, low, high);
    return trim_longitudes(axis, closed.low, closed.high);
  }
  const Axis::Interval all = axis.extent();
  const double from = low.value_or(std::min(all.low, high.value_or(all.low)));
  const double to = high.value_or(std::max(all.high, low.value_or(all.high)));
  if ((low && *low > all.high) || (high && *high < all.low))
    outside(axis, fmt::format("({}, {})", low ? *trim.low : "*", high ? *trim.high : "*"));
  return trim_numbers(axis, from, to);
}

AxisSelection slice_axis(const Axis& axis, const Slice& slice) {
  AxisSelection selection;
  if (!axis.data().names.empty()) {
    selection = one_sample(label_index(axis, slice.at));
  } else if (axis.is_time()) {
    selection = slice_times(axis, slice);
  } else if (axis.data().geographic_longitude) {
    selection = slice_longitudes(axis, number_on(axis, slice.at));
  } else {
    selection = slice_numbers(axis, number_on(axis, slice.at));
  }
  selection.dropped = true;
  return selection;
}

}  // namespace gyre::coverage
