#include "services/wms/computed_dimension.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "coverage/vertical/surface.h"
#include "services/ows/exception.h"
#include "services/wms/dimension_choice.h"
#include "services/wms/kvp_values.h"

namespace gyre::wms {
namespace {

constexpr std::size_t kShown = 80;

[[noreturn]] void invalid(const std::string& parameter, const std::string& text,
                          const std::string& why) {
  throw ows::Exception("InvalidDimensionValue", parameter, 400,
                       parameter + "=" + text.substr(0, kShown) + " " + why);
}

}  // namespace

std::optional<ComputedDimension> computed_dimension_of(const coverage::Coverage& coverage) {
  if (!coverage::has_surfaces(coverage)) return std::nullopt;
  const coverage::VerticalTransform& vertical = *coverage.vertical;
  for (const Dimension& dimension : dimensions_of(coverage.domain_set)) {
    const coverage::Axis& axis = coverage.domain_set.axes()[dimension.axis];
    if (dimension.name == vertical.standard_name ||
        plain_name(axis.label()) == vertical.standard_name) {
      return std::nullopt;
    }
  }
  return ComputedDimension{vertical.standard_name, vertical.uom(), vertical.extent->first,
                           vertical.extent->second};
}

std::string parameter_of(const ComputedDimension& dimension) {
  std::string name = dimension.name;
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return "DIM_" + name;
}

std::optional<double> asked_of(const ComputedDimension& dimension,
                               const coverage::Coverage& coverage, const DimensionValues& values) {
  const auto text = value_of(values, dimension.name);
  if (!text) return std::nullopt;
  const std::string parameter = parameter_of(dimension);
  for (const Dimension& other : dimensions_of(coverage.domain_set)) {
    if (other.axis != coverage.vertical->axis) continue;
    const coverage::Axis& axis = coverage.domain_set.axes()[other.axis];
    for (const std::string& name : {other.name, plain_name(axis.label())}) {
      if (!value_of(values, name)) continue;
      invalid(parameter, *text, "and " + parameter_of(other) + " exclude each other");
    }
  }
  std::string plain = *text;
  std::erase(plain, '"');
  if (plain.starts_with('+')) plain.erase(0, 1);
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc() || end != plain.data() + plain.size() || !std::isfinite(value)) {
    invalid(parameter, *text, "is not one number; give one, in " + dimension.units);
  }
  return value;
}

std::string extent_text(const ComputedDimension& dimension) {
  return fmt::format("{}/{}/0", dimension.low, dimension.high);
}

}  // namespace gyre::wms
