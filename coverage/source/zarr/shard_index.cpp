#include "coverage/source/zarr/shard_index.h"

#include <limits>
#include <span>

#include "coverage/source/zarr/codec.h"

namespace gyre::coverage {
namespace {

std::uint64_t little_endian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = (value << 8) | std::to_integer<std::uint64_t>(bytes[i]);
  }
  return value;
}

}  // namespace

ShardIndex::ShardIndex(const ShardCodecs& shard, const ByteSource& source) {
  const std::size_t size = shard.index_size();
  entries_ = shard.index_at_end ? source.tail(size) : source.head(size);
  if (entries_.size() < size) throw DamagedChunk("its shard is shorter than the index of a shard");
  if (shard.index_checked) {
    const std::span<const std::byte> all(entries_);
    if (crc32c(all.first(size - 4)) != little_endian(all.last(4))) {
      throw DamagedChunk("the crc32c checksum of its shard's index is wrong");
    }
    entries_.resize(size - 4);
  }
  if (shard.index_big_endian) swap_bytes(entries_, 8);
}

std::optional<ShardIndex::Place> ShardIndex::of(std::size_t number) const {
  const std::span<const std::byte> entry(&entries_[16 * number], 16);
  const Place place{little_endian(entry.first(8)), little_endian(entry.last(8))};
  constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
  if (place.offset == kNone && place.size == kNone) return std::nullopt;
  return place;
}

std::size_t number_in_shard(const ShardCodecs& shard, const std::vector<std::size_t>& at) {
  std::size_t number = 0;
  for (std::size_t d = 0; d < at.size(); ++d) number = number * shard.counts[d] + at[d];
  return number;
}

}  // namespace gyre::coverage
