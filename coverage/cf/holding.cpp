#include "coverage/cf/holding.h"

#include <algorithm>

#include "coverage/cf/text.h"

namespace gyre::coverage::cf {
namespace {

/// Words of "crs: x y crs2: lat lon" or "area: areacello" alike, colons dropped.
std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> found = words(text);
  for (std::string& word : found) {
    while (!word.empty() && word.back() == ':') word.pop_back();
  }
  std::erase_if(found, [](const std::string& word) { return word.empty(); });
  return found;
}

}  // namespace

Holding::Holding(const HoldingSchema& schema) : schema_(schema), kinds_(schema.variables.size()) {
  for (const VariableSchema& variable : schema.variables)
    by_name_.emplace(variable.name, &variable);
  for (const VariableSchema& variable : schema.variables) collect(variable);
}

void Holding::collect(const VariableSchema& variable) {
  // Whatever these attributes name describes the variable that has them. formula_terms,
  // cell_measures and ancillary_variables are left out: on x and y they are fields as well.
  for (const char* attribute :
       {"bounds", "climatology", "coordinates", "grid_mapping", "mesh", "node_coordinates",
        "face_coordinates", "edge_coordinates", "nodes", "geometry", "face_node_connectivity",
        "edge_node_connectivity", "face_edge_connectivity", "face_face_connectivity",
        "edge_face_connectivity", "boundary_node_connectivity"}) {
    for (const std::string& name : names_in(variable.attributes.text(attribute).value_or(""))) {
      if (const VariableSchema* named_one = named(variable, name)) {
        describing_.insert(named_one->name);
      }
    }
  }
  for (const std::string& name : words(variable.attributes.text("formula_terms").value_or(""))) {
    if (name.ends_with(':')) continue;
    if (const VariableSchema* term = named(variable, name)) terms_.insert(term->name);
  }
  for (const char* attribute : {"cf_role", "compress", "grid_mapping_name"}) {
    if (variable.attributes.has(attribute)) describing_.insert(variable.name);
  }
}

const AxisKind& Holding::kind_of(const VariableSchema& variable, bool name_counts) const {
  auto& kind = kinds_.at(static_cast<std::size_t>(&variable - schema_.variables.data()))
                   .at(name_counts ? 1 : 0);
  if (!kind) kind = axis_kind_of(variable, name_counts);
  return *kind;
}

const VariableSchema* Holding::named(const VariableSchema& from, std::string_view name) const {
  if (name.starts_with('/')) name.remove_prefix(1);
  std::string group = from.name;
  while (true) {
    const auto slash = group.rfind('/');
    group.resize(slash == std::string::npos ? 0 : slash);
    const auto found =
        by_name_.find(group.empty() ? std::string(name) : group + "/" + std::string(name));
    if (found != by_name_.end()) return found->second;
    if (group.empty()) return nullptr;
  }
}

std::vector<const VariableSchema*> Holding::listed(const VariableSchema& from,
                                                   std::string_view attribute) const {
  std::vector<const VariableSchema*> found;
  for (const std::string& name : names_in(from.attributes.text(attribute).value_or(""))) {
    const VariableSchema* variable = named(from, name);
    if (variable != nullptr && std::find(found.begin(), found.end(), variable) == found.end()) {
      found.push_back(variable);
    }
  }
  return found;
}

const VariableSchema* Holding::coordinate_variable(const VariableSchema& from,
                                                   const std::string& dimension) const {
  for (const std::string& name : {dimension, last_part(dimension)}) {
    const VariableSchema* variable = named(from, name);
    if (variable != nullptr && is_along(*variable, dimension)) return variable;
  }
  return nullptr;
}

bool is_along(const VariableSchema& variable, const std::string& dimension) {
  if (variable.dimensions.empty() || variable.dimensions.front() != dimension) return false;
  return variable.dimensions.size() == 1 ||
         (variable.type == ElementType::String && variable.dimensions.size() == 2);
}

bool is_single(const VariableSchema& variable) {
  if (variable.type == ElementType::String) return variable.dimensions.size() <= 1;
  return std::all_of(variable.shape.begin(), variable.shape.end(),
                     [](std::size_t extent) { return extent == 1; });
}

}  // namespace gyre::coverage::cf
