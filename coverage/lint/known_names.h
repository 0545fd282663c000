#pragma once

#include <limits>
#include <optional>
#include <string_view>

namespace gyre::coverage::lint {

/// A standard_name of CF that files in the field have often.
struct KnownName {
  std::string_view name, units;  ///< canonical units (CF standard name table)
  /// Between which real values lie, in these units: wide, so that what is outside is wrong.
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

[[nodiscard]] const KnownName* known_name(std::string_view standard_name);
/// The known name that was meant: other case, blanks for underscores, one or two letters wrong.
[[nodiscard]] const KnownName* meant_name(std::string_view standard_name);

}  // namespace gyre::coverage::lint
