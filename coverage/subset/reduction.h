#pragma once

#include <cstddef>

#include "coverage/base/export.h"
#include "coverage/model/field.h"
#include "coverage/model/raw_block.h"
#include "coverage/subset/pixel_map.h"

namespace gyre::coverage {

/// Blocks of cells that count as one, so that a picture of many cells shows all of them and not a
/// few by chance. Blocks are counted from the first cell on; the last of a row or column may be
/// smaller.
struct Reduction {
  std::size_t x = 1, y = 1;  ///< cells of a block
  [[nodiscard]] bool reduces() const { return x * y > 1; }
  bool operator==(const Reduction&) const = default;
};

/// Of 2, 3, 4, 6, 8, 12 ... 256 the least that the cells from one pixel to the next (halfway
/// between the least and the most of them) exceed by an eighth at most, so that hardly a cell has
/// no part in the picture; 1 where they are less than 1.375.
[[nodiscard]] GYRE_API Reduction reduction_of(const PixelMap& map);
/// The same of a picture whose map would take much room.
[[nodiscard]] GYRE_API Reduction reduction_of(const DomainSet& domain_set,
                                              const TargetGrid& target);

/// Can blocks of the field's values stand for them? Not of directions, which go round.
[[nodiscard]] GYRE_API bool is_reducible(const Field& field);

/// Blocks of `cells` as one value each: of numbers the mean of those that are not missing, to the
/// nearest that can be stored; of flags the most frequent, of equally many the first. Missing where
/// all are.
/// @param cells shape: rows x columns; row-major
/// Shape of the result: ceil(rows / reduction.y) x ceil(columns / reduction.x).
[[nodiscard]] GYRE_API RawBlock reduced(const Field& field, const RawBlock& cells,
                                        const Reduction& reduction);

}  // namespace gyre::coverage
