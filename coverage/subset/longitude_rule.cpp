#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "coverage/subset/position.h"
#include "coverage/subset/rules.h"

namespace gyre::coverage {
namespace {

constexpr double kTurn = 360;
constexpr double kFarthest = 1e7;  ///< beyond, turns cost the digits that tell samples apart

/// How far a centre moved by whole turns may be from the decimal that names it: the rounding of
/// the sum, and for float32 axes of a value printed in another turn than it is stored in.
double shift_tolerance(const Axis& axis, double shift) {
  if (shift == 0) return 0;
  return axis.data().type == ElementType::Float32 ? 3.1e-5 : 1e-11;
}

/// Appends a run to the strip. Where an axis has meridians twice (0 and 360) the run in the turn
/// nearer to the axis's own gives the samples that both have: a trim takes the values of a slice.
void append(AxisSelection& selection, const Axis& axis, IndexRange range, double shift) {
  constexpr double kSlack = 1e-6;
  const auto follows = [&](double centre, double last) {
    return axis.descending() ? centre < last - kSlack : centre > last + kSlack;
  };
  const auto first = [&] { return axis.centres()[range.begin] + shift; };
  while (!range.empty() && !selection.runs.empty()) {
    AxisRun& before = selection.runs.back();
    if (follows(first(), axis.centres()[before.range.end - 1] + before.shift)) break;
    if (std::abs(shift) < std::abs(before.shift)) {
      if (--before.range.end == before.range.begin) selection.runs.pop_back();
    } else {
      ++range.begin;
    }
  }
  if (!range.empty()) selection.runs.push_back({range, shift});
}

/// Samples centre + 360 k within [low, high], by runs of the axis in each turn.
AxisSelection in_turns(const Axis& axis, double low, double high) {
  const auto [lowest, highest] = std::minmax({axis.centres().front(), axis.centres().back()});
  const auto first = static_cast<long>(std::floor((low - highest) / kTurn));
  const auto last = static_cast<long>(std::ceil((high - lowest) / kTurn));
  AxisSelection selection;
  for (long i = 0; i <= last - first; ++i) {
    const double shift = kTurn * static_cast<double>(axis.descending() ? last - i : first + i);
    const double tolerance = shift_tolerance(axis, shift);
    append(selection, axis, axis.trim(low - shift - tolerance, high - shift + tolerance), shift);
  }
  return selection;
}

/// Every sample once, beginning with the lowest at or above `low`.
AxisSelection once_round(const Axis& axis, double low) {
  const double tolerance = shift_tolerance(axis, kTurn);
  double lowest = std::numeric_limits<double>::infinity();
  for (const double centre : axis.centres()) {
    lowest = std::min(lowest, centre + kTurn * std::ceil((low - tolerance - centre) / kTurn));
  }
  return in_turns(axis, lowest, lowest + kTurn - std::max(1e-6, 2 * tolerance));
}

/// Nothing lies within: the cell whose footprint holds the middle of what overlaps the axis.
AxisSelection cell_under(const Axis& axis, double low, double high) {
  const Axis::Interval all = axis.extent();
  const bool countable = std::abs(low) <= kFarthest && std::abs(high) <= kFarthest;
  double from = low;
  double to = high;
  if (!axis.spans_globe()) {
    // The first turn of the axis that the interval meets.
    const double shift = kTurn * std::ceil((low - all.high) / kTurn);
    from = std::max(low, all.low + shift);
    to = std::min(high, all.high + shift);
  }
  if (countable && from <= to) {
    const double middle = (from + to) / 2;
    if (const auto cell = axis.cell_at_modular(middle)) {
      return one_sample(*cell, kTurn * std::round((middle - axis.centres()[*cell]) / kTurn));
    }
  }
  refuse(ErrorKind::OutsideDomain, axis,
         fmt::format("({}, {}) lies outside axis '{}', which goes {} (in any turn of 360).", low,
                     high, axis.label(), extent_text(axis)));
}

}  // namespace

LongitudeInterval close_longitudes(const Axis& axis, std::optional<double> low,
                                   std::optional<double> high) {
  const Axis::Interval all = axis.extent();
  if (!low) {
    return {all.low + kTurn * std::floor((*high - all.low) / kTurn), *high};
  }
  if (!high) {
    return {*low, all.high + kTurn * std::ceil((*low - all.high) / kTurn)};
  }
  return {*low, *high};
}

AxisSelection trim_longitudes(const Axis& axis, double low, double high) {
  if (low < -3 * kTurn && high - low >= kTurn) return whole_axis(axis);  // "everything"
  if (std::abs(low) > kFarthest || std::abs(high) > kFarthest) return cell_under(axis, low, high);
  if (high - low >= kTurn) {
    const Axis::Interval all = axis.extent();
    const double from = std::max(low, all.low), to = std::min(high, all.high);
    if (!Axis::has_meridians_twice(all) || to - from < kTurn) return once_round(axis, low);
    // In the axis's own turns: every sample where it stands, however often it comes round.
    low = from;
    high = to;
  }
  AxisSelection selection = in_turns(axis, low, high);
  return selection.runs.empty() ? cell_under(axis, low, high) : selection;
}

AxisSelection slice_longitudes(const Axis& axis, double at) {
  std::optional<std::size_t> cell;
  if (std::abs(at) <= kFarthest) {
    // A centre first: at the seam, cells of other turns may hold it too.
    const AxisSelection exact = in_turns(axis, at, at);
    cell = exact.runs.empty() ? axis.cell_at_modular(at) : exact.runs.front().range.begin;
  }
  if (!cell) {
    refuse(ErrorKind::OutsideDomain, axis,
           fmt::format("{} lies outside axis '{}', which goes {} (in any turn of 360).", at,
                       axis.label(), extent_text(axis)));
  }
  return one_sample(*cell, kTurn * std::round((at - axis.centres()[*cell]) / kTurn));
}

}  // namespace gyre::coverage
