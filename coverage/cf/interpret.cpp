#include "coverage/cf/interpret.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/axis_kind.h"
#include "coverage/cf/coverage_groups.h"
#include "coverage/cf/field_axes.h"
#include "coverage/cf/forecast_runs.h"
#include "coverage/cf/formula_terms.h"
#include "coverage/cf/holding.h"
#include "coverage/cf/mesh.h"
#include "coverage/cf/packing.h"
#include "coverage/cf/text.h"

namespace gyre::coverage {
namespace {

bool is_coordinate_variable(const VariableSchema& variable) {
  return variable.dimensions.size() == 1 &&
         cf::last_part(variable.dimensions.front()) == cf::last_part(variable.name);
}

/// Longitudes, latitudes and times that no `coordinates` attribute lists, by their attributes.
bool is_unlisted_coordinate(const VariableSchema& variable) {
  const AxisKind kind = axis_kind_of(variable, false);
  if (kind.role == AxisRole::Time || kind.role == AxisRole::ReferenceTime) {
    return variable.dimensions.size() == 1;  // over x and y it is a field: the time of a maximum
  }
  return kind.horizontal == Horizontal::Globe || kind.horizontal == Horizontal::Rotated ||
         kind.horizontal == Horizontal::Projected;
}

/// "lat_bnds" beside "lat", though lat does not say so.
bool is_unlisted_bounds(const VariableSchema& variable) {
  const std::string name = cf::lower(variable.name);
  return variable.shape.size() >= 2 && variable.shape.back() <= 4 &&
         (name.ends_with("_bnds") || name.ends_with("_bounds") || name.ends_with("_bound"));
}

/// Could the variable be a field at all? What is not is passed over in silence.
bool may_be_field(const VariableSchema& variable) {
  return variable.type != ElementType::String && !variable.dimensions.empty() &&
         !is_coordinate_variable(variable) && !is_unlisted_coordinate(variable) &&
         !is_unlisted_bounds(variable) && !cf::is_connectivity(variable);
}

/// One coverage for each domain set: fields that agree on dimensions, scalar coordinates and grid
/// mapping, in file order.
class Grouping {
 public:
  Grouping(const cf::Holding& holding, cf::AxisMaker& maker) : holding_(holding), maker_(maker) {}

  void add(const VariableSchema& variable, cf::FieldAxes axes, std::vector<std::string>& warnings) {
    std::string key = axes.grid_mapping + "|" + axes.crs.hash();
    if (axes.geometry) key += "|" + axes.geometry->hash();
    for (const AxisData& axis : axes.axes) {
      key += fmt::format("|{}={}:{}", axis.dimension, axis.label, static_cast<int>(axis.role));
    }
    const auto known = index_.find(key);
    if (known != index_.end()) {
      Coverage& coverage = coverages_[known->second];
      coverage.fields.push_back(field_of(variable, warnings));
      // One of them may list the coordinate that tells of all their levels.
      if (!coverage.vertical) coverage.vertical = vertical_of(variable, coverage.domain_set);
      return;
    }
    std::vector<Axis> made;
    made.reserve(axes.axes.size());
    for (AxisData& data : axes.axes) made.push_back(maker_.geometries().axis(std::move(data)));
    DomainSet domain_set(std::move(made), axes.crs, axes.grid_mapping, axes.geometry);
    index_.emplace(key, coverages_.size());
    auto vertical = vertical_of(variable, domain_set);
    coverages_.push_back({"",
                          std::move(domain_set),
                          {field_of(variable, warnings)},
                          {},
                          vertical,
                          std::move(axes.forecasts)});
  }
  [[nodiscard]] std::vector<Coverage> take() { return std::move(coverages_); }

 private:
  [[nodiscard]] std::shared_ptr<const VerticalTransform> vertical_of(const VariableSchema& field,
                                                                     const DomainSet& domain_set) {
    return cf::vertical_transform_of(holding_, field, domain_set, maker_);
  }

  const cf::Holding& holding_;
  cf::AxisMaker& maker_;
  std::vector<Coverage> coverages_;
  std::map<std::string, std::size_t> index_;
};

/// Is it worth telling that `variable` is not served? Tables of a model's levels, counters of steps
/// and the like are not what anybody looks for.
bool is_worth_telling(const cf::Holding& holding, const VariableSchema& variable) {
  const Attributes& attributes = variable.attributes;
  if (attributes.has("coordinates") || attributes.has("mesh") || attributes.has("grid_mapping")) {
    return true;
  }
  if (holding.is_formula_term(variable.name)) return false;
  const bool many = variable.dimensions.size() > 1 && !cf::is_single(variable);
  return many || attributes.has("standard_name");
}

}  // namespace

Interpretation interpret(const HoldingSchema& schema, const CoordinateReader& reader) {
  Interpretation result;
  const cf::Holding holding(schema);
  cf::AxisMaker maker(holding, reader, result.warnings);
  Grouping groups(holding, maker);
  for (const VariableSchema& variable : schema.variables) {
    if (!may_be_field(variable) || cf::is_time_of_runs(holding, variable)) continue;
    // What describes others is no field; terms of a formula (surface pressure, orography) are both.
    if (holding.describes_others(variable.name) && !holding.is_formula_term(variable.name))
      continue;
    try {
      groups.add(variable, cf::axes_of_field(holding, variable, maker, result.warnings),
                 result.warnings);
    } catch (const Error& error) {
      if (is_worth_telling(holding, variable) && !holding.describes_others(variable.name)) {
        result.not_served.push_back({"", variable.name, error.what()});
      }
    }
  }
  result.coverages = groups.take();
  cf::order_and_name(result.coverages);
  // What the source left out may have been one.
  const bool told =
      std::any_of(schema.remarks.begin(), schema.remarks.end(),
                  [](const std::string& remark) { return remark.starts_with("variable "); });
  if (result.coverages.empty() && result.not_served.empty() && !told) {
    result.not_served.push_back({"", "", "it has no variable over horizontal axes"});
  }
  return result;
}

}  // namespace gyre::coverage
