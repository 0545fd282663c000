#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/instants.h"
#include "coverage/model/time_units.h"

namespace gyre::coverage {

/// One forecast of a collection of runs: indices along its two axes, and when it is valid.
struct Forecast {
  std::size_t run = 0, lead = 0;
  TimeInstant valid;
  bool operator==(const Forecast&) const = default;
};

/// What a coverage over forecast_reference_time and forecast_period knows of valid times, and the
/// four ways to see such a collection as one series (those of the THREDDS Forecast Model Run
/// Collection): the best forecasts, one run, a constant offset, a constant forecast date.
struct ForecastRuns {
  std::size_t run_axis = 0, lead_axis = 0;  ///< in the domain set
  std::string time_variable;      ///< of valid times, over runs and leads; empty: reference time +
                                  ///< period
  std::string uom;                ///< of valid times: "hours since 2026-01-01"
  TimeUnits units;                ///< the same, decoded
  Instants runs;                  ///< reference times, file order
  std::size_t leads = 0;          ///< length of the lead axis
  std::vector<double> positions;  ///< runs x leads valid times in `uom`; NaN: no such forecast
  std::vector<double> bounds = {};  ///< runs x leads x 2, in `uom`; empty: none
  /// What find_best() finds, once for all who ask; null until it is settled.
  std::shared_ptr<const std::vector<Forecast>> best = nullptr;

  [[nodiscard]] GYRE_API std::optional<Forecast> at(std::size_t run, std::size_t lead) const;

  /// Of every time that any run forecasts, the forecast of the latest run. Times increase.
  [[nodiscard]] GYRE_API std::vector<Forecast> find_best() const;
  /// Of one run. Times increase. @pre run < runs.size()
  [[nodiscard]] GYRE_API std::vector<Forecast> of_run(std::size_t run) const;
  /// Of every run, what it says for one lead. Times increase; of equal ones the latest run.
  [[nodiscard]] GYRE_API std::vector<Forecast> at_lead(std::size_t lead) const;
  /// What every run that reaches `valid` says of it, in the file's order of runs.
  [[nodiscard]] GYRE_API std::vector<Forecast> of_time(const TimeInstant& valid) const;
  /// The bounds of one forecast; absent when there are none.
  [[nodiscard]] GYRE_API std::optional<std::pair<double, double>> bounds_of(
      const Forecast& forecast) const;
};

}  // namespace gyre::coverage
