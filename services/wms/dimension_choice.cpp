#include "services/wms/dimension_choice.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "services/ows/exception.h"
#include "services/wms/iso_duration.h"
#include "services/wms/kvp_values.h"

namespace gyre::wms {
namespace {

using coverage::Axis;
using coverage::TimeInstant;
using coverage::TimePeriod;

constexpr std::size_t kShown = 80;

[[noreturn]] void invalid(const Dimension& dimension, std::string_view text,
                          const std::string& why) {
  throw ows::Exception(
      "InvalidDimensionValue", parameter_of(dimension), 400,
      parameter_of(dimension) + "=" + std::string(text.substr(0, kShown)) + " " + why);
}

std::string warning(const char* what, const Axis& axis, const Dimension& dimension,
                    std::size_t index) {
  const std::string& unit = dimension.unit_symbol.empty() ? dimension.units : dimension.unit_symbol;
  std::string text = std::string("99 ") + what + " value used: " + dimension.name + "=" +
                     value_text(axis, dimension, index) + (unit.empty() ? "" : " " + unit);
  // It becomes a header, and members' names come from files.
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

/// Where the steps of an axis lie, as one sort of number, so that time and other axes share the
/// rules: microseconds for time, published numbers for the others.
struct Steps {
  std::vector<double> at;                        ///< per step
  std::vector<std::pair<double, double>> cells;  ///< bounds per step; empty: none known
  std::vector<std::size_t> order;                ///< the steps by value, equal ones by index
};

std::vector<std::size_t> order_of(const std::vector<double>& at) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (!std::isnan(at[i])) order.push_back(i);
  }
  const auto less = [&](std::size_t a, std::size_t b) { return at[a] < at[b]; };
  if (!std::is_sorted(order.begin(), order.end(), less)) {
    std::stable_sort(order.begin(), order.end(), less);
  }
  return order;
}

/// Microseconds fit a double exactly up to the year 2255; beyond it they are off by less than the
/// millisecond that is published.
double number_of_instant(const TimeInstant& instant) {
  return static_cast<double>(instant.microseconds());
}

Steps steps_of(const Axis& axis, const Dimension& dimension) {
  Steps steps;
  if (dimension.kind == Dimension::Kind::Time) {
    for (const TimeInstant& instant : axis.data().instants) {
      steps.at.push_back(number_of_instant(instant));
    }
    for (const TimePeriod& period : axis.data().periods) {
      steps.cells.emplace_back(number_of_instant(period.first), number_of_instant(period.last));
    }
    steps.order = order_of(steps.at);
    return steps;
  }
  const auto& bounds = axis.data().bounds;
  for (std::size_t i = 0; i < axis.size(); ++i) {
    steps.at.push_back(axis.centres()[i] * dimension.factor);
    if (bounds.empty()) continue;
    const double a = bounds[2 * i] * dimension.factor, b = bounds[2 * i + 1] * dimension.factor;
    steps.cells.emplace_back(std::min(a, b), std::max(a, b));
  }
  steps.order = order_of(steps.at);
  return steps;
}

using Index = std::optional<std::size_t>;

/// The first (or last) step in [low, high]: the least (greatest) value, whatever the order.
Index inside(const Steps& steps, double low, double high, bool last) {
  const auto& order = steps.order;
  const auto below = [&](std::size_t step, double bound) { return steps.at[step] < bound; };
  const auto above = [&](double bound, std::size_t step) { return bound < steps.at[step]; };
  auto found = std::lower_bound(order.begin(), order.end(), low, below);
  if (last) {  // of equal ones the first all the same
    const auto end = std::upper_bound(found, order.end(), high, above);
    if (end != found) found = std::lower_bound(found, end, steps.at[*(end - 1)], below);
  }
  return found == order.end() || steps.at[*found] > high ? std::nullopt : Index(*found);
}

/// Every step in [low, high] by value; of those, the first from each bound on that `next` gives.
std::vector<std::size_t> all_inside(const Steps& steps, double low, double high,
                                    const std::function<double(double from, double at)>& next) {
  std::vector<std::size_t> found;
  for (auto step =
           std::lower_bound(steps.order.begin(), steps.order.end(), low,
                            [&](std::size_t one, double bound) { return steps.at[one] < bound; });
       step != steps.order.end() && steps.at[*step] <= high; ++step) {
    found.push_back(*step);
  }
  if (!next || found.empty()) return found;
  const double from = std::isfinite(low) ? low : steps.at[found.front()];
  double bound = from;
  std::erase_if(found, [&](std::size_t i) {
    if (steps.at[i] < bound) return true;
    bound = next(from, steps.at[i]);
    return false;
  });
  return found;
}

/// The last step whose bounds overlap [low, high].
Index holding(const Steps& steps, double low, double high) {
  Index best;
  for (std::size_t i = 0; i < steps.cells.size(); ++i) {
    if (steps.cells[i].second < low || steps.cells[i].first > high) continue;
    if (!best || steps.at[i] > steps.at[*best]) best = i;
  }
  return best;
}

/// @pre there are steps
std::size_t closest(const Steps& steps, double at) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < steps.at.size(); ++i) {
    if (std::abs(steps.at[i] - at) < std::abs(steps.at[best] - at)) best = i;
  }
  return best;
}

/// The nearest step, if it is no further away than half the way to its neighbour on that side (at
/// the ends: on the other).
Index nearest(const Steps& steps, double at) {
  if (steps.at.size() < 2) return std::nullopt;
  const std::size_t best = closest(steps, at);
  double local = std::numeric_limits<double>::infinity();
  double other = local;
  for (const std::size_t k : {best - 1, best + 1}) {  // best - 1 wraps round at 0: out of range
    if (k >= steps.at.size()) continue;
    const double gap = steps.at[k] - steps.at[best];
    ((gap > 0) == (at > steps.at[best]) ? local : other) = std::abs(gap);
  }
  if (!std::isfinite(local)) local = other;
  return std::abs(steps.at[best] - at) <= local / 2 ? Index(best) : std::nullopt;
}

struct Found {
  Index step;
  bool as_asked = false;  ///< no warning needed
};

/// An instant or a truncated date, or a number with its rounding: [low, high].
Found find_value(const Steps& steps, double low, double high) {
  if (const Index step = inside(steps, low, high, false)) return {step, true};
  if (const Index step = holding(steps, low, high)) return {step, false};
  return {nearest(steps, (low + high) / 2), false};
}

Found find_range(const Steps& steps, double low, double high) {
  if (const Index step = inside(steps, low, high, true)) return {step, true};
  if (const Index step = holding(steps, low, high)) return {step, false};
  return {nearest(steps, high), false};
}

// ---- time ------------------------------------------------------------------------------------

/// Quotes off, upper case, and a '+' that a URL made a blank put back.
std::string plain_date(std::string_view text) {
  std::string plain = trimmed(text);
  if (plain.size() >= 2 && (plain.front() == '"' || plain.front() == '\'') &&
      plain.back() == plain.front()) {
    plain = plain.substr(1, plain.size() - 2);
  }
  for (char& c : plain) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const std::size_t t = plain.find('T');
  if (const std::size_t blank = plain.find(' ');
      t != std::string::npos && blank != std::string::npos && blank > t) {
    plain[blank] = '+';
  }
  return plain;
}

bool is_current(const std::string& plain) {
  return plain == "CURRENT" || plain == "PRESENT" || plain == "NOW" || plain == "LATEST";
}

class TimeChoice {
 public:
  TimeChoice(const Axis& axis, const Dimension& dimension, std::int64_t now_us)
      : axis_(axis),
        dimension_(dimension),
        now_us_(now_us),
        calendar_(axis.data().instants.front().calendar()),
        steps_(steps_of(axis, dimension)) {}

  [[nodiscard]] Found find(const std::string& item) const {
    const std::string plain = plain_date(item);
    if (is_current(plain)) return {default_index(axis_, dimension_, now_us_), true};
    if (plain.find('/') != std::string::npos) {
      const auto [low, high] = range(plain);
      return find_range(steps_, low, high);
    }
    const TimePeriod period = date(plain);
    return find_value(steps_, begin_of(period), end_of(period));
  }

  /// The steps inside of a range.
  [[nodiscard]] std::vector<std::size_t> all(const std::string& item) const {
    const std::string plain = plain_date(item);
    const auto [low, high] = range(plain);
    const std::string rest = plain.substr(plain.find('/') + 1);
    const auto slash = rest.find('/');
    const auto period =
        slash == std::string::npos ? std::nullopt : parse_duration(trimmed(rest.substr(slash + 1)));
    if (!period || (period->months <= 0 && period->microseconds <= 0)) {
      return all_inside(steps_, low, high, {});
    }
    std::int64_t turns = 0;
    return all_inside(steps_, low, high, [&, turns](double from, double at) mutable {
      if (period->months == 0) {
        const auto length = static_cast<double>(period->microseconds);
        return from + (std::floor((at - from) / length) + 1) * length;
      }
      const TimeInstant start(calendar_, static_cast<std::int64_t>(from));
      double bound = from;
      while (bound <= at) bound = number_of_instant(moved(start, *period, ++turns));
      return bound;
    });
  }

 private:
  /// Published to the millisecond, so a full date is as wide as that.
  static double slack_of(const TimePeriod& period) { return period.first == period.last ? 500 : 0; }
  static double begin_of(const TimePeriod& period) {
    return number_of_instant(period.first) - slack_of(period);
  }
  static double end_of(const TimePeriod& period) {
    return number_of_instant(period.last) + slack_of(period);
  }

  [[nodiscard]] TimePeriod date(const std::string& text) const {
    if (is_current(text)) {
      const TimeInstant now(calendar_, now_in(calendar_, now_us_));
      return {now, now};
    }
    const auto period = coverage::parse_iso8601(plain_date(text), calendar_);
    if (!period) {
      invalid(dimension_, text,
              "is no date of the " + std::string(coverage::name_of(calendar_)) +
                  " calendar (ISO 8601, as 2024-01-31T12:00:00Z)");
    }
    return *period;
  }

  /// low/high, low/high/period, low/duration, duration/high; an empty bound is open.
  [[nodiscard]] std::pair<double, double> range(const std::string& text) const {
    const std::size_t slash = text.find('/');
    const std::string from = trimmed(text.substr(0, slash));
    std::string to = trimmed(text.substr(slash + 1));
    to = trimmed(to.substr(0, to.find('/')));
    constexpr double kEver = std::numeric_limits<double>::infinity();
    if (const auto duration = parse_duration(to)) {
      const TimePeriod start = date(from);
      return {begin_of(start), number_of_instant(moved(start.first, *duration, 1))};
    }
    if (const auto duration = parse_duration(from)) {
      const TimePeriod end = date(to);
      return {number_of_instant(moved(end.last, *duration, -1)), end_of(end)};
    }
    const double low = from.empty() ? -kEver : begin_of(date(from));
    const double high = to.empty() ? kEver : end_of(date(to));
    if (low > high) invalid(dimension_, text, "ends before it begins");
    return {low, high};
  }

  const Axis& axis_;
  const Dimension& dimension_;
  std::int64_t now_us_;
  coverage::Calendar calendar_;
  Steps steps_;
};

// ---- numbers and names -----------------------------------------------------------------------

double number(const Dimension& dimension, std::string_view text) {
  std::string plain = trimmed(text);
  std::erase(plain, '"');
  if (plain.starts_with('+')) plain.erase(0, 1);
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc() || end != plain.data() + plain.size() || !std::isfinite(value)) {
    invalid(dimension, text, "is no number");
  }
  return value;
}

/// The step that a number names, as the axis stores it; else as wide as the rounding of the stored
/// type, for clients that compute: steps may lie closer than that.
std::pair<double, double> rounding(const Axis& axis, const Steps& steps, double value) {
  const bool single = axis.data().type == coverage::ElementType::Float32;
  const double width = std::abs(value) * (single ? 1.2e-7 : 4e-15);
  for (const std::size_t step : all_inside(steps, value - width, value + width, {})) {
    const double at = steps.at[step];
    if (single ? static_cast<float>(at) == static_cast<float>(value) : at == value) return {at, at};
  }
  return {value - width, value + width};
}

/// low/high or low/high/resolution; either bound may be left open.
struct NumberRange {
  double low, high;
  std::optional<double> resolution;
};
NumberRange number_range(const Axis& axis, const Dimension& dimension, const Steps& steps,
                         const std::string& item) {
  const std::size_t slash = item.find('/');
  const std::string rest = item.substr(slash + 1);
  const std::size_t second = rest.find('/');
  constexpr double kEver = std::numeric_limits<double>::infinity();
  const auto bound = [&](const std::string& text, double open) {
    return trimmed(text).empty() ? open : number(dimension, text);
  };
  NumberRange range{bound(item.substr(0, slash), -kEver), bound(rest.substr(0, second), kEver), {}};
  // Depths are often written from the surface down.
  if (range.low > range.high) std::swap(range.low, range.high);
  if (std::isfinite(range.low)) range.low = rounding(axis, steps, range.low).first;
  if (std::isfinite(range.high)) range.high = rounding(axis, steps, range.high).second;
  if (second != std::string::npos) {
    const double resolution = bound(rest.substr(second + 1), 0);
    if (resolution > 0) range.resolution = resolution;
  }
  return range;
}

/// The steps inside of a range of numbers; of the opposite sign where only that matches.
std::vector<std::size_t> all_numbers(const Axis& axis, const Dimension& dimension,
                                     const Steps& steps, const std::string& item) {
  const NumberRange range = number_range(axis, dimension, steps, item);
  const auto next = [&](double from, double at) {
    return from + (std::floor((at - from) / *range.resolution) + 1) * *range.resolution;
  };
  std::function<double(double, double)> thin;
  if (range.resolution) thin = next;
  auto found = all_inside(steps, range.low, range.high, thin);
  if (found.empty()) found = all_inside(steps, -range.high, -range.low, thin);
  return found;
}

Found find_number(const Axis& axis, const Dimension& dimension, const Steps& steps,
                  const std::string& item) {
  if (item.find('/') != std::string::npos) {
    const auto [low, high, resolution] = number_range(axis, dimension, steps, item);
    const Found found = find_range(steps, low, high);
    return found.step ? found : find_range(steps, -high, -low);
  }
  const double value = number(dimension, item);
  for (const double sign : {1.0, -1.0}) {
    const auto [low, high] = rounding(axis, steps, sign * value);
    if (inside(steps, low, high, false)) return {closest(steps, sign * value), true};
  }
  for (const double sign : {1.0, -1.0}) {
    const Found found = find_value(steps, sign * value, sign * value);
    if (found.step) return found;
  }
  return {};
}

Found find_name(const Axis& axis, const std::string& item) {
  const auto& names = axis.data().names;
  const auto found = std::find(names.begin(), names.end(), item);
  if (found == names.end()) return {};
  return {static_cast<std::size_t>(found - names.begin()), true};
}

/// Finds the steps of one dimension, whose places are worked out once.
class Finder {
 public:
  Finder(const Axis& axis, const Dimension& dimension, std::int64_t now_us)
      : axis_(axis), dimension_(dimension) {
    if (dimension.kind == Dimension::Kind::Time) time_.emplace(axis, dimension, now_us);
    if (dimension.kind == Dimension::Kind::Number) steps_ = steps_of(axis, dimension);
  }

  [[nodiscard]] Found find(const std::string& item) const {
    const Found found = find_any(item);
    return found.as_asked || takes_nearest(axis_, dimension_) ? found : Found{};
  }
  /// All steps of a range; none where no step lies inside, and of names, which have no ranges.
  [[nodiscard]] std::vector<std::size_t> all_of_range(const std::string& item) const {
    if (item.find('/') == std::string::npos) return {};
    if (time_) return time_->all(item);
    if (dimension_.kind == Dimension::Kind::Name) return {};
    return all_numbers(axis_, dimension_, steps_, item);
  }

 private:
  [[nodiscard]] Found find_any(const std::string& item) const {
    if (time_) return time_->find(item);
    if (dimension_.kind == Dimension::Kind::Name) return find_name(axis_, item);
    return find_number(axis_, dimension_, steps_, item);
  }

  const Axis& axis_;
  const Dimension& dimension_;
  std::optional<TimeChoice> time_;
  Steps steps_;  ///< of numbers
};

}  // namespace

std::optional<std::string> value_of(const DimensionValues& values, const std::string& name) {
  const auto found = values.find(name);
  if (found == values.end() || trimmed(found->second).empty()) return std::nullopt;
  return trimmed(found->second);
}

std::string parameter_of(const Dimension& dimension) {
  std::string name = dimension.name;
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name == "TIME" || name == "ELEVATION" ? name : "DIM_" + name;
}

namespace {

constexpr std::size_t kMostItems = 1000;

/// Calls use(finder, item, found) for the items of what was asked for, each of which has a step. A
/// name may hold commas; then it is asked for alone.
template <typename Use>
void each_item(const Axis& axis, const Dimension& dimension, const std::string& text,
               std::int64_t now_us, Use&& use) {
  const Finder finder(axis, dimension, now_us);
  if (dimension.kind == Dimension::Kind::Name) {
    if (const Found found = find_name(axis, trimmed(text)); found.step) {
      return use(finder, std::string(), found);
    }
  }
  const std::vector<std::string> items = split_list(text);
  if (items.size() > kMostItems) invalid(dimension, text, "lists more than 1,000 values");
  for (const std::string& item : items) {
    const Found found = finder.find(item);
    if (!found.step) {
      invalid(dimension, item,
              "is not within the " + std::to_string(axis.size()) + " values from " +
                  value_text(axis, dimension, 0) + " to " +
                  value_text(axis, dimension, axis.size() - 1) +
                  "; the capabilities document lists them");
    }
    use(finder, item, found);
  }
}

std::string warning_of(const Found& found, const Axis& axis, const Dimension& dimension) {
  return found.as_asked ? std::string() : warning("Nearest", axis, dimension, *found.step);
}

}  // namespace

Chosen choose(const Axis& axis, const Dimension& dimension, const std::optional<std::string>& text,
              std::int64_t now_us) {
  if (!text || trimmed(*text).empty()) {
    const std::size_t index = default_index(axis, dimension, now_us);
    return {index, warning("Default", axis, dimension, index)};
  }
  Found last;
  each_item(axis, dimension, *text, now_us,
            [&](const Finder&, const std::string&, const Found& found) { last = found; });
  return {*last.step, warning_of(last, axis, dimension)};
}

void refuse_samples(const Dimension& dimension, std::size_t samples, const StepsLimit& limit) {
  const std::string parameter = parameter_of(dimension);
  throw ows::Exception("InvalidDimensionValue", parameter, 400,
                       fmt::format("{} asks for {} samples or more, and {} at most are given; "
                                   "narrow the range, or give it a resolution (low/high/step)",
                                   parameter, samples, limit.samples));
}

ChosenSteps choose_all(const Axis& axis, const Dimension& dimension,
                       const std::optional<std::string>& text, std::int64_t now_us,
                       const StepsLimit& limit) {
  if (!text || trimmed(*text).empty()) {
    const Chosen one = choose(axis, dimension, text, now_us);
    return {{one.index}, one.warning};
  }
  ChosenSteps all;
  std::vector<bool> marked(axis.size());
  std::size_t count = 0;
  const auto mark = [&](std::size_t step) {
    count += marked[step] ? 0 : 1;
    marked[step] = true;
  };
  each_item(axis, dimension, *text, now_us,
            [&](const Finder& finder, const std::string& item, const Found& found) {
              limit.abort.check();
              const std::vector<std::size_t> inside = finder.all_of_range(item);
              for (const std::size_t step : inside) mark(step);
              if (inside.empty()) {
                mark(*found.step);
                if (all.warning.empty()) all.warning = warning_of(found, axis, dimension);
              }
              if (count > limit.samples) refuse_samples(dimension, count, limit);
            });
  for (std::size_t step = 0; step < marked.size(); ++step) {
    if (marked[step]) all.indices.push_back(step);
  }
  return all;
}

}  // namespace gyre::wms
