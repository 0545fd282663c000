#pragma once

#include <map>
#include <string>
#include <vector>

#include "coverage/model/holding_schema.h"
#include "coverage/model/index_range.h"
#include "coverage/model/raw_block.h"

namespace gyre::coverage {

/// Variables of a description whose values are in memory, as coordinates are that a format has not
/// as variables.
class KeptVariables {
 public:
  /// Adds a coordinate of doubles to the schema. @pre as many values as its dimensions have cells,
  /// and the schema has the dimensions
  void add(HoldingSchema& schema, const std::string& name, std::vector<std::string> dimensions,
           const std::vector<double>& values, Attributes attributes);
  /// A scalar without a meaningful value, as grid mappings are.
  void add_container(HoldingSchema& schema, const std::string& name, Attributes attributes);

  [[nodiscard]] bool has(const std::string& name) const { return values_.contains(name); }
  /// @pre has(name); the box lies within it
  [[nodiscard]] RawBlock read(const std::string& name, const IndexBox& box) const;

 private:
  std::map<std::string, RawBlock> values_;
};

/// Text and number attributes, for short.
[[nodiscard]] Attribute told_text(std::string name, std::string value);
[[nodiscard]] Attribute told_number(std::string name, double value);

}  // namespace gyre::coverage
