#include "coverage/model/coordinate_values.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

namespace gyre::coverage {
namespace {

constexpr double kExact = 9007199254740992;  // 2^53: doubles hold all whole numbers up to there

bool is_whole(double value) {
  return value == static_cast<double>(static_cast<std::int64_t>(value));
}

/// How many of the largest units 1, 1/2, 1/4 ... 1/1024 that all are multiples of make one;
/// nothing where there is none such, or the multiples are too large to be exact.
std::optional<double> units_in_one(const std::vector<double>& values) {
  constexpr double kMost = 1024;
  double units = 1, largest = 0;
  for (const double value : values) {
    largest = std::max(largest, std::abs(value));
    while (true) {
      if (!(std::abs(value) * units <= kExact)) return std::nullopt;  // or not finite
      if (is_whole(value * units)) break;
      units *= 2;
      if (units > kMost) return std::nullopt;
    }
  }
  if (largest * units > kExact) return std::nullopt;
  return units;
}

}  // namespace

CoordinateValues::CoordinateValues(std::vector<double> values) {
  const std::optional<double> units = units_in_one(values);
  if (!units) {
    plain_ = std::move(values);
    return;
  }
  std::vector<std::int64_t> numbers;
  numbers.reserve(values.size());
  for (const double value : values) numbers.push_back(static_cast<std::int64_t>(value * *units));
  whole_ = WholeNumbers(numbers);
  unit_ = 1 / *units;
}

}  // namespace gyre::coverage
