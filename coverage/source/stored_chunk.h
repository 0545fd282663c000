#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "coverage/base/bytes.h"

namespace gyre::coverage {

/// How a variable is stored that lies in chunks which a NetCDF-4 file may hold just as they are:
/// little-endian items of the declared type, shuffled or not, then deflated (zlib); a chunk at the
/// edge is as large as the others.
struct StoredForm {
  std::vector<std::size_t> chunk_shape;  ///< one extent per dimension, file order
  bool shuffled = false;
  bool operator==(const StoredForm&) const = default;
};

/// A chunk as it lies in its holding.
struct StoredChunk {
  Bytes bytes;
  std::uint32_t left_out = 0;  ///< HDF5's mask: bit i: filter i was not applied
};

}  // namespace gyre::coverage
