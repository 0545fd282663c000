#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "coverage/base/bytes.h"
#include "coverage/source/zarr/byte_source.h"
#include "coverage/source/zarr/zarr_array.h"

namespace gyre::coverage {

/// Where the chunks of a shard lie in it.
class ShardIndex {
 public:
  /// Reads it: shard.index_size() bytes.
  /// @throws DamagedChunk
  ShardIndex(const ShardCodecs& shard, const ByteSource& source);

  struct Place {
    std::uint64_t offset = 0, size = 0;
  };
  /// Absent: the chunk was never written. Nothing says that a place lies within the shard.
  [[nodiscard]] std::optional<Place> of(std::size_t number) const;

 private:
  Bytes entries_;
};

/// The number of a chunk in the order of the index: row-major.
[[nodiscard]] std::size_t number_in_shard(const ShardCodecs& shard,
                                          const std::vector<std::size_t>& at);

}  // namespace gyre::coverage
