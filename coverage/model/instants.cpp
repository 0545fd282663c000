#include "coverage/model/instants.h"

#include <vector>

namespace gyre::coverage {
namespace {

std::vector<std::int64_t> microseconds_of(std::span<const TimeInstant> instants) {
  std::vector<std::int64_t> all;
  all.reserve(instants.size());
  for (const TimeInstant& instant : instants) all.push_back(instant.microseconds());
  return all;
}

}  // namespace

Instants::Instants(std::span<const TimeInstant> instants)
    : Instants(instants.empty() ? Calendar::Standard : instants.front().calendar(),
               microseconds_of(instants)) {}

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
