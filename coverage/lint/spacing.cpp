#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "coverage/lint/checks.h"

namespace gyre::coverage::lint {
namespace {

double median_step(const CoordinateValues& centres) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < centres.size(); ++i) steps.push_back(centres[i] - centres[i - 1]);
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

/// How far the centres are from even spacing between the first and the last, in steps.
double unevenness(const CoordinateValues& centres) {
  const double step = (centres.back() - centres.front()) / static_cast<double>(centres.size() - 1);
  double most = 0;
  for (std::size_t i = 0; i < centres.size(); ++i) {
    most = std::max(most, std::abs(centres[i] - centres.front() - step * static_cast<double>(i)));
  }
  return most / std::abs(step);
}

/// Were regular positions rounded to some decimals? Then all are whole there, and off by no more.
bool rounded(const CoordinateValues& centres, double step, double most_off) {
  double unit = 1;
  for (int decimals = 0; decimals <= 6; ++decimals, unit /= 10) {
    if (most_off > unit || unit > step / 2) continue;
    const bool all = std::all_of(centres.begin(), centres.end(), [&](double value) {
      const double count = value / unit;
      return std::abs(count - std::round(count)) <
             1e-3 + 1e-7 * std::abs(count);  // of single precision
    });
    if (all) return true;
  }
  return false;
}

std::string at(const Axis& axis, std::size_t i) {
  return number_text(axis.centres()[i], axis.data().type);
}

void check_one(const Subject::AxisHere& here, Findings& findings) {
  const Axis& axis = *here.axis;
  const bool horizontal = axis.role() == AxisRole::X || axis.role() == AxisRole::Y;
  constexpr std::size_t kFew = 4;
  if (!horizontal || axis.size() < kFew || axis.data().index_only || axis.regular_step()) return;
  if (here.coverage->domain_set.geometry() != nullptr) return;
  const auto& centres = axis.centres();
  const double uneven = unevenness(centres);
  constexpr double kNearly = 0.05;
  constexpr std::string_view kConsequence =
      "It is served as an irregular axis: no GeoTIFF, and GDAL and QGIS see no raster.";
  const double step = (centres.back() - centres.front()) / static_cast<double>(axis.size() - 1);
  // The rows of a Gaussian grid are off by a hundredth of a step, and by no mistake.
  constexpr double kNoise = 2e-3;
  if (uneven < kNoise ||
      (uneven < kNearly && rounded(centres, std::abs(step), uneven * std::abs(step)))) {
    findings.push_back(
        {Severity::Warning,
         here.variable->name,
         fmt::format("it is nearly regular, every {:.9g}, but off by up to {:.2g} of a step "
                     "(positions that were rounded or added up)",
                     step, uneven),
         std::string(kConsequence),
         {fmt::format("ncap2 -O -s '{0}=array({1:.15g},{2:.15g},${0})' {{file}} {{file}}",
                      here.variable->name, centres.front(), step),
          ""}});
    return;
  }
  if (uneven < kNearly) return;
  // A grid with a few wider gaps, rather than one whose steps differ by themselves (Gaussian).
  const double usual = median_step(centres);
  std::vector<std::size_t> jumps;
  double others = 0;
  for (std::size_t i = 1; i < centres.size(); ++i) {
    const double off = std::abs((centres[i] - centres[i - 1]) / usual - 1);
    if (off > 0.5) {
      jumps.push_back(i);
    } else {
      others = std::max(others, off);
    }
  }
  if (jumps.empty() || others > kNearly || jumps.size() * 10 > axis.size()) return;
  findings.push_back({Severity::Warning,
                      here.variable->name,
                      fmt::format("it is every {:.6g} but for {}: {} after {}", usual,
                                  counted(jumps.size(), "jump"), at(axis, jumps.front()),
                                  at(axis, jumps.front() - 1)),
                      std::string(kConsequence) + " Cells at the jump are drawn wide.",
                      {"fill the gap with missing values, or make two files of it", ""}});
}

}  // namespace

/// Horizontal axes that were meant to be regular.
void check_spacing(const Subject& subject, Findings& findings) {
  for (const Subject::AxisHere& here : subject.axes()) check_one(here, findings);
}

}  // namespace gyre::coverage::lint
