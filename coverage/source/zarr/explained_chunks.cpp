#include "coverage/source/zarr/explained_chunks.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>

#include "coverage/source/chunk_walk.h"
#include "coverage/source/chunks/planes.h"
#include "coverage/source/zarr/shard_index.h"

namespace gyre::coverage {
namespace {

/// A chunk, or one within a shard, as far as it is known.
struct Stored {
  std::uint64_t place = 0;            ///< tells it from others of the holding
  std::optional<std::uint64_t> size;  ///< in the store, told or estimated; absent: nothing tells
  const ByteSource* bytes = nullptr;  ///< null: not at hand
};

IndexBox from_corner(const IndexBox& within, const std::vector<std::size_t>& at,
                     const std::vector<std::size_t>& chunk_shape) {
  IndexBox box = within;
  for (std::size_t d = 0; d < box.size(); ++d) {
    const std::size_t corner = at[d] * chunk_shape[d];
    box[d] = {box[d].begin - corner, box[d].end - corner};
  }
  return box;
}

/// Null unless it is at hand and small: one read of a few pages.
std::optional<ShardIndex> cheap_index(const ShardCodecs& shard, const Stored& stored) {
  constexpr std::size_t kCheap = 1u << 20;
  if (stored.bytes == nullptr || shard.index_size() > kCheap) return std::nullopt;
  try {
    return ShardIndex(shard, *stored.bytes);
  } catch (const DamagedChunk&) {
    return std::nullopt;  // whoever reads it says so
  }
}

/// Bytes of one chunk of a shard if all are alike.
std::optional<std::uint64_t> mean_size(const ShardCodecs& shard, const Stored& stored) {
  if (!stored.size) return std::nullopt;
  const std::uint64_t index = shard.index_size();
  const std::size_t count = std::accumulate(shard.counts.begin(), shard.counts.end(),
                                            std::size_t{1}, std::multiplies<>());
  return (std::max(*stored.size, index) - index) / std::max<std::size_t>(1, count);
}

class Explainer {
 public:
  Explainer(const std::string& path, const KeptChunks& kept, Explanation& explanation)
      : path_(path), kept_(kept), explanation_(explanation) {}

  /// @param box the part of the chunk that is wanted
  void add(const ChunkCodecs& codecs, const Stored& stored, const IndexBox& box) {
    IndexBox part;  // in the order of dimensions it is stored in
    for (const std::size_t dimension : codecs.order) part.push_back(box[dimension]);
    // A shard that is compressed as one is read as one.
    if (codecs.shard != nullptr && codecs.of_bytes.empty()) {
      return add_shard(*codecs.shard, stored, part);
    }
    const std::uint64_t decoded = codecs.cells() * codecs.type.item_size();
    explanation_.add_chunk(path_, stored.place, stored.size.value_or(decoded), decoded,
                           is_kept(codecs, stored, part));
  }

 private:
  [[nodiscard]] bool is_kept(const ChunkCodecs& codecs, const Stored& stored,
                             const IndexBox& part) const {
    if (kept_.decoded == nullptr || stored.bytes == nullptr || codecs.shard != nullptr) {
      return false;
    }
    const auto key = stored.bytes->chunk_key();
    if (!key) return false;
    const std::vector<std::size_t> shape = codecs.stored_shape();
    const Planes planes = planes_of(shape, codecs.type.item_size());
    Picks indices;
    for (std::size_t d = 0; d < planes.dimensions; ++d) {
      indices.emplace_back(part[d].size());
      std::iota(indices.back().begin(), indices.back().end(), part[d].begin);
    }
    return kept_.decoded->has(
        {key->high ^ kept_.array.high, key->low ^ kept_.array.low, key->number, 0},
        plane_numbers(indices, shape));
  }

  void add_shard(const ShardCodecs& shard, const Stored& stored, const IndexBox& part) {
    explanation_.add_index(path_, stored.place, shard.index_size());
    const std::optional<ShardIndex> index = cheap_index(shard, stored);
    const std::optional<std::uint64_t> mean = mean_size(shard, stored);
    for_each_chunk_of(part, shard.inner.shape, [&](const auto& at, const IndexBox& within) {
      const std::size_t number = number_in_shard(shard, at);
      const IndexBox wanted = from_corner(within, at, shard.inner.shape);
      const auto found = index ? index->of(number) : std::nullopt;
      if (index && !found) return explanation_.add_never_written();
      if (found && lies_in(*stored.bytes, *found)) {
        const PartOfBytes bytes(*stored.bytes, found->offset, found->size);
        return add(shard.inner, {stored.place + 1 + found->offset, found->size, &bytes}, wanted);
      }
      // Apart by more than shards within have chunks, which count on from there.
      const std::uint64_t from = found ? found->offset : number * 2 * shard.inner.cells();
      add(shard.inner, {stored.place + 1 + from, mean, nullptr}, wanted);
    });
  }

  static bool lies_in(const ByteSource& shard, const ShardIndex::Place& chunk) {
    return chunk.offset <= shard.size() && chunk.size <= shard.size() - chunk.offset;
  }

  const std::string& path_;
  const KeptChunks& kept_;
  Explanation& explanation_;
};

}  // namespace

void explain_box(const ZarrStore& store, const ZarrArray& array, const IndexBox& box,
                 const std::string& path, const KeptChunks& kept, Explanation& explanation) {
  Explainer explainer(path, kept, explanation);
  for_each_chunk_of(box, array.chunks.shape, [&](const auto& at, const IndexBox& within) {
    const std::string key = array.key_of(array.chunk_name(at));
    const std::uint64_t place = std::hash<std::string>()(key);
    const IndexBox part = from_corner(within, at, array.chunks.shape);
    if (store.is_far()) return explainer.add(array.chunks, {place, std::nullopt, nullptr}, part);
    const std::unique_ptr<ByteSource> source = store.open(key);
    if (source == nullptr) return explanation.add_never_written();
    explainer.add(array.chunks, {place, source->size(), source.get()}, part);
  });
}

}  // namespace gyre::coverage
