#include "coverage/cf/dimension_coordinate.h"

#include <algorithm>
#include <set>
#include <vector>

#include "coverage/cf/horizontal_crs.h"

namespace gyre::coverage::cf {
namespace {

bool names_differ(const VariableSchema& variable, AxisMaker& maker) {
  const std::vector<std::string>& names = maker.strings(variable);
  return std::set<std::string>(names.begin(), names.end()).size() == names.size();
}

/// Does the variable say what its positions are, without a doubt?
bool is_definite(const Holding& holding, const VariableSchema& field,
                 const VariableSchema& variable, const AxisKind& kind) {
  switch (kind.role) {
    case AxisRole::Other:
      return false;
    case AxisRole::X:
    case AxisRole::Y:
      return kind.horizontal != Horizontal::Unsaid ||
             grid_mapping_of(holding, field, &variable) != nullptr;
    case AxisRole::Time:
    case AxisRole::ReferenceTime:
      return AxisMaker::time_units_of(variable).has_value();
    default:
      return true;
  }
}

struct Candidate {
  const VariableSchema* variable;
  AxisKind kind;
};

/// The auxiliary coordinates along `dimension` that the field lists.
std::vector<Candidate> listed_candidates(const Holding& holding, const VariableSchema& field,
                                         const std::string& dimension) {
  std::vector<Candidate> found;
  for (const VariableSchema* variable : holding.listed(field, "coordinates")) {
    if (!is_along(*variable, dimension)) continue;
    const AxisKind kind = holding.kind_of(*variable, false);
    if (is_definite(holding, field, *variable, kind)) found.push_back({variable, kind});
  }
  return found;
}

/// Variables along `dimension` that nobody lists but whose attributes say longitude, latitude,
/// time or member.
std::vector<Candidate> unlisted_candidates(const Holding& holding, const VariableSchema& field,
                                           const std::string& dimension) {
  std::vector<Candidate> found;
  for (const VariableSchema& variable : holding.schema().variables) {
    if (&variable == &field || !is_along(variable, dimension)) continue;
    const AxisKind kind = holding.kind_of(variable, false);
    if (kind.role == AxisRole::Vertical || !is_definite(holding, field, variable, kind)) continue;
    found.push_back({&variable, kind});
  }
  return found;
}

/// Forecast periods under another name than the dimension's; what runs along it as well (valid
/// times of one run) says more.
const VariableSchema* periods_along(const Holding& holding, const VariableSchema& field,
                                    const std::string& dimension) {
  for (const VariableSchema& variable : holding.schema().variables) {
    if (&variable == &field || !is_along(variable, dimension)) continue;
    if (variable.attributes.text("standard_name") == "forecast_period") return &variable;
  }
  return nullptr;
}

bool has_role(const std::vector<Candidate>& candidates, AxisRole role) {
  return std::any_of(candidates.begin(), candidates.end(),
                     [&](const Candidate& candidate) { return candidate.kind.role == role; });
}

const Candidate& best_of(const std::vector<Candidate>& candidates, AxisMaker& maker) {
  for (const Candidate& candidate : candidates) {
    // Of several labels of the members, one that tells them apart.
    const bool text = candidate.variable->type == ElementType::String;
    if (!text || names_differ(*candidate.variable, maker)) return candidate;
  }
  return candidates.front();
}

}  // namespace

DimensionCoordinate coordinate_of(const Holding& holding, const VariableSchema& field,
                                  const std::string& dimension, AxisMaker& maker) {
  DimensionCoordinate found;
  found.variable = holding.coordinate_variable(field, dimension);
  if (found.variable == &field) found.variable = nullptr;
  if (found.variable != nullptr) {
    found.kind = holding.kind_of(*found.variable);
    if (is_definite(holding, field, *found.variable, found.kind)) return found;
  }
  std::vector<Candidate> candidates = listed_candidates(holding, field, dimension);
  if (candidates.empty()) {
    candidates = unlisted_candidates(holding, field, dimension);
    if (const VariableSchema* periods = periods_along(holding, field, dimension);
        candidates.empty() && found.variable == nullptr && periods != nullptr) {
      found.variable = periods;
      found.kind = holding.kind_of(*periods);
      return found;
    }
    found.both_horizontal = has_role(candidates, AxisRole::X) && has_role(candidates, AxisRole::Y);
    if (candidates.size() != 1) return found;  // not for us to choose
  }
  found.both_horizontal = has_role(candidates, AxisRole::X) && has_role(candidates, AxisRole::Y);
  if (found.both_horizontal) return found;
  const Candidate& best = best_of(candidates, maker);
  found.variable = best.variable;
  found.kind = best.kind;
  return found;
}

}  // namespace gyre::coverage::cf
