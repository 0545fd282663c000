#include "coverage/source/layout/chunked_values.h"

#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/base/error.h"
#include "coverage/source/chunk_walk.h"
#include "coverage/source/describe_limits.h"
#include "coverage/source/zarr/codec.h"
#include "coverage/source/zarr/strided_copy.h"

namespace gyre::coverage {
namespace {

Decode decoder_of(const StorageFilter& filter) {
  std::optional<Decode> decode;
  switch (filter.kind) {
    case StorageFilter::Kind::Deflate:
      decode = compressor_named("zlib", Json::object());
      break;
    case StorageFilter::Kind::Shuffle:
      decode = filter_named("shuffle", Json{{"elementsize", filter.item_size}});
      break;
    case StorageFilter::Kind::Fletcher32:
      decode = checksum_named("fletcher32", Json::object());
      break;
    case StorageFilter::Kind::Zstd:
      decode = compressor_named("zstd", Json::object());
      break;
  }
  if (!decode) throw Error(ErrorKind::Internal, "", "a filter of a layout has no decoder");
  return std::move(*decode);
}

class ChunkedReader {
 public:
  ChunkedReader(const DescribedFile& file, const ChunkKey& file_key, const VariableLayout& layout,
                std::size_t item, DecodedChunks& decoded)
      : file_(file), file_key_(file_key), layout_(layout), decoded_(decoded) {
    for (const StorageFilter& filter : layout.filters) decoders_.push_back(decoder_of(filter));
    bytes_ = std::accumulate(layout.chunk_shape.begin(), layout.chunk_shape.end(), item,
                             std::multiplies<>());
  }

  /// Null: the chunk was never written.
  DecodedChunks::Chunk chunk(std::size_t number) {
    const ChunkAddress& address = layout_.chunks.at(number);
    if (address.size == 0) return nullptr;
    ChunkKey key = file_key_;
    key.offset = address.offset;
    if (auto known = decoded_.find(key)) return known;
    auto fresh = std::make_shared<const Bytes>(decode(address));
    decoded_.keep(key, fresh);
    return fresh;
  }

 private:
  Bytes decode(const ChunkAddress& address) const {
    constexpr std::size_t kSlack = 64u << 10;  // checksums; data that do not compress
    if (address.size > 2 * bytes_ + kSlack || address.size > file_key_.size) {
      throw DamagedChunk("it is larger than a chunk can be");
    }
    Bytes bytes(static_cast<std::size_t>(address.size));
    file_.read(address.offset, bytes);
    for (std::size_t i = decoders_.size(); i-- > 0;) {
      if ((address.left_out >> i & 1U) != 0) continue;
      bytes = decoders_[i](std::move(bytes), {bytes_ + (i > 0 ? 4 : 0), 2 * bytes_ + kSlack});
    }
    if (bytes.size() != bytes_) {
      throw DamagedChunk(fmt::format("it has {} bytes instead of {}", bytes.size(), bytes_));
    }
    return bytes;
  }

  const DescribedFile& file_;
  const ChunkKey& file_key_;
  const VariableLayout& layout_;
  DecodedChunks& decoded_;
  std::vector<Decode> decoders_;
  std::size_t bytes_ = 0;
};

}  // namespace

void read_chunked_values(const DescribedFile& file, const ChunkKey& file_key,
                         const VariableLayout& layout, const std::vector<std::size_t>& shape,
                         std::size_t item, const IndexBox& box, DecodedChunks& decoded,
                         std::span<std::byte> into) {
  ChunkedReader reader(file, file_key, layout, item, decoded);
  std::vector<std::size_t> extents;
  for (const IndexRange& range : box) extents.push_back(range.size());
  const std::vector<std::size_t> own = row_major_strides(extents, item);
  const std::vector<std::size_t> strides = row_major_strides(layout.chunk_shape, item);
  for_each_chunk_of(box, layout.chunk_shape, [&](const auto& at, const IndexBox& within) {
    std::size_t number = 0;
    Strided<const std::byte*> from{nullptr, strides};
    Strided<std::byte*> to{into.data(), own};
    std::vector<std::size_t> sizes;
    std::size_t skipped = 0;
    for (std::size_t d = 0; d < at.size(); ++d) {
      number = number * ((shape[d] + layout.chunk_shape[d] - 1) / layout.chunk_shape[d]) + at[d];
      skipped += (within[d].begin - at[d] * layout.chunk_shape[d]) * strides[d];
      to.first += (within[d].begin - box[d].begin) * own[d];
      sizes.push_back(within[d].size());
    }
    try {
      const DecodedChunks::Chunk chunk = reader.chunk(number);
      from.first = chunk ? chunk->data() + skipped : layout.fill.data();
      if (!chunk) from.strides.assign(strides.size(), 0);
      copy_strided(from, to, sizes, item);
    } catch (const DamagedChunk& error) {
      throw Error(ErrorKind::MalformedHolding, "",
                  fmt::format("chunk {}: {}", fmt::join(at, "/"), error.what()));
    }
  });
}

}  // namespace gyre::coverage
