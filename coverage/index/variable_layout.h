#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "coverage/model/element_type.h"

namespace gyre::coverage {

/// Where one chunk lies in its file.
struct ChunkAddress {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;      ///< bytes as stored; 0: never written, its values are the fill
  std::uint32_t left_out = 0;  ///< bit i: filter i was not applied to this chunk
  bool operator==(const ChunkAddress&) const = default;
};

/// One step between values and what is stored, in the order of writing.
struct StorageFilter {
  enum class Kind : std::uint8_t {
    Deflate,
    Shuffle,
    Fletcher32,
    Zstd,
    Lz4,    ///< as HDF5 frames it
    Blosc,  ///< of the first version
    Bzip2,
    Lzf,
    Bitshuffle,  ///< alone, or each of its blocks compressed
    BitshuffleLz4,
    BitshuffleZstd
  };
  Kind kind = Kind::Deflate;
  std::uint32_t item_size = 0;   ///< of Shuffle and Bitshuffle: bytes
  std::uint32_t block_size = 0;  ///< of Bitshuffle alone: items a block; 0: as is usual
  bool operator==(const StorageFilter&) const = default;
};

/// Where the values of a variable lie in its file, so that they can be read without the library
/// that wrote it.
struct VariableLayout {
  enum class Kind : std::uint8_t {
    Contiguous,  ///< all of it from `offset` on
    Records,     ///< classic NetCDF: record i from `offset` + i * `record_stride` on
    Chunked
  };
  Kind kind = Kind::Contiguous;
  bool big_endian = false;
  std::uint64_t offset = 0;
  std::uint64_t record_stride = 0;
  std::vector<std::size_t> chunk_shape;
  std::vector<StorageFilter> filters;
  std::vector<ChunkAddress> chunks;  ///< row-major over the grid of chunks
  std::vector<std::byte> fill;       ///< one item, as stored
  bool operator==(const VariableLayout&) const = default;
};

}  // namespace gyre::coverage
