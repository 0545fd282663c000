#include "coverage/source/zarr/byte_source.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace gyre::coverage {

Bytes ByteSource::all(std::uint64_t limit) const {
  if (size() > limit) {
    throw DamagedChunk(
        fmt::format("it takes {} bytes, where {} are the most that can be right", size(), limit));
  }
  Bytes bytes(static_cast<std::size_t>(size()));
  read(0, bytes);
  return bytes;
}

Bytes ByteSource::head(std::size_t size_of_head) const {
  Bytes bytes(static_cast<std::size_t>(std::min<std::uint64_t>(size(), size_of_head)));
  read(0, bytes);
  return bytes;
}

Bytes ByteSource::tail(std::size_t size_of_tail) const {
  Bytes bytes(static_cast<std::size_t>(std::min<std::uint64_t>(size(), size_of_tail)));
  read(size() - bytes.size(), bytes);
  return bytes;
}

Bytes read_all(const ByteSource& source, std::uint64_t limit) { return source.all(limit); }

void MemoryBytes::read(std::uint64_t offset, std::span<std::byte> into) const {
  if (!into.empty()) std::memcpy(into.data(), bytes_.data() + offset, into.size());
}

}  // namespace gyre::coverage
