#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "coverage/model/instants.h"

namespace gyre::coverage::lint {

/// Times that the spacing of the others says there should be.
struct TimeHole {
  std::size_t after = 0;    ///< index of the last time before it
  std::size_t missing = 0;  ///< how many
};

/// The spacing of ascending times and its holes. Months and years count as the calendar has them.
struct TimeSteps {
  std::string spacing;  ///< "every 6 hours", "every month"; empty: no spacing that most have
  std::vector<TimeHole> holes;
  [[nodiscard]] std::size_t missing() const;
};
/// @pre `times` ascend strictly
[[nodiscard]] TimeSteps steps_of(const Instants& times);

}  // namespace gyre::coverage::lint
