#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "coverage/aggregate/value_form.h"
#include "coverage/model/holding_schema.h"

namespace gyre::coverage::aggregation {

/// A variable as the holdings declare it.
struct SeenVariable {
  std::string name;
  std::vector<VariableSchema> shapes;  ///< an example of each that cannot be joined with the others
  std::vector<ValueForm> forms;        ///< each that there is, of whatever shape
  bool attributes_differ = false;      ///< those that neither forbid joining nor are of the form
};

/// Holdings of one structure.
struct StructureClass {
  struct Has {
    std::uint32_t variable, shape, form;
    bool operator==(const Has&) const = default;
  };
  std::vector<Has> variables;        ///< in the holding's order
  std::vector<std::uint32_t> sizes;  ///< of the joined dimensions; 0: it has none of that name
  std::size_t members = 0;
};

/// Sorts structures into classes. Most holdings of an archive share one: then a comparison of
/// pointers is all there is to do; else variables are compared with those of the one before.
class Structures {
 public:
  /// @param joined names of dimensions that may have any size
  /// @param inherits of bounds, the times whose units are theirs
  Structures(std::vector<std::string> joined, std::map<std::string, std::string> inherits,
             bool strict_attributes);

  /// @returns the index of its class
  std::uint32_t add(const std::shared_ptr<const HoldingSchema>& structure);

  [[nodiscard]] const std::vector<StructureClass>& classes() const { return classes_; }
  [[nodiscard]] const std::vector<SeenVariable>& variables() const { return variables_; }

 private:
  StructureClass::Has seen(const VariableSchema& variable);
  /// The spelling of these units that was seen first ("degC" of "Celsius").
  [[nodiscard]] const std::string& spelling_of(const std::string& units);
  /// As `before`, of which `variable` differs in nothing but the units of its times.
  StructureClass::Has seen_in_units(const VariableSchema& variable, StructureClass::Has before);
  [[nodiscard]] bool is_joined(const std::string& dimension) const;

  std::vector<std::string> joined_;
  std::map<std::string, std::string> inherits_;
  bool strict_;
  std::vector<StructureClass> classes_;
  std::vector<SeenVariable> variables_;
  std::unordered_map<std::string, std::uint32_t> by_name_, by_shape_, by_form_, by_units_,
      by_class_;
  std::unordered_map<std::string, std::string> spellings_;
  std::vector<std::vector<std::uint32_t>> bases_;  ///< of each form, the one it is in other units
  std::vector<std::string> rests_;  ///< of each variable, its other attributes as bytes
  std::shared_ptr<const HoldingSchema> last_;
  std::uint32_t last_class_ = 0;
};

/// What makes `mine` another variable than `theirs`, as the rest of a sentence about it.
[[nodiscard]] std::string difference(const VariableSchema& mine, const VariableSchema& theirs,
                                     const std::vector<std::string>& joined);

}  // namespace gyre::coverage::aggregation
