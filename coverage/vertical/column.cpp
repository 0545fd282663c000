#include "coverage/vertical/column.h"

#include <cmath>

namespace gyre::coverage {

LevelPosition position_in(std::span<const double> heights, double at) {
  LevelPosition found;
  const double* last = nullptr;  // the level known before
  int direction = 0;
  for (std::size_t k = 0; k < heights.size(); ++k) {
    const double here = heights[k];
    if (std::isnan(here)) continue;
    if (last != nullptr) {
      const int turn = here > *last ? 1 : here < *last ? -1 : 0;
      if (turn == 0 || (direction != 0 && turn != direction)) return {};
      direction = turn;
      const bool neighbours = last == &heights[k] - 1;
      if (neighbours && (here > *last ? *last < at && at < here : here < at && at < *last)) {
        found = {k - 1, (at - *last) / (here - *last)};
      }
    }
    if (here == at) found = {k, 0};
    last = &heights[k];
  }
  return found;
}

}  // namespace gyre::coverage
