#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/grid_mapping.h"
#include "coverage/lint/checks.h"
#include "coverage/model/crs.h"

namespace gyre::coverage::lint {
namespace {

constexpr std::array kTexts{"crs_wkt",      "spatial_ref", "proj4",     "proj4text",
                            "proj4_params", "proj_params", "epsg_code", "epsg"};

/// How far the parameters and the text of a container put the middle of the grid apart, in units
/// of x and y; absent: one of them says nothing.
std::optional<double> apart(const Coverage& coverage, const Attributes& container) {
  try {
    const std::string units = coverage.domain_set.axes()[coverage.domain_set.x()].uom();
    const auto told = crs_from_texts(container, units);
    Attributes parameters = container;
    for (const char* const text : kTexts) parameters.remove(text);
    if (!told || !parameters.text("grid_mapping_name")) return std::nullopt;
    const Crs crs = crs_from_grid_mapping(parameters, units);
    if (crs.is_geographic() || told->is_geographic()) {
      if (crs.is_geographic() != told->is_geographic()) return 1e9;
      return std::nullopt;
    }
    const Envelope box = coverage.domain_set.envelope();
    std::array<double, 2> x{box.min_x, box.max_x}, y{box.min_y, box.max_y};
    const auto before_x = x, before_y = y;
    transform_between(crs, *told).forward(x, y);
    double far = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!std::isfinite(x[i]) || !std::isfinite(y[i])) return std::nullopt;
      far = std::max(far, std::hypot(x[i] - before_x[i], y[i] - before_y[i]));
    }
    return far;
  } catch (const Error&) {
    return std::nullopt;  // told where it is read
  }
}

}  // namespace

/// Containers whose parameters and text (crs_wkt) say different things.
void check_grid_mappings(const Subject& subject, Findings& findings) {
  std::set<std::string> seen;
  for (const Coverage& coverage : subject.meaning().coverages) {
    if (coverage.domain_set.geometry() != nullptr) continue;
    const std::string& name = coverage.domain_set.grid_mapping_variable();
    const VariableSchema* const container = subject.schema().find(name);
    if (container == nullptr || !seen.insert(name).second) continue;
    const auto far = apart(coverage, container->attributes);
    if (!far) continue;
    const Axis& x = coverage.domain_set.axes()[coverage.domain_set.x()];
    const double step = x.regular_step() ? std::abs(*x.regular_step()) : 1;
    if (*far < 0.1 * step) continue;
    findings.push_back(
        {Severity::Warning, name,
         *far >= 1e9 ? std::string("its parameters and its text (crs_wkt) are not even of one kind")
                     : fmt::format("its parameters and its text (crs_wkt) put the grid {:.3g} {} "
                                   "apart ({:.2g} cells)",
                                   *far, x.uom(), *far / step),
         "Clients that read the text (GDAL, QGIS) draw it elsewhere than those that read the "
         "parameters, as here.",
         remove_attribute(name, container->attributes.has("crs_wkt") ? "crs_wkt" : "spatial_ref")});
  }
}

}  // namespace gyre::coverage::lint
