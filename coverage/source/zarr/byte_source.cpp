#include "coverage/source/zarr/byte_source.h"

#include <cstring>

#include <fmt/format.h>

namespace gyre::coverage {

Bytes read_all(const ByteSource& source, std::uint64_t limit) {
  if (source.size() > limit) {
    throw DamagedChunk(fmt::format("it takes {} bytes, where {} are the most that can be right",
                                   source.size(), limit));
  }
  Bytes bytes(static_cast<std::size_t>(source.size()));
  source.read(0, bytes);
  return bytes;
}

void MemoryBytes::read(std::uint64_t offset, std::span<std::byte> into) const {
  if (!into.empty()) std::memcpy(into.data(), bytes_.data() + offset, into.size());
}

}  // namespace gyre::coverage
