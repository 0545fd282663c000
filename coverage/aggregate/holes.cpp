#include "coverage/aggregate/holes.h"

#include <algorithm>
#include <unordered_map>

namespace gyre::coverage::aggregation {
namespace {

/// The distance that at least half have; 0: none.
std::int64_t usual(const std::vector<std::int64_t>& distances) {
  std::unordered_map<std::int64_t, std::size_t> counts;
  for (const std::int64_t distance : distances) ++counts[distance];
  std::int64_t best = 0;
  std::size_t most = 0;
  for (const auto& [distance, count] : counts) {
    if (count > most || (count == most && distance < best)) {
      best = distance;
      most = count;
    }
  }
  return 2 * most >= distances.size() ? best : 0;
}

std::vector<HoleInTime> beyond(const std::vector<std::int64_t>& distances, std::int64_t usual_one) {
  std::vector<HoleInTime> holes;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    // Half a step late is late; one and a half is a step that is not there.
    if (2 * distances[i] < 3 * usual_one) continue;
    const std::int64_t steps = (distances[i] + usual_one / 2) / usual_one - 1;
    if (steps > 0) holes.push_back({i, static_cast<std::size_t>(steps)});
  }
  return holes;
}

}  // namespace

std::vector<HoleInTime> find_holes(Calendar calendar, const std::vector<std::int64_t>& times) {
  constexpr std::int64_t kDay_us = 86'400'000'000;
  if (times.size() < 3) return {};
  std::vector<std::int64_t> distances;
  for (std::size_t i = 1; i < times.size(); ++i) distances.push_back(times[i] - times[i - 1]);
  if (*std::min_element(distances.begin(), distances.end()) >= 28 * kDay_us) {
    std::vector<std::int64_t> months;
    std::int64_t before = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
      const CivilTime civil = TimeInstant(calendar, times[i]).civil();
      const std::int64_t month = civil.year * 12 + civil.month;
      if (i > 0) months.push_back(month - before);
      before = month;
    }
    if (const std::int64_t usual_one = usual(months); usual_one > 0)
      return beyond(months, usual_one);
  }
  const std::int64_t usual_one = usual(distances);
  if (usual_one <= 0) return {};
  return beyond(distances, usual_one);
}

}  // namespace gyre::coverage::aggregation
