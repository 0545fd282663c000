#include "coverage/model/coordinate_values.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include <catch2/catch.hpp>

#include "coverage/model/axis.h"

using namespace gyre::coverage;

namespace {

/// To the last bit.
bool same(const CoordinateValues& held, const std::vector<double>& values) {
  if (held.size() != values.size()) return false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double got = held[i];
    if (std::memcmp(&got, &values[i], sizeof got) != 0) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("coordinate values are what they were made of, in as little memory as they allow",
          "[model]") {
  constexpr double k53 = 9007199254740992, kNaN = std::numeric_limits<double>::quiet_NaN(),
                   kInfinity = std::numeric_limits<double>::infinity();
  struct Row {
    const char* why;
    std::vector<double> values;
    std::size_t bytes;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"none", {}, 0},
      {"one", {-17.25}, 0},
      {"whole degrees", {-180, -179, -178, -177}, 0},
      {"quarters, descending", {90, 89.75, 89.5, 89.25}, 0},
      {"tenths", {0.1, 0.2, 0.3}, 24},
      {"tenths of single precision", {0.1F, 0.2F, 0.3F}, 24},
      {"uneven hours", {0, 3, 6, 7, 100}, 20},
      {"middles of days of uneven months", {15.5, 45, 74.5, 105}, 16},
      {"the unit of the last one is finer", {1, 5, 6.5, 7.0009765625}, 16},
      {"and too fine", {1, 5, 6.5, 7.00048828125}, 32},
      {"as large as is exact", {-k53, 0, 1, k53}, 32},
      {"larger", {0, 1, 3 * k53}, 24},
      {"large, and halves", {0.5, 3, k53}, 24},
      {"large first, then halves", {k53, 3, 0.5}, 24},
      {"as large as can be", {0, 1, std::numeric_limits<double>::max()}, 24},
      {"as small as can be", {0, 1, std::numeric_limits<double>::denorm_min()}, 24},
      {"no number", {0, kNaN, 7}, 24},
      {"without end", {0, 1, kInfinity}, 24},
  }));
  CAPTURE(row.why);
  const CoordinateValues held(row.values);
  CHECK(same(held, row.values));
  CHECK(held.bytes() == row.bytes);
  CHECK(held.empty() == row.values.empty());
  if (row.values.empty()) return;
  CHECK(same(std::vector<double>(held.begin(), held.end()), row.values));
  std::vector<double> others = row.values;
  others.back() = 8;
  CHECK(held != CoordinateValues(others));
  if (!std::isnan(row.values[row.values.size() / 2])) CHECK(held == CoordinateValues(row.values));
}

TEST_CASE("coordinate values of any kind are held as they are", "[model][property]") {
  std::mt19937_64 random(6);
  for (int round = 0; round < 2000; ++round) {
    const int exponent = static_cast<int>(random() % 120) - 60;
    const auto bits = 1 + random() % 53;
    std::vector<double> values(1 + random() % 20);
    for (double& value : values) {
      const auto mantissa =
          static_cast<double>(static_cast<std::int64_t>(random() >> 11) - (std::int64_t{1} << 52));
      value = std::ldexp(std::trunc(std::ldexp(mantissa, static_cast<int>(bits) - 53)), exponent) +
              0.0;  // no -0
    }
    CAPTURE(exponent, bits, values.size());
    REQUIRE(same(values, values));
  }
}

TEST_CASE("coordinate values are read as a vector is", "[model]") {
  const CoordinateValues values{10, 20, 50, 90.5};
  CHECK(std::lower_bound(values.begin(), values.end(), 30) - values.begin() == 2);
  CHECK(std::upper_bound(values.begin(), values.end(), 90.5) == values.end());
  CHECK(std::count_if(values.begin(), values.end(), [](double v) { return v > 15; }) == 3);
  CHECK(values.front() == 10);
  CHECK(values.back() == 90.5);
  CHECK_FALSE(std::signbit(CoordinateValues{-1, -0.0, 5}[1]));
}

TEST_CASE("a time axis holds its steps once", "[model][axis]") {
  AxisData data;
  data.label = data.dimension = "time";
  data.role = AxisRole::Time;
  data.uom = "minutes since 2000-01-01";
  data.time_units = parse_time_units(data.uom, Calendar::Standard);
  data.centres = {0, 7, 30, 31};
  std::vector<TimeInstant> instants;
  for (const double centre : data.centres) instants.push_back(data.time_units->decode(centre));
  data.instants = Instants(instants);
  const Axis axis(data);
  CHECK(axis.centres().whole().shares_with(axis.data().instants.microseconds()));
  CHECK(axis.centres() == CoordinateValues{0, 7, 30, 31});
  CHECK(axis.data().instants == data.instants);
  CHECK(axis.data() == data);

  instants.back() = data.time_units->decode(32.0);  // of other steps: each its own
  data.instants = Instants(instants);
  const Axis other(data);
  CHECK_FALSE(other.centres().whole().shares_with(other.data().instants.microseconds()));
  CHECK(other.centres().back() == 31);
  CHECK(other.data().instants.back() == instants.back());
}
