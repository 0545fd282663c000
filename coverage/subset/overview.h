#pragma once

#include "coverage/base/abort_token.h"
#include "coverage/model/raw_block.h"
#include "coverage/source/chunks/decoded_chunks.h"
#include "coverage/subset/pixel_map.h"
#include "coverage/subset/reduction.h"
#include "coverage/subset/view.h"

namespace gyre::coverage {

/// As gather(), of the blocks that `reduction` makes of the cells. What was reduced is kept, tile
/// by tile, for whoever asks next for the same plane of the same source.
/// @param kept null: nothing is kept. Of data that may change unseen a tile is found again while
/// nothing was written of what it was made of.
/// Cost: the first touch reads all cells of the tiles that the picture meets, in slabs of at most
/// 4 MB; the next ones a lookup a pixel.
[[nodiscard]] RawBlock gather_reduced(const View& view, std::size_t field, const PixelMap& map,
                                      const Reduction& reduction, DecodedChunks* kept,
                                      const AbortToken& abort);

/// The one block that a cell is in, of a tile that is kept or else of its own cells alone.
/// Shape: 1 x 1. Cost: reads the chunks that the block meets.
[[nodiscard]] RawBlock block_of_cell(const View& view, std::size_t field, std::size_t x,
                                     std::size_t y, const Reduction& reduction, DecodedChunks* kept,
                                     const AbortToken& abort);

}  // namespace gyre::coverage
