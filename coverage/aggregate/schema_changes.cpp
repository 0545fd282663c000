#include "coverage/aggregate/schema_changes.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace gyre::coverage::aggregation {

std::vector<std::size_t> apply(const SchemaChanges& changes, HoldingSchema& schema,
                               std::vector<std::string>& problems) {
  using Kind = SchemaChange::Kind;
  std::vector<std::size_t> before(schema.variables.size());
  std::iota(before.begin(), before.end(), std::size_t{0});
  const auto index_of = [&](const std::string& name) {
    const auto found = std::find_if(schema.variables.begin(), schema.variables.end(),
                                    [&](const auto& one) { return one.name == name; });
    return found == schema.variables.end()
               ? std::optional<std::size_t>()
               : std::optional(static_cast<std::size_t>(found - schema.variables.begin()));
  };
  for (const SchemaChange& change : changes) {
    const std::string& named =
        change.kind == Kind::RenameVariable ? change.old_name : change.variable;
    Attributes* attributes = &schema.attributes;
    std::optional<std::size_t> at;
    if (!named.empty()) {
      at = index_of(named);
      if (!at) {
        problems.push_back(fmt::format("there is no variable '{}' to change", named));
        continue;
      }
      attributes = &schema.variables[*at].attributes;
    }
    switch (change.kind) {
      case Kind::SetAttribute:
        attributes->set(change.attribute);
        break;
      case Kind::RenameAttribute:
      case Kind::RemoveAttribute: {
        const bool renames = change.kind == Kind::RenameAttribute;
        const std::string& name = renames ? change.old_name : change.name;
        const Attribute* const found = attributes->find(name);
        if (found == nullptr) {
          problems.push_back(fmt::format("there is no attribute '{}{}{}' to change", named,
                                         named.empty() ? "" : ":", name));
          break;
        }
        Attribute copy = *found;
        attributes->remove(name);
        copy.name = change.name;
        if (renames) attributes->set(std::move(copy));
        break;
      }
      case Kind::RenameVariable:
        if (index_of(change.variable)) {
          problems.push_back(fmt::format("there is a variable '{}' already", change.variable));
        } else {
          schema.variables[*at].name = change.variable;
        }
        break;
      case Kind::RemoveVariable:
        schema.variables.erase(schema.variables.begin() + static_cast<std::ptrdiff_t>(*at));
        before.erase(before.begin() + static_cast<std::ptrdiff_t>(*at));
        break;
    }
  }
  return before;
}

}  // namespace gyre::coverage::aggregation
