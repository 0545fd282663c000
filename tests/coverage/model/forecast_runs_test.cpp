#include "coverage/model/forecast_runs.h"

#include <limits>

#include <catch2/catch.hpp>

namespace gyre::coverage {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Runs at 24, 0 and 12 h (not in order); leads that each run counts for itself.
ForecastRuns make_runs() {
  ForecastRuns runs;
  runs.uom = "hours since 2000-01-01";
  runs.units = *parse_time_units(runs.uom, Calendar::Standard);
  std::vector<TimeInstant> times;
  for (const double at : {24.0, 0.0, 12.0}) times.push_back(runs.units.decode(at));
  runs.runs = Instants(times);
  runs.leads = 3;
  runs.positions = {24, 36, kNaN, 0, 12, 24, 12, 24, 36};
  return runs;
}

std::vector<std::pair<std::size_t, std::size_t>> pairs(const std::vector<Forecast>& forecasts) {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  for (const Forecast& one : forecasts) found.emplace_back(one.run, one.lead);
  return found;
}

using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

}  // namespace

TEST_CASE("the best forecast of a time is that of the latest run", "[forecast]") {
  CHECK(pairs(make_runs().find_best()) == Pairs{{1, 0}, {2, 0}, {0, 0}, {0, 1}});
}

TEST_CASE("a run has the forecasts it has", "[forecast]") {
  CHECK(pairs(make_runs().of_run(0)) == Pairs{{0, 0}, {0, 1}});
  CHECK(pairs(make_runs().of_run(1)) == Pairs{{1, 0}, {1, 1}, {1, 2}});
}

TEST_CASE("one lead of every run, in the order of time", "[forecast]") {
  CHECK(pairs(make_runs().at_lead(0)) == Pairs{{1, 0}, {2, 0}, {0, 0}});
  CHECK(pairs(make_runs().at_lead(2)) == Pairs{{1, 2}, {2, 2}});
  ForecastRuns same = make_runs();
  same.positions = {24, 36, kNaN, 24, 12, 24, 12, 24, 36};  // two runs say 24 at lead 0
  CHECK(pairs(same.at_lead(0)) == Pairs{{2, 0}, {0, 0}});
}

TEST_CASE("what every run says of one time, in the order of the file", "[forecast]") {
  const ForecastRuns runs = make_runs();
  CHECK(pairs(runs.of_time(runs.units.decode(24.0))) == Pairs{{0, 0}, {1, 2}, {2, 1}});
  CHECK(runs.of_time(runs.units.decode(25.0)).empty());
}

TEST_CASE("a forecast that does not exist has no time", "[forecast]") {
  CHECK_FALSE(make_runs().at(0, 2));
  CHECK(make_runs().at(0, 1)->valid.iso8601() == "2000-01-02T12:00:00Z");
}

}  // namespace gyre::coverage
