#pragma once

#include <string>
#include <vector>

#include "coverage/model/attribute.h"
#include "coverage/model/holding_schema.h"

namespace gyre::coverage::aggregation {

/// What somebody says of a holding instead of what it says itself, in the order it was said.
struct SchemaChange {
  enum class Kind : std::uint8_t {
    SetAttribute,     ///< `attribute`, of `variable` (empty: global)
    RenameAttribute,  ///< `old_name` becomes `name`
    RemoveAttribute,  ///< `name`
    RenameVariable,   ///< `old_name` becomes `variable`
    RemoveVariable    ///< `variable`
  } kind = Kind::SetAttribute;
  std::string variable;
  Attribute attribute = {};
  std::string name = {}, old_name = {};
  bool operator==(const SchemaChange&) const = default;
};
using SchemaChanges = std::vector<SchemaChange>;

/// Names of variables before and after: parallel to the schema's variables.
/// @returns for each variable of the changed schema its index before; `problems` gets what there
/// was nothing to do with
[[nodiscard]] std::vector<std::size_t> apply(const SchemaChanges& changes, HoldingSchema& schema,
                                             std::vector<std::string>& problems);

}  // namespace gyre::coverage::aggregation
