#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/model/crs.h"
#include "coverage/subset/foreign_crs.h"
#include "coverage/subset/plane_rule.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {
namespace {

/// The rules name the axis; a client is told its own word for it.
template <typename Rule>
auto in_words_of(const std::string& label, Rule&& rule) {
  try {
    return rule();
  } catch (const Error& error) {
    throw Error(error.kind(), label, error.what());
  }
}

std::vector<std::size_t> fields_named(const Coverage& coverage,
                                      const std::vector<std::string>& names) {
  std::vector<std::size_t> fields;
  if (names.empty()) {
    for (std::size_t i = 0; i < coverage.fields.size(); ++i) fields.push_back(i);
  }
  for (const std::string& name : names) {
    const std::size_t field = coverage.field_named(name);
    if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
  }
  return fields;
}

void resolve_in_crs(const DomainSet& domain_set, const Crs& crs, const ForeignSubsets& subsets,
                    std::vector<AxisSelection>& axes) {
  const auto label_of = [&](const std::string& axis) {
    const std::string& x_label = domain_set.axes()[domain_set.x()].label();
    if (axis == x_label && subsets.x) return subsets.x->axis_label;
    if (axis != x_label && subsets.y) return subsets.y->axis_label;
    return subsets.x ? subsets.x->axis_label : subsets.y->axis_label;
  };
  try {
    std::tie(axes[domain_set.x()], axes[domain_set.y()]) = select_in_crs(domain_set, crs, subsets);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::CrsNotSupported) throw;
    throw Error(error.kind(), label_of(error.subject()), error.what());
  }
}

}  // namespace

std::size_t ResolvedQuery::stored_bytes() const {
  std::size_t bytes_per_cell = 0;
  for (const std::size_t k : fields) bytes_per_cell += size_of(coverage->fields[k].storage);
  return cells() * bytes_per_cell;
}

ResolvedQuery resolve(std::shared_ptr<const Dataset> dataset, const Coverage& coverage,
                      const std::vector<DimensionSubset>& subsets,
                      const std::vector<std::string>& field_names,
                      const std::optional<Crs>& subsetting_crs) {
  const DomainSet& domain_set = coverage.domain_set;
  ResolvedQuery query;
  query.format = dataset ? dataset->native_format : std::string();
  query.dataset = std::move(dataset);
  query.coverage = &coverage;
  query.fields = fields_named(coverage, field_names);

  const bool foreign =
      subsetting_crs && !transform_between(*subsetting_crs, domain_set.crs()).identity();
  ForeignSubsets in_crs;
  std::vector<std::optional<AxisSelection>> chosen(domain_set.axes().size());
  std::vector<bool> named(domain_set.axes().size(), false);
  PlaneSubsets on_plane;
  for (const DimensionSubset& subset : subsets) {
    if (const auto role = domain_set.coordinate_named(subset.axis_label)) {
      auto& coordinate = *role == AxisRole::X ? on_plane.longitude : on_plane.latitude;
      if (coordinate) {
        throw Error(ErrorKind::DuplicateAxis, subset.axis_label,
                    fmt::format("'{}' is subset more than once.", subset.axis_label));
      }
      coordinate = subset;
      continue;
    }
    const std::size_t i = domain_set.axis_named(subset.axis_label);
    const Axis& axis = domain_set.axes()[i];
    if (named[i]) {
      throw Error(ErrorKind::DuplicateAxis, subset.axis_label,
                  fmt::format("Axis '{}' is subset more than once.", axis.label()));
    }
    named[i] = true;
    if (foreign && (i == domain_set.x() || i == domain_set.y())) {
      (i == domain_set.x() ? in_crs.x : in_crs.y) = subset;
      continue;
    }
    chosen[i] = in_words_of(subset.axis_label, [&] {
      const auto* trim = std::get_if<Trim>(&subset.extent);
      return trim != nullptr ? trim_axis(axis, *trim)
                             : slice_axis(axis, std::get<Slice>(subset.extent));
    });
  }
  if (on_plane.longitude || on_plane.latitude) {
    const DimensionSubset& one = on_plane.longitude ? *on_plane.longitude : *on_plane.latitude;
    for (const std::size_t i : {domain_set.x(), domain_set.y()}) {
      if (!named[i]) continue;
      throw Error(ErrorKind::DuplicateAxis, one.axis_label,
                  fmt::format("'{}' and '{}' cannot both be subset: they are the same cells.",
                              one.axis_label, domain_set.axes()[i].label()));
    }
    PlaneSelection selection = select_on_plane(domain_set, on_plane);
    chosen[domain_set.x()] = std::move(selection.x);
    query.mesh_faces = std::move(selection.faces);
    if (domain_set.y() != domain_set.x()) chosen[domain_set.y()] = std::move(selection.y);
  }
  for (std::size_t i = 0; i < chosen.size(); ++i)
    query.axes.push_back(chosen[i] ? std::move(*chosen[i]) : whole_axis(domain_set.axes()[i]));
  if (in_crs.x || in_crs.y) resolve_in_crs(domain_set, *subsetting_crs, in_crs, query.axes);
  return query;
}

}  // namespace gyre::coverage
