#include "coverage/source/zarr/chunk_reader.h"

#include <atomic>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/base/error.h"
#include "coverage/base/work.h"
#include "coverage/source/chunk_walk.h"
#include "coverage/source/chunks/decode_turn.h"
#include "coverage/source/chunks/planes.h"
#include "coverage/source/describe_limits.h"
#include "coverage/source/zarr/far_object.h"
#include "coverage/source/zarr/shard_index.h"
#include "coverage/source/zarr/strided_copy.h"

namespace gyre::coverage {
namespace {

/// A part of a chunk and where it goes; dimensions as those of the chunk.
struct Part {
  IndexBox box;
  Strided<std::byte*> to;

  [[nodiscard]] std::vector<std::size_t> extents() const {
    std::vector<std::size_t> sizes;
    for (const IndexRange& range : box) sizes.push_back(range.size());
    return sizes;
  }
};

/// Calls action(index, part) for each of the chunks of `chunk_shape` that `part` meets; the box of
/// its part counts from the chunk's own corner.
template <typename Action>
void for_each_chunk(const Part& part, const std::vector<std::size_t>& chunk_shape,
                    const Action& action) {
  for_each_chunk_of(part.box, chunk_shape, [&](const auto& index, const IndexBox& within) {
    Part met{within, part.to};
    for (std::size_t d = 0; d < within.size(); ++d) {
      const std::size_t corner = index[d] * chunk_shape[d];
      met.box[d] = {within[d].begin - corner, within[d].end - corner};
      met.to.first += (within[d].begin - part.box[d].begin) * part.to.strides[d];
    }
    action(index, met);
  });
}

std::uint64_t little_endian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = (value << 8) | std::to_integer<std::uint64_t>(bytes[i]);
  }
  return value;
}

class Reader {
 public:
  Reader(const ZarrArray& array, Texts& texts, const KeptChunks& kept)
      : fill_(array.fill), texts_(texts), kept_(kept) {}

  /// Texts are collected one after the other.
  static bool in_any_order(const ChunkCodecs& codecs) {
    return codecs.shard ? in_any_order(codecs.shard->inner)
                        : codecs.type.kind != StoredType::Kind::AnyLength;
  }

  /// `source` is null for a chunk that was never written.
  void read(const ChunkCodecs& codecs, const ByteSource* source, const Part& part) {
    if (source == nullptr) return put_fill(part);
    Part stored{{}, {part.to.first, {}}};
    for (const std::size_t dimension : codecs.order) {
      stored.box.push_back(part.box[dimension]);
      stored.to.strides.push_back(part.to.strides[dimension]);
    }
    if (codecs.shard == nullptr) return read_plain(codecs, *source, stored);
    if (codecs.of_bytes.empty()) return read_shard(*codecs.shard, *source, stored);
    const MemoryBytes whole(decoded_bytes(codecs, *source));
    read_shard(*codecs.shard, whole, stored);
  }

 private:
  void put_fill(const Part& part) {
    const Strided<const std::byte*> from{fill_.data(),
                                         std::vector<std::size_t>(part.box.size(), 0)};
    copy_strided(from, part.to, part.extents(), fill_.size());
  }

  static DecodedSize room_for(const ChunkCodecs& codecs) {
    constexpr std::size_t kSlack = 64u << 10;
    const std::size_t cells = codecs.cells();
    if (codecs.type.kind == StoredType::Kind::AnyLength) {
      return {std::min(cells * 32, DescribeLimits::kStringBytes), DescribeLimits::kStringBytes};
    }
    std::size_t likely = cells * codecs.type.size;
    if (codecs.shard) likely += codecs.shard->index_size();
    // Filters may hold wider numbers than the array's, shards more than their chunks.
    return {likely, 2 * std::max(likely, cells * sizeof(double)) + kSlack};
  }

  static Bytes decoded_bytes(const ChunkCodecs& codecs, const ByteSource& source) {
    const DecodedSize room = room_for(codecs);
    Bytes bytes = read_all(source, room.most);
    for (const Decode& decode : codecs.of_bytes) bytes = decode(std::move(bytes), room);
    return bytes;
  }

  void read_plain(const ChunkCodecs& codecs, const ByteSource& source, const Part& part) {
    const auto key =
        kept_.decoded != nullptr && in_any_order(codecs) ? source.chunk_key() : std::nullopt;
    if (key) return read_kept(codecs, source, *key, part);
    const Bytes items = items_of(codecs, source);
    copy_part(codecs, items, part);
  }

  /// By way of the planes that are kept of the chunk.
  void read_kept(const ChunkCodecs& codecs, const ByteSource& source, const ChunkKey& key,
                 const Part& part) {
    const std::vector<std::size_t> shape = codecs.stored_shape();
    const Planes planes = planes_of(shape, codecs.type.item_size());
    Picks indices;
    for (std::size_t d = 0; d < planes.dimensions; ++d) {
      indices.emplace_back(part.box[d].size());
      std::iota(indices.back().begin(), indices.back().end(), part.box[d].begin);
    }
    const auto decode = [&]() -> PlaneMaker {
      const auto chunk = std::make_shared<HeldChunk>(planes.count * planes.bytes);
      chunk->bytes = items_of(codecs, source);
      if (planes.count == 1) return [chunk](std::size_t) { return std::move(chunk->bytes); };
      return [chunk, size = planes.bytes](std::size_t plane) {
        Bytes made(size);
        std::memcpy(made.data(), chunk->bytes.data() + plane * size, size);
        return made;
      };
    };
    const std::vector<DecodedChunks::Plane> found =
        kept_.decoded->get({key.high ^ kept_.array.high, key.low ^ kept_.array.low, key.number, 0},
                           planes.count, plane_numbers(indices, shape), decode);
    Part in_plane = part;
    for (std::size_t d = 0; d < planes.dimensions; ++d) in_plane.box[d] = {0, 1};
    std::vector<std::size_t> turn(planes.dimensions, 0);
    for (const DecodedChunks::Plane& plane : found) {
      in_plane.to.first = part.to.first;
      for (std::size_t d = 0; d < turn.size(); ++d) {
        in_plane.to.first += turn[d] * part.to.strides[d];
      }
      copy_part(codecs, *plane, in_plane);
      for (std::size_t d = turn.size(); d-- > 0;) {
        if (++turn[d] < part.box[d].size()) break;
        turn[d] = 0;
      }
    }
  }

  /// All items of a chunk, as in memory, in the order they are stored in.
  Bytes items_of(const ChunkCodecs& codecs, const ByteSource& source) {
    const DecodeTurn turn;
    Bytes bytes = decoded_bytes(codecs, source);
    const std::size_t cells = codecs.cells();
    if (codecs.type.kind == StoredType::Kind::AnyLength) return indices_of_texts(bytes, cells);
    for (const Decode& decode : codecs.of_numbers) {
      bytes = decode(std::move(bytes), room_for(codecs));
    }
    if (bytes.size() != cells * codecs.type.size) {
      throw DamagedChunk(
          fmt::format("it has {} bytes instead of {}", bytes.size(), cells * codecs.type.size));
    }
    return codecs.type.kind == StoredType::Kind::Half ? widened(bytes) : bytes;
  }

  /// From a chunk, or from one of its planes: then the part counts from the plane's corner.
  static void copy_part(const ChunkCodecs& codecs, const Bytes& bytes, const Part& part) {
    const std::size_t item = codecs.type.item_size();
    Strided<const std::byte*> from{bytes.data(), row_major_strides(codecs.stored_shape(), item)};
    for (std::size_t d = 0; d < part.box.size(); ++d) {
      from.first += part.box[d].begin * from.strides[d];
    }
    copy_strided(from, part.to, part.extents(), item);
  }

  static Bytes widened(const Bytes& halves) {
    Bytes floats(2 * halves.size());
    for (std::size_t i = 0; i < halves.size(); i += 2) {
      std::uint16_t bits = 0;
      std::memcpy(&bits, &halves[i], sizeof(bits));
      const float value = from_half(bits);
      std::memcpy(&floats[2 * i], &value, sizeof(value));
    }
    return floats;
  }

  /// vlen-utf8: how many, then of each its length and its bytes; lengths in 4 bytes, little-endian.
  Bytes indices_of_texts(const Bytes& bytes, std::size_t cells) {
    std::span<const std::byte> rest(bytes);
    const auto length = [&] {
      if (rest.size() < 4) throw DamagedChunk("its texts are cut short");
      const std::uint64_t value = little_endian(rest.first(4));
      rest = rest.subspan(4);
      return static_cast<std::size_t>(value);
    };
    if (length() != cells) throw DamagedChunk("it holds another number of texts than it should");
    Bytes indices(cells * sizeof(std::uint32_t), std::byte{});
    for (std::size_t i = 0; i < cells; ++i) {
      const std::size_t size = length();
      if (size > rest.size()) throw DamagedChunk("its texts are cut short");
      const auto index = static_cast<std::uint32_t>(texts_.list.size());
      if (size > 0) {
        texts_.list.emplace_back(reinterpret_cast<const char*>(rest.data()), size);
        texts_.bytes += size;
        if (texts_.bytes > DescribeLimits::kStringBytes) {
          throw DamagedChunk("its texts are more than the 64 MB that are read");
        }
        std::memcpy(&indices[i * sizeof(index)], &index, sizeof(index));
      }
      rest = rest.subspan(size);
    }
    return indices;
  }

  /// A chunk of a shard that is wanted.
  struct Inner {
    std::vector<std::size_t> at;
    std::uint64_t offset, size;
    Part part;
  };

  void read_shard(const ShardCodecs& shard, const ByteSource& source, const Part& part) {
    const ShardIndex index(shard, source);
    std::vector<Inner> wanted;
    for_each_chunk(part, shard.inner.shape, [&](const auto& at, const Part& met) {
      const auto found = index.of(number_in_shard(shard, at));
      if (!found) return put_fill(met);
      wanted.push_back({at, found->offset, found->size, met});
    });
    std::atomic<bool> waits = false;
    const auto read_inner = [&](std::size_t i) {
      const Inner& inner = wanted[i];
      try {
        if (inner.offset > source.size() || inner.size > source.size() - inner.offset) {
          throw DamagedChunk("the index of its shard points behind the shard's end");
        }
        const PartOfBytes bytes(source, inner.offset, inner.size);
        read(shard.inner, &bytes, inner.part);
      } catch (const NotYetThere&) {
        waits = true;  // so that all that is wanted of the shard is noted
      } catch (const DamagedChunk& error) {
        throw DamagedChunk(
            fmt::format("chunk {} of its shard: {}", fmt::join(inner.at, "/"), error.what()));
      }
    };
    if (source.chunk_key() && in_any_order(shard.inner)) {
      in_parallel(wanted.size(), read_inner);
    } else {  // notes of what is wanted from far are taken one after the other
      for (std::size_t i = 0; i < wanted.size(); ++i) read_inner(i);
    }
    if (waits) throw NotYetThere{};
  }

  const Bytes& fill_;
  Texts& texts_;
  const KeptChunks& kept_;
};

[[noreturn]] void damaged(const ZarrArray& array, const std::string& chunk, const char* why) {
  throw Error(
      ErrorKind::MalformedHolding, array.name,
      fmt::format("The values of '{}' cannot be decoded: chunk {}: {}.", array.name, chunk, why));
}

/// Chunks of a store that is far, some at a time: what they want is fetched together, and each is
/// tried again until it has all: plain chunks after one round, those of shards after two.
class FarReading {
 public:
  FarReading(const ZarrStore& store, const ZarrArray& array, Reader& reader)
      : store_(store), array_(array), reader_(reader) {}

  void add(std::string name, std::string key, const Part& part) {
    const bool whole = array_.chunks.shard == nullptr || !array_.chunks.of_bytes.empty();
    bytes_ += (whole ? array_.chunks.cells() : cells_of(part.box)) * array_.chunks.type.item_size();
    chunks_.push_back({std::move(name), FarObject(std::move(key)), part});
    constexpr std::size_t kMostBytes = 128u << 20, kMostChunks = 512, kLeastChunks = 4;
    if (chunks_.size() >= kMostChunks || (bytes_ >= kMostBytes && chunks_.size() >= kLeastChunks)) {
      run();
    }
  }

  void run() {
    for (int round = 0; !chunks_.empty(); ++round) {
      std::vector<WantedBytes> wanted;
      std::vector<std::pair<Chunk*, std::size_t>> of;  // the chunk of each
      std::erase_if(chunks_, [&](Chunk& chunk) { return done(chunk); });
      for (Chunk& chunk : chunks_) {
        for (WantedBytes& one : chunk.object.take_wanted()) {
          of.emplace_back(&chunk, wanted.size());
          wanted.push_back(std::move(one));
        }
      }
      constexpr int kMostRounds = 16;  // each level of nested shards takes one
      if (chunks_.empty()) break;
      if (round > kMostRounds || wanted.empty())
        damaged(array_, chunks_.front().name, "it cannot be fetched");
      fetch(wanted, of);
    }
    bytes_ = 0;
  }

 private:
  struct Chunk {
    std::string name;
    FarObject object;
    Part part;
  };

  bool done(Chunk& chunk) {
    try {
      reader_.read(array_.chunks, chunk.object.absent() ? nullptr : &chunk.object, chunk.part);
      return true;
    } catch (const NotYetThere&) {
      return false;
    } catch (const DamagedChunk& error) {
      damaged(array_, chunk.name, error.what());
    }
  }

  void fetch(const std::vector<WantedBytes>& wanted,
             const std::vector<std::pair<Chunk*, std::size_t>>& of) {
    std::vector<FetchedBytes> found = store_.fetch(wanted);
    for (const auto& [chunk, i] : of) {
      if (!found[i].problem.empty()) damaged(array_, chunk->name, found[i].problem.c_str());
      if (chunk->object.put(wanted[i], std::move(found[i]))) continue;
      store_.forget(chunk->object.parts());
      throw Error(ErrorKind::HoldingChanged, array_.name,
                  "The data were replaced while they were being read; please ask again.");
    }
  }

  const ZarrStore& store_;
  const ZarrArray& array_;
  Reader& reader_;
  std::vector<Chunk> chunks_;
  std::size_t bytes_ = 0;
};

}  // namespace

void read_box(const ZarrStore& store, const ZarrArray& array, const IndexBox& box,
              std::span<std::byte> into, Texts& texts, const KeptChunks& kept) {
  Part all{box, {into.data(), {}}};
  all.to.strides = row_major_strides(all.extents(), array.chunks.type.item_size());
  Reader reader(array, texts, kept);
  FarReading far(store, array, reader);
  std::vector<std::pair<std::string, Part>> near;
  for_each_chunk(all, array.chunks.shape, [&](const auto& at, const Part& part) {
    std::string name = array.chunk_name(at);
    if (store.is_far()) {
      std::string key = array.key_of(name);
      far.add(std::move(name), std::move(key), part);
    } else {
      near.emplace_back(std::move(name), part);
    }
  });
  const auto read_near = [&](std::size_t i) {
    const auto& [name, part] = near[i];
    try {
      const std::unique_ptr<ByteSource> source = store.open(array.key_of(name));
      reader.read(array.chunks, source.get(), part);
    } catch (const DamagedChunk& error) {
      damaged(array, name, error.what());
    }
  };
  if (Reader::in_any_order(array.chunks)) {
    in_parallel(near.size(), read_near);
  } else {
    for (std::size_t i = 0; i < near.size(); ++i) read_near(i);
  }
  far.run();
}

std::optional<Fingerprint> state_of_chunks(const ZarrStore& store, const ZarrArray& array,
                                           const IndexBox& box) {
  std::string told;
  bool known = true;
  for_each_chunk_of(box, array.chunks.shape, [&](const auto& at, const IndexBox& /*within*/) {
    const auto generation =
        known ? store.generation_of(array.key_of(array.chunk_name(at))) : std::nullopt;
    known = generation.has_value();
    if (!known) return;
    told.append(reinterpret_cast<const char*>(&generation->high), sizeof(generation->high));
    told.append(reinterpret_cast<const char*>(&generation->low), sizeof(generation->low));
  });
  if (!known) return std::nullopt;
  return fingerprint_of(told);
}

}  // namespace gyre::coverage
