#pragma once

#include <cstddef>
#include <functional>

#include "coverage/base/export.h"
#include "coverage/model/index_range.h"
#include "coverage/model/raw_block.h"
#include "coverage/subset/regridding.h"

namespace gyre::coverage {

/// What looking up the samples of some cells of another grid takes while it is done.
struct LookedUp {
  std::size_t cells_at_once = 0;
  std::size_t bytes_per_cell = 0;  ///< places, weights, samples and the values made of them
};
[[nodiscard]] GYRE_API LookedUp looked_up(Interpolation interpolation);

/// Rows that are looked up at once of a box whose last two ranges are rows and columns.
[[nodiscard]] GYRE_API std::size_t rows_at_once(Interpolation interpolation, const IndexBox& box);

/// Reads a box in bands of so many rows, and puts them together.
/// @pre the box has rows and columns; rows > 0
[[nodiscard]] GYRE_API RawBlock
read_in_bands(const IndexBox& box, std::size_t rows,
              const std::function<RawBlock(const IndexBox& band)>& read);

}  // namespace gyre::coverage
