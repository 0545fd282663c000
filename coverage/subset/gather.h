#pragma once

#include "coverage/base/abort_token.h"
#include "coverage/model/raw_block.h"
#include "coverage/subset/pixel_map.h"
#include "coverage/subset/view.h"

namespace gyre::coverage {

/// Of a slab of the grid that is read at once.
inline constexpr std::size_t kGatheredBytes = std::size_t{16} << 20;

/// The raw samples of the view's `field`-th field that the pixels of `map` lie in.
/// Shape: height x width of the map. Pixels outside of all cells are zero bits: the map tells them.
/// @pre one sample on every axis but x and y, which are whole
/// Cost: reads the rows of the index window that the pixels need, in slabs of at most 16 MB.
[[nodiscard]] RawBlock gather(const View& view, std::size_t field, const PixelMap& map,
                              const AbortToken& abort);

}  // namespace gyre::coverage
