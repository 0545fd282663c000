#pragma once

#include "coverage/base/export.h"
#include "coverage/index/variable_layout.h"
#include "coverage/source/zarr/codec.h"

namespace gyre::coverage {

/// HDF5's registered filter 32004: the decoded size in 8 bytes and that of a block in 4, then of
/// each block its compressed size in 4 bytes and an LZ4 block, or the block itself where it did not
/// shrink; all big-endian. @throws DamagedChunk
[[nodiscard]] GYRE_API Bytes lz4_of_hdf5(const Bytes& encoded, const DecodedSize& size);

/// LibLZF's format (HDF5's registered filter 32000), which does not tell its decoded size.
/// @throws DamagedChunk
[[nodiscard]] GYRE_API Bytes lzf(const Bytes& encoded, const DecodedSize& size);

/// Undoes HDF5's registered filter 32008. @pre one of the kinds of bitshuffle, of items of a size
[[nodiscard]] GYRE_API Decode bitshuffle_decoder(const StorageFilter& filter);

}  // namespace gyre::coverage
