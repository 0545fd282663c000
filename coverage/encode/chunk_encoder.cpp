#include "coverage/encode/chunk_encoder.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "coverage/base/memory_budget.h"
#include "coverage/base/work.h"
#include "coverage/encode/chunk_tiles.h"
#include "coverage/encode/deflate.h"
#include "coverage/source/chunk_walk.h"
#include "coverage/source/chunks/shuffle.h"
#include "coverage/source/zarr/strided_copy.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kTileBytes = 4u << 20;

/// Of decoded tiles at a time, but two at least.
std::size_t held_bytes() {
  constexpr std::size_t kMost = 16u << 20;
  return std::min(kMost, memory_shares().working / 2);
}

struct MadeChunk {
  IndexBox cells;
  std::optional<StoredChunk> chunk;
};

std::vector<std::size_t> corner_of(const IndexBox& cells) {
  std::vector<std::size_t> corner;
  for (const IndexRange& range : cells) corner.push_back(range.begin);
  return corner;
}

class TileEncoder {
 public:
  explicit TileEncoder(const ChunkedValues& values)
      : values_(values), strides_(row_major_strides(values.chunk_shape, values.item)) {
    bytes_ = values.item;
    for (const std::size_t extent : values.chunk_shape) bytes_ *= extent;
  }

  [[nodiscard]] std::vector<MadeChunk> encode(const IndexBox& tile) const {
    std::vector<MadeChunk> chunks;
    for_each_chunk_of(tile, values_.chunk_shape, [&](const auto& /*at*/, const IndexBox& cells) {
      chunks.push_back({cells, {}});
    });
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      if (values_.stored) chunks[i].chunk = values_.stored(corner_of(chunks[i].cells));
      if (!chunks[i].chunk) missing.push_back(i);
    }
    if (missing.size() == chunks.size() || values_.read_all) {
      RawBlock block = values_.read(tile);
      if (missing.size() == 1) {
        chunks[missing[0]].chunk = encode(std::move(block), tile, chunks[missing[0]].cells);
        return chunks;
      }
      in_parallel(missing.size(), [&](std::size_t i) {
        MadeChunk& made = chunks[missing[i]];
        made.chunk = encode(block, tile, made.cells);
      });
    } else {
      in_parallel(missing.size(), [&](std::size_t i) {
        MadeChunk& made = chunks[missing[i]];
        made.chunk = encode(values_.read(made.cells), made.cells, made.cells);
      });
    }
    return chunks;
  }

 private:
  /// The cells of one chunk out of a block that holds `box`.
  [[nodiscard]] StoredChunk encode(const RawBlock& block, const IndexBox& box,
                                   const IndexBox& cells) const {
    const std::optional<Bytes> made = filtered(block, box, cells);
    return {deflated(made ? *made : block.bytes), 0};
  }
  /// The same of a block that nobody else needs: its memory is free while the chunk is deflated.
  [[nodiscard]] StoredChunk encode(RawBlock&& block, const IndexBox& box,
                                   const IndexBox& cells) const {
    const std::optional<Bytes> made = filtered(block, box, cells);
    if (made) block.bytes = Bytes();
    return {deflated(made ? *made : block.bytes), 0};
  }

  /// What is deflated; absent: the block as it is.
  [[nodiscard]] std::optional<Bytes> filtered(const RawBlock& block, const IndexBox& box,
                                              const IndexBox& cells) const {
    const std::size_t item = values_.item;
    Strided<const std::byte*> from{block.bytes.data(), {}};
    std::vector<std::size_t> extents, of_box;
    for (const IndexRange& range : box) of_box.push_back(range.size());
    from.strides = row_major_strides(of_box, item);
    for (std::size_t d = 0; d < cells.size(); ++d) {
      from.first += (cells[d].begin - box[d].begin) * from.strides[d];
      extents.push_back(cells[d].size());
    }
    std::optional<Bytes> own;
    const bool is_cut = extents != values_.chunk_shape;
    if (of_box != extents || (is_cut && values_.padded)) {
      own.emplace(values_.padded ? bytes_ : cells_of(cells) * item);
      // Nobody sees what lies over the edge; zeros take the least room.
      if (is_cut && values_.padded) std::memset(own->data(), 0, own->size());
      copy_strided(from,
                   {own->data(), values_.padded ? strides_ : row_major_strides(extents, item)},
                   extents, item);
    }
    if (!values_.shuffled || item == 1) return own;
    const Bytes& plain = own ? *own : block.bytes;
    Bytes shuffled(plain.size());
    shuffle(plain, item, shuffled);
    return shuffled;
  }

  const ChunkedValues& values_;
  std::vector<std::size_t> strides_;
  std::size_t bytes_ = 0;
};

}  // namespace

void encode_chunks(const ChunkedValues& values, const AbortToken& abort,
                   const std::function<void(const std::vector<std::size_t>& corner,
                                            const StoredChunk& chunk)>& put) {
  const TileEncoder encoder(values);
  const std::vector<IndexBox> tiles =
      chunk_tiles(values.shape, values.chunk_shape, values.item, kTileBytes);
  if (tiles.empty()) return;
  const std::size_t tile_bytes = std::max<std::size_t>(1, cells_of(tiles.front()) * values.item);
  const std::size_t at_once = std::clamp<std::size_t>(held_bytes() / tile_bytes, 2, 4);
  std::vector<std::vector<MadeChunk>> before;
  const auto put_before = [&] {
    for (const std::vector<MadeChunk>& chunks : before) {
      for (const MadeChunk& one : chunks) put(corner_of(one.cells), *one.chunk);
    }
  };
  for (std::size_t first = 0; first < tiles.size(); first += at_once) {
    abort.check();
    std::vector<std::vector<MadeChunk>> made(std::min(at_once, tiles.size() - first));
    // What is made is put where it belongs beside the making of what comes next.
    const std::size_t puts = before.empty() ? 0 : 1;
    in_parallel(puts + made.size(), [&](std::size_t i) {
      if (i < puts) return put_before();
      made[i - puts] = encoder.encode(tiles[first + i - puts]);
    });
    before = std::move(made);
  }
  put_before();
}

}  // namespace gyre::coverage
