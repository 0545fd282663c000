#pragma once

#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "rendering/style.h"

namespace gyre::rendering {

/// A labelled value along a colour bar.
struct Tick {
  double value = 0;
  double place = 0;  ///< 0 at the low end of the range, 1 at the high end
  std::string text;
  bool operator==(const Tick&) const = default;
};

/// Round values within the style's range, at most `most` (>= 2) of them: 1, 2 or 5 times a power of
/// ten, decades when logarithmic, quarters of a whole turn.
[[nodiscard]] GYRE_API std::vector<Tick> ticks_for(const Style& style, std::size_t most);
/// The value at a place of the bar: the inverse of the ticks' `place`.
[[nodiscard]] GYRE_API double value_at(const Style& style, double place);

}  // namespace gyre::rendering
