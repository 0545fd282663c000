#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "coverage/lint/checks.h"

namespace gyre::coverage::lint {
namespace {

bool is_horizontal(const Axis& axis) {
  return axis.role() == AxisRole::X || axis.role() == AxisRole::Y;
}

/// Where in their cells the centres stand: 0 at the first edge as stored, 1 at the other; absent
/// unless all stand alike.
std::optional<double> place_in_cell(const Axis& axis) {
  const auto& bounds = axis.data().bounds;
  double least = 2, most = -1;
  for (std::size_t i = 0; i < axis.size(); ++i) {
    const double low = std::min(bounds[2 * i], bounds[2 * i + 1]);
    const double high = std::max(bounds[2 * i], bounds[2 * i + 1]);
    if (!(high > low)) return std::nullopt;
    const double at = (axis.centres()[i] - low) / (high - low);
    least = std::min(least, at);
    most = std::max(most, at);
  }
  if (most - least > 0.02) return std::nullopt;
  return (least + most) / 2;
}

std::string cell_text(const Axis& axis, std::size_t i) {
  return fmt::format("{} in {} .. {}", number_text(axis.centres()[i], axis.data().type),
                     number_text(axis.data().bounds[2 * i]),
                     number_text(axis.data().bounds[2 * i + 1]));
}

/// Cells that leave gaps between them, or overlap: the first, if any.
std::optional<std::size_t> first_gap(const Axis& axis) {
  const auto& bounds = axis.data().bounds;
  for (std::size_t i = 1; i < axis.size(); ++i) {
    const double a0 = std::min(bounds[2 * i - 2], bounds[2 * i - 1]);
    const double a1 = std::max(bounds[2 * i - 2], bounds[2 * i - 1]);
    const double b0 = std::min(bounds[2 * i], bounds[2 * i + 1]);
    const double b1 = std::max(bounds[2 * i], bounds[2 * i + 1]);
    const double slack = 0.02 * std::max(a1 - a0, b1 - b0);
    const double between = std::max(a0, b0) - std::min(a1, b1);
    if (std::abs(between) > slack) return i;
  }
  return std::nullopt;
}

void check_with_bounds(const Subject::AxisHere& here, Findings& findings) {
  const Axis& axis = *here.axis;
  if (!is_horizontal(axis)) return;  // levels and times may well stand at an end of their cells
  const auto place = axis.size() > 1 ? place_in_cell(axis) : std::nullopt;
  if (place && (*place < 0.01 || *place > 0.99)) {
    findings.push_back(
        {Severity::Error,
         here.variable->name,
         fmt::format("its values stand at an edge of their cells ({}), not in the middle: a shift "
                     "by half a cell",
                     cell_text(axis, 0)),
         "Maps drawn by cells and values found by positions lie half a cell apart.",
         {fmt::format("python3 -c \"import xarray as x; d=x.load_dataset('{{file}}'); "
                      "d['{0}']=d['{0}'].copy(data=d['{1}'].mean(d['{1}'].dims[-1])); "
                      "d.to_netcdf('{{file}}')\"   (when the bounds are right)",
                      here.variable->name, here.variable->attributes.text("bounds").value_or("")),
          fmt::format("attributes: {{{}: {{bounds: null}}}}   (when the values are right)",
                      here.variable->name)}});
  } else if (place && (*place < 0.4 || *place > 0.6) && axis.regular_step()) {
    findings.push_back(
        {Severity::Warning,
         here.variable->name,
         fmt::format("its values are not in the middle of their cells ({})", cell_text(axis, 0)),
         "Clients that know centres and steps alone (GDAL, WCS) put cells elsewhere "
         "than the bounds do.",
         {}});
  }
  if (const auto gap = first_gap(axis)) {
    findings.push_back({Severity::Warning,
                        here.variable->name,
                        fmt::format("its cells do not meet: {} beside {}",
                                    cell_text(axis, *gap - 1), cell_text(axis, *gap)),
                        "Between such cells there is nothing, or one of two: maps have seams.",
                        {}});
  }
}

void check_without_bounds(const Subject::AxisHere& here, Findings& findings) {
  const Axis& axis = *here.axis;
  if (!is_horizontal(axis) || axis.data().index_only || !axis.data().bounds.empty()) return;
  if (here.coverage->domain_set.geometry() != nullptr) return;
  if (here.variable->attributes.has("bounds")) return;  // told where they are read
  if (axis.size() == 1 && !axis.is_scalar()) {
    findings.push_back({Severity::Warning,
                        here.variable->name,
                        "it has one value and no bounds: nobody knows how large the cell is",
                        "Maps show a point or nothing; boxes find it only at its very position.",
                        {"add bounds (CF 7.1) with the two edges of the cell", ""}});
  }
}

}  // namespace

/// Bounds that disagree with the values they belong to, and such as are missing where nobody can
/// guess them.
void check_bounds(const Subject& subject, Findings& findings) {
  for (const Subject::AxisHere& here : subject.axes()) {
    if (here.axis->data().bounds.size() == 2 * here.axis->size()) {
      check_with_bounds(here, findings);
    } else {
      check_without_bounds(here, findings);
    }
  }
}

}  // namespace gyre::coverage::lint
