#include "services/wcs/asked_surface.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/vertical/surface.h"
#include "services/wcs/names.h"

namespace gyre::wcs {
namespace {

double surface_from(const coverage::DimensionSubset& subset,
                    const coverage::VerticalTransform& vertical) {
  const auto* slice = std::get_if<coverage::Slice>(&subset.extent);
  if (slice == nullptr) {
    throw coverage::Error(coverage::ErrorKind::InvalidPosition, subset.axis_label,
                          fmt::format("'{}' is computed from the levels, so it has no samples of "
                                      "its own: ask for one value of it, in {}.",
                                      vertical.standard_name, vertical.uom()));
  }
  std::string_view text = slice->at;
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    throw coverage::Error(
        coverage::ErrorKind::InvalidPosition, subset.axis_label,
        fmt::format("'{}' is no position on '{}': a number is expected, from {} to {} {}.",
                    slice->at.substr(0, 80), vertical.standard_name, vertical.extent->first,
                    vertical.extent->second, vertical.uom()));
  }
  return value;
}

}  // namespace

std::optional<std::string> surface_label(const coverage::Coverage& coverage) {
  if (!coverage::has_surfaces(coverage)) return std::nullopt;
  const std::string& name = coverage.vertical->standard_name;
  const std::vector<std::string> labels = axis_labels(coverage.domain_set);
  if (std::find(labels.begin(), labels.end(), name) != labels.end()) return std::nullopt;
  return name;
}

std::optional<double> surface_asked(const GetCoverage& request,
                                    const coverage::Coverage& coverage) {
  const auto label = surface_label(coverage);
  if (!label) return std::nullopt;
  for (const Subset& subset : request.subsets) {
    if (subset.dimension.axis_label != *label) continue;
    return surface_from(subset.dimension, *coverage.vertical);
  }
  return std::nullopt;
}

}  // namespace gyre::wcs
