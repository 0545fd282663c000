#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "coverage/base/abort_token.h"
#include "coverage/base/bytes.h"
#include "coverage/base/export.h"
#include "coverage/model/index_range.h"
#include "coverage/model/raw_block.h"
#include "coverage/source/stored_chunk.h"

namespace gyre::coverage {

/// An array that is to lie in chunks, and where its values come from.
struct ChunkedValues {
  std::vector<std::size_t> shape, chunk_shape;
  std::size_t item = 0;   ///< bytes
  bool shuffled = true;   ///< the bytes of items, before they are deflated
  bool padded = true;     ///< chunks at the edges are as large as the others; else they end there
  bool read_all = false;  ///< `read` everything, whatever is stored
  /// The values in a box. Thread-safe.
  std::function<RawBlock(const IndexBox& box)> read;
  /// The chunk with its first cell there as it is to be, if there is one. Thread-safe; may be
  /// empty.
  std::function<std::optional<StoredChunk>(const std::vector<std::size_t>& corner)> stored;
};

/// Makes all chunks: as stored where they are, the others read, shuffled and deflated (level 1), in
/// parallel as the current work may. `put` gets them one after the other, on any thread, row-major
/// within tiles of chunks. Memory: a few tiles of 4 MB, or of one chunk where that is larger.
GYRE_API void encode_chunks(const ChunkedValues& values, const AbortToken& abort,
                            const std::function<void(const std::vector<std::size_t>& corner,
                                                     const StoredChunk& chunk)>& put);

}  // namespace gyre::coverage
