#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "coverage/cf/axis_kind.h"
#include "coverage/lint/checks.h"

namespace gyre::coverage::lint {
namespace {

/// Longitudes that go 179, -179: not monotonic, and so no axis.
void check_jump(const Subject& subject, const VariableSchema& variable, Findings& findings) {
  if (variable.dimensions.size() != 1) return;
  const AxisKind kind = axis_kind_of(variable, true);
  if (!kind.is_x() || kind.horizontal != Horizontal::Globe) return;
  const VariableSchema* const own =
      subject.holding().coordinate_variable(variable, variable.dimensions.front());
  if (own != &variable) return;  // of stations and meshes
  const std::vector<double> values = subject.numbers(variable);
  std::size_t jumps = 0, first = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (std::abs(values[i] - values[i - 1]) < 180) continue;
    ++jumps;
    first = i;
  }
  if (jumps != 1 || values.size() < 3) return;
  const bool up = values[first] < values[first - 1];
  findings.push_back(
      {Severity::Error,
       variable.name,
       fmt::format("its longitudes jump from {} to {} at index {}",
                   number_text(values[first - 1], variable.type),
                   number_text(values[first], variable.type), first),
       "Nothing on this grid is published, as the axis goes back.",
       {fmt::format("ncap2 -O -s 'where({0}{1}{2:.9g}) {0}={0}+360' {{file}} {{file}}",
                    variable.name, up ? "<" : "<=", up ? 0.0 : values[first - 1]),
        ""}});
}

void check_longitudes(const Subject::AxisHere& here, Findings& findings) {
  const Axis& axis = *here.axis;
  const auto& centres = axis.centres();
  if (axis.size() < 2) return;
  const auto [least, most] = std::minmax({centres.front(), centres.back()});
  if (least < -540 || most > 720) {
    findings.push_back({Severity::Warning,
                        here.variable->name,
                        fmt::format("its longitudes go from {} to {}", least, most),
                        "Many clients know no such longitudes and draw nothing.",
                        {"add or take away whole turns of 360", ""}});
  }
  const auto step = axis.regular_step();
  if (!step || axis.data().bounds.size() == 2 * axis.size()) return;
  const double turn = most - least;
  if (std::abs(turn - 360) < 1e-3 * std::abs(*step)) {
    findings.push_back({Severity::Hint,
                        here.variable->name,
                        fmt::format("the meridian {} is there twice, again as {}",
                                    number_text(centres.front(), axis.data().type),
                                    number_text(centres.back(), axis.data().type)),
                        "Means over an answer count it twice.",
                        {fmt::format("ncks -O -d {},0,{} {{file}} {{file}}", axis.data().dimension,
                                     axis.size() - 2),
                         ""}});
  }
}

/// Rows that stand at the southern (or northern) edges of the cells they mean: -90 .. 89 by 1.
void check_latitudes(const Subject::AxisHere& here, Findings& findings) {
  const Axis& axis = *here.axis;
  const auto step = axis.regular_step();
  if (!step || axis.size() < 8 || axis.data().bounds.size() == 2 * axis.size()) return;
  const double width = std::abs(*step) * static_cast<double>(axis.size());
  if (std::abs(width - 180) > 1e-3 * std::abs(*step)) return;
  const auto [least, most] = std::minmax({axis.centres().front(), axis.centres().back()});
  const double slack = 1e-3 * std::abs(*step);
  const bool south = std::abs(least + 90) < slack, north = std::abs(most - 90) < slack;
  if (south == north) return;
  findings.push_back(
      {Severity::Warning,
       here.variable->name,
       fmt::format("its {} rows by {:.6g} would fill the globe, but go from {} to {}: edges of "
                   "cells, it seems, in place of their centres",
                   axis.size(), std::abs(*step), number_text(least), number_text(most)),
       "If so, everything lies half a cell off.",
       {fmt::format("ncap2 -O -s '{0}={0}{1}{2:.9g}' {{file}} {{file}}   (and the same for "
                    "longitudes, if they are edges too)",
                    here.variable->name, south ? "+" : "-", std::abs(*step) / 2),
        ""}});
}

}  // namespace

/// Longitudes and latitudes as the globe has them.
void check_globe(const Subject& subject, Findings& findings) {
  for (const VariableSchema& variable : subject.schema().variables) {
    check_jump(subject, variable, findings);
  }
  for (const Subject::AxisHere& here : subject.axes()) {
    if (here.axis->data().geographic_longitude) check_longitudes(here, findings);
    if (here.axis->data().geographic_latitude) check_latitudes(here, findings);
  }
}

}  // namespace gyre::coverage::lint
