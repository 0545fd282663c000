#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "coverage/cf/text.h"
#include "coverage/lint/checks.h"
#include "coverage/lint/time_steps.h"

namespace gyre::coverage::lint {
namespace {

void check_calendar(const Subject::AxisHere& here, Findings& findings) {
  const AxisData& data = here.axis->data();
  if (here.variable->attributes.has("calendar") || !data.time_units) return;
  const CivilTime reference = data.time_units->reference.civil();
  const bool old =
      data.time_units->reference < *TimeInstant::from_civil(Calendar::Standard, {1582, 10, 15});
  const bool beyond = std::any_of(data.instants.begin(), data.instants.end(), [](const auto& at) {
    return at.civil().year > 1582;  // before that both count days alike, but for the reference
  });
  if (!old || !beyond) return;  // standard and proleptic_gregorian are one
  findings.push_back(
      {Severity::Warning, here.variable->name,
       fmt::format("no calendar is told, and its times count from the year {}", reference.year),
       "By CF's default they are of the mixed calendar; clients that take the Gregorian one show "
       "dates two days off.",
       set_text(here.variable->name, "calendar", "standard")});
}

void check_unit(const Subject::AxisHere& here, Findings& findings) {
  const AxisData& data = here.axis->data();
  const std::string unit = cf::lower(data.uom.substr(0, data.uom.find(' ')));
  if (!unit.starts_with("month") && !unit.starts_with("year")) return;
  const bool day_drifts =
      std::any_of(data.instants.begin(), data.instants.end(), [&](const auto& at) {
        return at.civil().day != data.instants.front().civil().day ||
               at.civil().hour != data.instants.front().civil().hour;
      });
  if (!day_drifts) return;
  findings.push_back(
      {Severity::Warning,
       here.variable->name,
       fmt::format("it counts in {}s, which are lengths (30.4369 or 365.2422 days) and not those "
                   "of the calendar: {} .. {}",
                   unit.starts_with("month") ? "month" : "year", data.instants.front().iso8601(),
                   data.instants.back().iso8601()),
       "Users see odd days and hours, and find nothing at the first of a month.",
       {"write the times in days since a date", ""}});
}

std::int64_t shortest_step_us(const Instants& times) {
  std::int64_t shortest = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 1; i < times.size(); ++i) {
    shortest = std::min(shortest, std::abs(times[i].microseconds() - times[i - 1].microseconds()));
  }
  return shortest;
}

/// Are all steps whole multiples of one? Rounding makes some longer than others.
bool keep_their_step(const Instants& times, std::int64_t step_us) {
  if (times.size() < 3) return false;
  for (std::size_t i = 1; i < times.size(); ++i) {
    if ((times[i].microseconds() - times[i - 1].microseconds()) % step_us != 0) return false;
  }
  return true;
}

/// @return do the steps tell the times that are meant? Rounding may make them up.
bool check_precision(const Subject::AxisHere& here, Findings& findings) {
  const AxisData& data = here.axis->data();
  if (data.type != ElementType::Float32 || !data.time_units || data.centres.size() < 2) return true;
  const auto largest =
      static_cast<float>(std::max(std::abs(data.centres.front()), std::abs(data.centres.back())));
  const double one = std::nextafter(largest, std::numeric_limits<float>::max()) - largest;
  const double one_us = one * static_cast<double>(data.time_units->unit_us);
  const double off_s = one_us / 2 / 1e6;
  const std::int64_t step_us = shortest_step_us(data.instants);
  if (off_s < 1 || off_s < 1e-4 * static_cast<double>(step_us) / 1e6) return true;
  constexpr double kFew = 4;  // of what the type can tell: too few to see uneven steps
  const bool steps_tell = static_cast<double>(step_us) >= kFew * one_us;
  if (steps_tell && keep_their_step(data.instants, step_us)) return true;  // days and their halves
  findings.push_back(
      {Severity::Warning,
       here.variable->name,
       fmt::format("its times are stored in float32, and so rounded by up to {:.3g} seconds",
                   off_s),
       "Users see odd minutes and seconds, and do not find the times they ask for.",
       {"compute them anew in double, from the dates they stand for", ""}});
  return steps_tell;
}

void check_holes(const Subject::AxisHere& here, Findings& findings) {
  const Instants& times = here.axis->data().instants;
  if (times.front() > times.back()) return;
  const TimeSteps steps = steps_of(times);
  if (steps.holes.empty()) return;
  const TimeHole& first = steps.holes.front();
  findings.push_back(
      {Severity::Warning,
       here.variable->name,
       fmt::format("{} missing where there is one {}: {} after {}{}",
                   counted(steps.missing(), "time") + (steps.missing() == 1 ? " is" : " are"),
                   steps.spacing, counted(first.missing, "time"), times[first.after].iso8601(),
                   steps.holes.size() == 1
                       ? std::string()
                       : fmt::format(", and {} more", counted(steps.holes.size() - 1, "hole"))),
       "Animations jump, and a request for such a time finds another or none.",
       {"add the missing steps", ""}});
}

}  // namespace

/// Times that mislead: calendars, units, precision, holes.
void check_times(const Subject& subject, Findings& findings) {
  for (const Subject::AxisHere& here : subject.axes()) {
    if (!here.axis->is_time()) continue;
    check_calendar(here, findings);
    check_unit(here, findings);
    const bool steps_tell = check_precision(here, findings);
    if (steps_tell && here.axis->role() == AxisRole::Time) check_holes(here, findings);
  }
}

}  // namespace gyre::coverage::lint
