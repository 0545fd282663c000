#include <algorithm>
#include <cmath>

#include "coverage/cf/coordinate_axis.h"

namespace gyre::coverage::cf {
namespace {

/// Bounds may have units of their own (CF says they should not): into those of the coordinate.
void set_periods(Bounds& bounds, const AxisData& axis, const VariableSchema& variable) {
  TimeUnits units = *axis.time_units;
  const auto own = AxisMaker::time_units_of(variable);
  const bool other_units = own && variable.attributes.text("units").value_or("") != axis.uom &&
                           own->reference.calendar() == units.reference.calendar();
  if (other_units) units = *own;
  std::vector<TimePeriod> periods;
  periods.reserve(axis.centres.size());
  for (std::size_t i = 0; i < axis.centres.size(); ++i) {
    double& a = bounds.values[2 * i];
    double& b = bounds.values[2 * i + 1];
    if (!AxisMaker::is_in_range(units, a) || !AxisMaker::is_in_range(units, b)) {
      bounds.problem = "have times out of all range";
      return;
    }
    const TimeInstant first = units.decode(std::min(a, b));
    const TimeInstant last = units.decode(std::max(a, b));
    if (axis.instants[i] < first || axis.instants[i] > last) {
      bounds.problem = "do not hold their times";
      return;
    }
    periods.push_back({first, last});
    if (other_units) {
      a = axis.time_units->encode(units.decode(a));
      b = axis.time_units->encode(units.decode(b));
    }
  }
  bounds.periods = Periods(periods);
}

/// Longitudes of bounds may be a turn away from their centre's: 0.5 between 359 and 361.
void turn_to_centre(double centre, double& a, double& b) {
  const double turns = std::round((centre - (a + b) / 2) / 360);
  a += 360 * turns;
  b += 360 * turns;
}

void check_numbers(Bounds& bounds, const AxisData& axis) {
  bool all_points = true;
  for (std::size_t i = 0; i < axis.centres.size(); ++i) {
    double& a = bounds.values[2 * i];
    double& b = bounds.values[2 * i + 1];
    const double centre = axis.centres[i];
    if (axis.geographic_longitude) turn_to_centre(centre, a, b);
    // Centres in single precision may stand just outside of double bounds.
    const double slack = std::max(1e-6 * std::abs(b - a), 1e-6 * std::abs(centre));
    if (centre < std::min(a, b) - slack || centre > std::max(a, b) + slack) {
      bounds.problem = "do not hold their centres";
      return;
    }
    if (a != b) all_points = false;
  }
  if (all_points) bounds.problem = "are points";
}

}  // namespace

Bounds usable_bounds(const AxisData& axis, const VariableSchema& variable,
                     std::vector<double> raw) {
  Bounds bounds;
  bounds.values = std::move(raw);
  if (bounds.values.size() != 2 * axis.centres.size() || variable.shape.empty() ||
      variable.shape.back() != 2) {
    bounds.problem = "have another shape than two for each value";
    return bounds;
  }
  const bool finite = std::all_of(bounds.values.begin(), bounds.values.end(),
                                  [](double value) { return std::isfinite(value); });
  if (!finite) {
    bounds.problem = "have missing values";
  } else if (axis.time_units) {
    set_periods(bounds, axis, variable);
  } else {
    check_numbers(bounds, axis);
  }
  return bounds;
}

}  // namespace gyre::coverage::cf
