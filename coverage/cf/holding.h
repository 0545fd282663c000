#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/cf/axis_kind.h"
#include "coverage/model/holding_schema.h"

namespace gyre::coverage::cf {

/// For one thread. Finds variables as CF attributes name them: in the group of who names them, else
/// further up.
class Holding {
 public:
  explicit Holding(const HoldingSchema& schema);

  [[nodiscard]] const HoldingSchema& schema() const { return schema_; }
  /// The variable that `from` calls `name`; null when there is none.
  [[nodiscard]] const VariableSchema* named(const VariableSchema& from,
                                            std::string_view name) const;
  /// The variables a list attribute names ("coordinates", "ancillary_variables"), those there are.
  [[nodiscard]] std::vector<const VariableSchema*> listed(const VariableSchema& from,
                                                          std::string_view attribute) const;
  /// The variable called like `dimension` that has no other dimension (of text: the length of its
  /// words besides).
  [[nodiscard]] const VariableSchema* coordinate_variable(const VariableSchema& from,
                                                          const std::string& dimension) const;
  /// Is `name` there to describe others: bounds, coordinates, grid mappings, meshes, lists ...?
  [[nodiscard]] bool describes_others(const std::string& name) const {
    return describing_.count(name) > 0;
  }
  /// axis_kind_of a variable of this holding, found out once: fields ask it of every variable.
  [[nodiscard]] const AxisKind& kind_of(const VariableSchema& variable,
                                        bool name_counts = true) const;
  /// Does a formula_terms attribute name it?
  [[nodiscard]] bool is_formula_term(const std::string& name) const {
    return terms_.count(name) > 0;
  }

 private:
  void collect(const VariableSchema& variable);

  const HoldingSchema& schema_;
  std::map<std::string, const VariableSchema*, std::less<>> by_name_;
  std::set<std::string, std::less<>> describing_, terms_;
  /// By the place of the variable, by whether names count.
  mutable std::vector<std::array<std::optional<AxisKind>, 2>> kinds_;
};

/// Does `variable` vary along `dimension` and nothing else? Text may have a length of words too.
[[nodiscard]] bool is_along(const VariableSchema& variable, const std::string& dimension);
/// One value, with no dimension or with dimensions of size 1 (or a text's length).
[[nodiscard]] bool is_single(const VariableSchema& variable);

}  // namespace gyre::coverage::cf
