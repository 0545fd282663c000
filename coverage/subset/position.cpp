#include "coverage/subset/position.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace gyre::coverage {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string number_text(const Axis& axis, double value) {
  if (axis.data().type == ElementType::Float32) return fmt::format("{}", static_cast<float>(value));
  return fmt::format("{}", value);
}

}  // namespace

std::optional<double> number_in(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

double number_on(const Axis& axis, std::string_view text) {
  if (const auto number = number_in(text)) return *number;
  // Axes that count time without being one (members labelled by lag): dates are numbers there.
  if (const auto units = parse_time_units(axis.uom(), Calendar::Standard)) {
    if (const auto period = parse_iso8601(text, Calendar::Standard))
      return units->encode(period->first);
  }
  refuse(ErrorKind::InvalidPosition, axis,
         fmt::format("'{}' is no position on axis '{}': a number is expected, {}.", text,
                     axis.label(), extent_text(axis)));
}

bool is_open(const std::optional<std::string>& bound) { return !bound || trimmed(*bound) == "*"; }

std::string position_text(const Axis& axis, std::size_t index) {
  if (!axis.data().names.empty()) return axis.data().names[index];
  if (axis.is_time()) return axis.data().instants[index].iso8601();
  return number_text(axis, axis.centres()[index]);
}

std::string extent_text(const Axis& axis) {
  constexpr std::size_t kNamed = 12;
  if (!axis.data().names.empty()) {
    std::string list;
    for (std::size_t i = 0; i < std::min(axis.size(), kNamed); ++i)
      list += (i > 0 ? ", " : "one of ") + axis.data().names[i];
    return axis.size() > kNamed ? list + fmt::format(" … ({} in all)", axis.size()) : list;
  }
  if (axis.is_time()) {
    const std::size_t first = axis.descending() ? axis.size() - 1 : 0;
    const std::size_t last = axis.descending() ? 0 : axis.size() - 1;
    return fmt::format("from {} to {}", position_text(axis, first), position_text(axis, last));
  }
  const Axis::Interval all = axis.extent();
  std::string text =
      fmt::format("from {} to {}", number_text(axis, all.low), number_text(axis, all.high));
  return axis.uom().empty() ? text : text + " " + axis.uom();
}

void refuse(ErrorKind kind, const Axis& axis, const std::string& message) {
  throw Error(kind, axis.label(), message);
}

AxisSelection one_run(IndexRange range, double shift) {
  AxisSelection selection;
  selection.runs.push_back({range, shift});
  return selection;
}

AxisSelection one_sample(std::size_t index, double shift) {
  return one_run({index, index + 1}, shift);
}

AxisSelection runs_of(const std::vector<std::size_t>& samples) {
  AxisSelection selection;
  for (const std::size_t sample : samples) {
    if (!selection.runs.empty() && selection.runs.back().range.end == sample) {
      ++selection.runs.back().range.end;
    } else {
      selection.runs.push_back({{sample, sample + 1}, 0});
    }
  }
  return selection;
}

}  // namespace gyre::coverage
