#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "coverage/base/fingerprint.h"
#include "coverage/model/index_range.h"
#include "coverage/source/zarr/zarr_array.h"
#include "coverage/source/zarr/zarr_store.h"

namespace gyre::coverage {

/// Texts of any length, which the items of such an array in memory count from 0: the first is
/// empty, as is the fill value.
struct Texts {
  std::vector<std::string> list{""};
  std::size_t bytes = 0;
};

/// Where decoded chunks of an array are kept, and what tells them from those of others: tables of
/// references tell of the same bytes in different codes.
struct KeptChunks {
  DecodedChunks* decoded = nullptr;  ///< null: nowhere
  ChunkKey array;                    ///< this generation of the store, and the array
};

/// Reads `box` of the array into `into`, row-major, items as in memory (StoredType): the chunks
/// that the box needs, in parallel as the current work may, or of a store that is far many at once;
/// of a shard its index and the inner chunks needed. Chunks that are not there are the fill value.
/// @param kept where decoded chunks are kept
/// @pre into.size() is the number of cells of the box times the size of an item
/// @throws Error{MalformedHolding} naming the array and the chunk
void read_box(const ZarrStore& store, const ZarrArray& array, const IndexBox& box,
              std::span<std::byte> into, Texts& texts, const KeptChunks& kept);

/// What tells the chunks that read_box() would touch from those that were there before; absent:
/// nothing does. Cost: a look at each, as one at a file's status.
[[nodiscard]] std::optional<Fingerprint> state_of_chunks(const ZarrStore& store,
                                                         const ZarrArray& array,
                                                         const IndexBox& box);

}  // namespace gyre::coverage
