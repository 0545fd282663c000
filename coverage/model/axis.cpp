#include "coverage/model/axis.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "coverage/base/error.h"

namespace gyre::coverage {
namespace {

[[noreturn]] void malformed(const AxisData& data, const std::string& why) {
  throw Error(ErrorKind::MalformedHolding, data.label,
              fmt::format("Coordinate '{}' {}.", data.label, why));
}

void check_centres(const AxisData& data) {
  const CoordinateValues& centres = data.centres;
  if (centres.empty()) malformed(data, "has no values");
  for (std::size_t i = 0; i < centres.size(); ++i) {
    if (!std::isfinite(centres[i]))
      malformed(data, fmt::format("has a missing or infinite value at index {}", i));
  }
  const bool descending = centres.size() > 1 && centres[1] < centres[0];
  for (std::size_t i = 1; i < centres.size(); ++i) {
    if (centres[i] == centres[i - 1]) {
      malformed(data, fmt::format("repeats the value {} at index {}", centres[i], i));
    }
    if ((centres[i] < centres[i - 1]) != descending) {
      malformed(data,
                fmt::format("turns back at index {} ({} after {})", i, centres[i], centres[i - 1]));
    }
  }
}

void check_companions(const AxisData& data) {
  const std::size_t n = data.centres.size();
  if (!data.bounds.empty() && data.bounds.size() != 2 * n)
    malformed(data, "has bounds of the wrong shape");
  if (!data.instants.empty() && data.instants.size() != n)
    malformed(data, "has instants of the wrong number");
  if (!data.periods.empty() && data.periods.size() != n)
    malformed(data, "has periods of the wrong number");
  if (!data.names.empty() && data.names.size() != n)
    malformed(data, "has names of the wrong number");
}

/// How far a stored centre of magnitude `largest` may be from the decimal number it stands for.
double storage_tolerance(ElementType type, double largest) {
  if (is_integer(type)) return 0;
  return type == ElementType::Float32 ? 2 * largest * std::numeric_limits<float>::epsilon()
                                      : 16 * largest * std::numeric_limits<double>::epsilon();
}

std::optional<double> find_step(const AxisData& data) {
  const CoordinateValues& centres = data.centres;
  if (!data.instants.empty() || !data.names.empty()) return std::nullopt;
  if (centres.size() == 1) {
    if (data.bounds.empty() || data.bounds[0] == data.bounds[1]) return std::nullopt;
    return std::abs(data.bounds[1] - data.bounds[0]);
  }
  const double first = centres.front();
  const double step = (centres.back() - first) / static_cast<double>(centres.size() - 1);
  const double largest = std::max(std::abs(first), std::abs(centres.back()));
  double tolerance = storage_tolerance(data.type, largest);
  // Producers accumulate steps in single precision or print few decimals: a thousandth of a cell
  // moves no sample into another cell.
  if (!is_integer(data.type)) tolerance = std::max(tolerance, 1e-3 * std::abs(step));
  for (std::size_t i = 0; i < centres.size(); ++i) {
    if (std::abs(centres[i] - (first + static_cast<double>(i) * step)) > tolerance)
      return std::nullopt;
  }
  return step;
}

/// Compares as the axis stores: a bound given in decimals must find the float32 it stands for.
double as_stored(ElementType type, double value) {
  if (type != ElementType::Float32 || !std::isfinite(value)) return value;
  return static_cast<double>(static_cast<float>(value));
}

}  // namespace

Axis::Axis(AxisData data) {
  check_centres(data);
  check_companions(data);
  const std::optional<double> step = find_step(data);
  const bool in_order = are_in_order(data);
  data.centres.share_with(data.instants.microseconds());
  shared_ = std::make_shared<const Shared>(Shared{std::move(data), step, in_order});
}

bool Axis::are_in_order(const AxisData& data) {
  if (data.bounds.empty()) return true;
  const std::size_t n = data.centres.size();
  const bool descending = n > 1 && data.centres.front() > data.centres.back();
  double before = -std::numeric_limits<double>::infinity();
  for (std::size_t rank = 0; rank < n; ++rank) {
    const std::size_t index = descending ? n - 1 - rank : rank;
    const Interval cell = footprint_of(data, index);
    // Comparisons that are false of NaN.
    const bool holds = cell.low <= data.centres[index] && data.centres[index] <= cell.high;
    if (!holds || !(before <= cell.low)) return false;
    before = cell.low;
  }
  return true;
}

Axis::Interval Axis::extent() const {
  const Interval a = footprint(0);
  const Interval b = footprint(size() - 1);
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

IndexRange Axis::trim(double low, double high) const {
  const CoordinateValues& c = data().centres;
  low = as_stored(data().type, low);
  high = as_stored(data().type, high);
  CoordinateValues::const_iterator first, last;
  if (descending()) {
    first = std::lower_bound(c.begin(), c.end(), high, std::greater<>());
    last = std::upper_bound(first, c.end(), low, std::greater<>());
  } else {
    first = std::lower_bound(c.begin(), c.end(), low);
    last = std::upper_bound(first, c.end(), high);
  }
  return {static_cast<std::size_t>(first - c.begin()), static_cast<std::size_t>(last - c.begin())};
}

std::optional<std::size_t> Axis::cell_at(double at) const {
  if (!std::isfinite(at)) return std::nullopt;
  const CoordinateValues& c = data().centres;
  // The neighbours of the nearest centre are the only candidates: bounds hold their centres.
  std::size_t near = 0;
  if (descending()) {
    near = static_cast<std::size_t>(std::lower_bound(c.begin(), c.end(), at, std::greater<>()) -
                                    c.begin());
  } else {
    near = static_cast<std::size_t>(std::lower_bound(c.begin(), c.end(), at) - c.begin());
  }
  std::optional<std::size_t> found;
  const std::size_t begin = near > 1 ? near - 2 : 0;
  const std::size_t end = std::min(near + 2, c.size());
  for (std::size_t i = begin; i < end; ++i) {
    const Interval cell = footprint(i);
    if (at < cell.low || at > cell.high) continue;
    // On a shared edge: the cell further along in ascending coordinate.
    if (!found || c[i] > c[*found]) found = i;
  }
  if (found) return found;
  const double stored = as_stored(data().type, at);
  for (std::size_t i = begin; i < end; ++i) {
    if (c[i] == stored) return i;  // a single sample without bounds has no footprint but itself
  }
  return std::nullopt;
}

bool Axis::spans_globe() const {
  if (!data().geographic_longitude || size() < 2) return false;
  const Interval all = extent();
  const double mean_cell =
      std::abs(centres().back() - centres().front()) / static_cast<double>(size() - 1);
  return all.high - all.low >= 360 - mean_cell / 2;
}

std::optional<std::size_t> Axis::cell_at_modular(double at) const {
  if (!std::isfinite(at)) return std::nullopt;
  if (!data().geographic_longitude) return cell_at(at);
  const Interval all = extent();
  // An axis that has meridians twice means each where it stands.
  if (has_meridians_twice(all)) {
    if (const auto cell = cell_at(at)) return cell;
  }
  const double base = moved_into(all, at);
  if (const auto cell = cell_at(base)) return cell;
  if (const auto cell = cell_at(base - 360)) return cell;  // rounding just below the west edge
  if (const auto cell = cell_at(base + 360)) return cell;
  if (!spans_globe()) return std::nullopt;
  // A sliver between the last cell and the first one of the next turn, from rounded coordinates.
  const std::size_t west = descending() ? size() - 1 : 0;
  const std::size_t east = descending() ? 0 : size() - 1;
  return base - all.high <= all.low + 360 - base ? east : west;
}

bool Axis::operator==(const Axis& other) const {
  if (is_copy_of(other)) return true;
  const AxisData& a = data();
  const AxisData& b = other.data();
  return a.label == b.label && a.dimension == b.dimension && a.role == b.role && a.uom == b.uom &&
         a.type == b.type && a.centres == b.centres && a.bounds == b.bounds &&
         a.instants == b.instants && a.periods == b.periods && a.names == b.names;
}

}  // namespace gyre::coverage
