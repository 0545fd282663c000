#include "coverage/model/instants.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace gyre::coverage {
namespace {

std::vector<std::int64_t> microseconds_of(std::span<const TimeInstant> instants) {
  std::vector<std::int64_t> all;
  all.reserve(instants.size());
  for (const TimeInstant& instant : instants) all.push_back(instant.microseconds());
  return all;
}

/// Differences are taken modulo 2^64: times stay within a fraction of what microseconds can count,
/// but nothing here depends on it.
std::uint64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b);
}

bool is_even(std::span<const std::int64_t> all) {
  for (std::size_t i = 2; i < all.size(); ++i) {
    if (difference(all[i], all[i - 1]) != difference(all[1], all[0])) return false;
  }
  return true;
}

}  // namespace

Instants::Instants(std::span<const TimeInstant> instants)
    : Instants(instants.empty() ? Calendar::Standard : instants.front().calendar(),
               microseconds_of(instants)) {}

Instants::Instants(Calendar calendar, std::span<const std::int64_t> microseconds)
    : calendar_(calendar), count_(microseconds.size()) {
  if (microseconds.empty()) return;
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto [least, most] = std::minmax_element(microseconds.begin(), microseconds.end());
  if (difference(*most, *least) > kMost) {  // so far apart that they are held as they are
    span_ = 1;
    wide_.assign(microseconds.begin(), microseconds.end());
    return;
  }
  if (is_even(microseconds)) {
    least_ = microseconds.front();
    span_ = microseconds.size() > 1 ? microseconds[1] - microseconds[0] : 0;
    return;
  }
  least_ = *least;
  for (const std::int64_t one : microseconds) span_ = std::gcd(span_, one - least_);
  const auto multiples = [&](auto& into) {
    into.reserve(microseconds.size());
    for (const std::int64_t one : microseconds) {
      into.push_back(
          static_cast<typename std::decay_t<decltype(into)>::value_type>((one - least_) / span_));
    }
  };
  if ((*most - least_) / span_ <= std::numeric_limits<std::uint32_t>::max()) {
    multiples(narrow_);
  } else {
    multiples(wide_);
  }
}

Periods::Periods(std::span<const TimePeriod> periods) {
  std::vector<TimeInstant> ends;
  ends.reserve(periods.size());
  for (const TimePeriod& period : periods) ends.push_back(period.first);
  first_ = Instants(ends);
  ends.clear();
  for (const TimePeriod& period : periods) ends.push_back(period.last);
  last_ = Instants(ends);
}

}  // namespace gyre::coverage
