#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/holding_schema.h"

namespace gyre::coverage {

/// What somebody says of a holding's metadata in place of what it says itself: the operator's
/// configuration, or a description file beside the data. Values are never touched.
struct SchemaOverlay {
  /// One attribute said anew, or taken away.
  struct Change {
    std::string name;
    std::optional<Attribute::Value> value;  ///< absent: the attribute is removed
    /// Of the attribute. Absent: the one that CF wants of it there (numbers that stand for stored
    /// values have the variable's type).
    std::optional<ElementType> type = {};
    /// NaN is equal to NaN here: two configurations are the same when they say the same.
    GYRE_API bool operator==(const Change& other) const;
  };
  struct Variable {
    std::vector<Change> attributes;
    std::string published_as;  ///< its name from now on; empty: its own
    std::string where = {};    ///< it is said, for messages: "gyre.yaml:12"; may be empty
    bool operator==(const Variable& other) const {
      return attributes == other.attributes && published_as == other.published_as;
    }
  };
  std::vector<Change> attributes;             ///< global ones
  std::map<std::string, Variable> variables;  ///< by full name in the holding; one that it does not
                                              ///< have is made: a container of attributes alone

  [[nodiscard]] bool empty() const { return attributes.empty() && variables.empty(); }
  bool operator==(const SchemaOverlay&) const = default;
};

/// What became of an overlay on one holding.
struct Overlaid {
  HoldingSchema schema;
  std::map<std::string, std::string> original;  ///< published name -> name in the holding
  std::vector<std::string> made;                ///< variables that the holding does not have
  std::vector<std::string> warnings;            ///< what could not be done, in words for operators
};

/// `schema` with the overlay's changes, so that everything made of it follows them. References to
/// renamed variables in other variables' attributes follow as well. A change that cannot be made
/// (a fill value that the variable's type cannot hold, a name that is taken) is left out with a
/// warning, the others are made. A pure function.
[[nodiscard]] GYRE_API Overlaid overlaid(HoldingSchema schema, const SchemaOverlay& overlay);

/// All that it says, as a text: equal when overlays are.
[[nodiscard]] GYRE_API std::string as_text(const SchemaOverlay& overlay);

/// Must the value of an attribute of this name be text, however it is written ("units: 1")?
[[nodiscard]] GYRE_API bool is_text_attribute(std::string_view name);
/// Must it be numbers, in the type of the variable's values (_FillValue, valid_range ...)?
[[nodiscard]] GYRE_API bool is_stored_value_attribute(std::string_view name);

}  // namespace gyre::coverage
