#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace gyre::coverage {

/// What became of the holdings that one dataset is joined of, in words for operators. Paths are
/// below the data root.
struct AggregateReport {
  /// A holding, or a variable of it, that is not like the others.
  struct Quarantined {
    std::string path, variable, reason;
    bool operator==(const Quarantined&) const = default;
  };
  /// Steps of `hidden` that `by` has as well, and is asked for.
  struct Duplicate {
    std::string hidden, by;
    std::size_t steps = 0;
    std::string first, last;  ///< where: "2024-01-31T00:00:00Z"
    bool operator==(const Duplicate&) const = default;
  };
  /// Steps that the spacing of the others says there should be, and that no holding has.
  struct Hole {
    std::string dimension, after, before;
    std::size_t steps = 0;
    bool operator==(const Hole&) const = default;
  };
  struct Joined {
    std::string dimension, first, last;
    std::size_t size = 0;
    bool operator==(const Joined&) const = default;
  };
  std::size_t members = 0;     ///< whose values are used
  std::string first, last;     ///< of them, by path
  std::vector<Joined> joined;  ///< outermost first
  std::vector<Quarantined> quarantined;
  std::vector<Duplicate> duplicates;
  std::vector<Hole> holes;
  std::vector<std::string> warnings;
  bool operator==(const AggregateReport&) const = default;
};

}  // namespace gyre::coverage
