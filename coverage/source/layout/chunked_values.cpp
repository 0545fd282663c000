#include "coverage/source/layout/chunked_values.h"

#include <cstring>
#include <functional>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/base/error.h"
#include "coverage/base/work.h"
#include "coverage/source/chunk_walk.h"
#include "coverage/source/chunks/decode_turn.h"
#include "coverage/source/chunks/planes.h"
#include "coverage/source/chunks/unshuffle.h"
#include "coverage/source/describe_limits.h"
#include "coverage/source/layout/hdf5_codecs.h"
#include "coverage/source/picked_copy.h"
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
    case StorageFilter::Kind::Blosc:
      decode = compressor_named("blosc", Json::object());
      break;
    case StorageFilter::Kind::Bzip2:
      decode = compressor_named("bz2", Json::object());
      break;
    case StorageFilter::Kind::Lz4:
      decode = lz4_of_hdf5;
      break;
    case StorageFilter::Kind::Lzf:
      decode = lzf;
      break;
    case StorageFilter::Kind::Bitshuffle:
    case StorageFilter::Kind::BitshuffleLz4:
    case StorageFilter::Kind::BitshuffleZstd:
      decode = bitshuffle_decoder(filter);
      break;
  }
  if (!decode) throw Error(ErrorKind::Internal, "", "a filter of a layout has no decoder");
  return std::move(*decode);
}

constexpr std::size_t kSlack = 64u << 10;  // checksums; data that do not compress

void check_size(const ChunkAddress& address, std::size_t decoded, std::uint64_t file_size) {
  if (address.size > 2 * decoded + kSlack || address.size > file_size) {
    throw DamagedChunk("it is larger than a chunk can be");
  }
}

class ChunkedReader {
 public:
  ChunkedReader(const DescribedFile& file, const FileIdentity& identity, const ChunkKey& file_key,
                const VariableLayout& layout, std::size_t item, DecodedChunks& decoded)
      : file_(file),
        file_size_(identity.size),
        file_key_(file_key),
        layout_(layout),
        decoded_(decoded) {
    for (const StorageFilter& filter : layout.filters) decoders_.push_back(decoder_of(filter));
    planes_ = planes_of(layout.chunk_shape, item);
    bytes_ = planes_.count * planes_.bytes;
  }

  [[nodiscard]] const Planes& planes() const { return planes_; }
  /// Where the chunk lies; null: it was never written.
  [[nodiscard]] const ChunkAddress* address(std::size_t number) const {
    const ChunkAddress& address = layout_.chunks.at(number);
    return address.size == 0 ? nullptr : &address;
  }
  using Wanted = std::vector<std::size_t>;
  using Found = std::vector<DecodedChunks::Plane>;
  [[nodiscard]] Found kept(const ChunkAddress& address, const Wanted& planes) const {
    return decoded_.find(key_of(address), planes);
  }
  [[nodiscard]] Found decoded(const ChunkAddress& address, const Wanted& planes) const {
    return decoded_.get(key_of(address), planes_.count, planes, [&] { return maker_for(address); });
  }

 private:
  [[nodiscard]] ChunkKey key_of(const ChunkAddress& address) const {
    return {file_key_.high, file_key_.low, address.offset, 0};
  }

  /// What was shuffled last is put in order plane by plane, only those that are wanted.
  [[nodiscard]] PlaneMaker maker_for(const ChunkAddress& address) const {
    const bool shuffled = !layout_.filters.empty() && planes_.count > 1 &&
                          layout_.filters.front().kind == StorageFilter::Kind::Shuffle &&
                          (address.left_out & 1U) == 0 && layout_.filters.front().item_size > 0 &&
                          planes_.bytes % layout_.filters.front().item_size == 0;
    const auto chunk = std::make_shared<HeldChunk>(bytes_);
    chunk->bytes = decode(address, shuffled ? 1 : 0);
    if (planes_.count == 1) return [chunk](std::size_t) { return std::move(chunk->bytes); };
    const std::size_t size = planes_.bytes, item = shuffled ? layout_.filters.front().item_size : 0;
    return [chunk, size, item](std::size_t plane) {
      Bytes made(size);
      if (item > 0) {
        unshuffle_items(chunk->bytes, item, plane * (size / item), made);
      } else {
        std::memcpy(made.data(), chunk->bytes.data() + plane * size, size);
      }
      return made;
    };
  }

  /// @param from the filters before this one are left as they are
  [[nodiscard]] Bytes decode(const ChunkAddress& address, std::size_t from) const {
    check_size(address, bytes_, file_size_);
    const DecodeTurn turn;
    Bytes bytes(static_cast<std::size_t>(address.size));
    file_.read(address.offset, bytes);
    for (std::size_t i = decoders_.size(); i-- > from;) {
      if ((address.left_out >> i & 1U) != 0) continue;
      bytes = decoders_[i](std::move(bytes), {bytes_ + (i > 0 ? 4 : 0), 2 * bytes_ + kSlack});
    }
    if (bytes.size() != bytes_) {
      throw DamagedChunk(fmt::format("it has {} bytes instead of {}", bytes.size(), bytes_));
    }
    turn.decoded(bytes_);
    return bytes;
  }

  const DescribedFile& file_;
  std::uint64_t file_size_;
  ChunkKey file_key_;
  const VariableLayout& layout_;
  DecodedChunks& decoded_;
  std::vector<Decode> decoders_;
  Planes planes_;
  std::size_t bytes_ = 0;  ///< of a chunk
};

/// What is wanted of one chunk, and where it goes. Dimensions along which planes are cut are told
/// by picks, the others by a box or by picks.
struct WantedPart {
  std::vector<std::size_t> at;  ///< of the chunk, in the grid of chunks
  const ChunkAddress* address = nullptr;
  std::byte* to = nullptr;
  Picks of_planes;                   ///< counted from the chunk's corner
  std::vector<std::size_t> planes;   ///< their numbers
  std::vector<std::size_t> to_them;  ///< of each plane: where it goes, bytes from `to`
  std::size_t skipped = 0;           ///< of a box: bytes of a plane before the first item wanted
  std::vector<std::size_t> sizes;    ///< of a box
  Picks picks;                       ///< else: counted from the chunk's corner
};

/// Takes what is kept at once, and the rest as it is decoded, in parallel.
class PartsReader {
 public:
  /// Copies from a plane, or from one item that is the same for all.
  using Copy = std::function<void(const WantedPart& part, const std::byte* plane, std::byte* to)>;
  /// @param own strides of what is read into
  PartsReader(const ChunkedReader& reader, const std::vector<std::size_t>& chunk_shape,
              const std::vector<std::size_t>& own, Copy copy)
      : reader_(reader), chunk_shape_(chunk_shape), own_(own), copy_(std::move(copy)) {}

  void take(WantedPart part, std::size_t number) {
    part.planes = plane_numbers(part.of_planes, chunk_shape_);
    part.to_them = {0};
    for (std::size_t d = 0; d < part.of_planes.size(); ++d) {
      std::vector<std::size_t> finer;
      for (const std::size_t to : part.to_them) {
        for (std::size_t i = 0; i < part.of_planes[d].size(); ++i)
          finer.push_back(to + i * own_[d]);
      }
      part.to_them = std::move(finer);
    }
    part.address = reader_.address(number);
    if (part.address == nullptr) {
      for (const std::size_t to : part.to_them) copy_(part, nullptr, part.to + to);
      return;
    }
    if (const auto kept = reader_.kept(*part.address, part.planes); !kept.empty()) {
      return copy_all(part, kept);
    }
    to_decode_.push_back(std::move(part));
  }

  void decode_the_rest() const {
    in_parallel(to_decode_.size(), [&](std::size_t i) {
      const WantedPart& part = to_decode_[i];
      try {
        copy_all(part, reader_.decoded(*part.address, part.planes));
      } catch (const DamagedChunk& error) {
        throw Error(ErrorKind::MalformedHolding, "",
                    fmt::format("chunk {}: {}", fmt::join(part.at, "/"), error.what()));
      }
    });
  }

 private:
  void copy_all(const WantedPart& part, const ChunkedReader::Found& planes) const {
    for (std::size_t i = 0; i < planes.size(); ++i) {
      copy_(part, planes[i]->data(), part.to + part.to_them[i]);
    }
  }

  const ChunkedReader& reader_;
  const std::vector<std::size_t>&chunk_shape_, &own_;
  Copy copy_;
  std::vector<WantedPart> to_decode_;
};

/// Strides of a chunk that was never written: one fill value for all.
std::vector<std::size_t> standing_still(std::size_t rank) {
  return std::vector<std::size_t>(rank, 0);
}

std::size_t number_of(const std::vector<std::size_t>& at, const std::vector<std::size_t>& shape,
                      const std::vector<std::size_t>& chunk_shape) {
  std::size_t number = 0;
  for (std::size_t d = 0; d < at.size(); ++d) {
    number = number * ((shape[d] + chunk_shape[d] - 1) / chunk_shape[d]) + at[d];
  }
  return number;
}

/// Picks of one dimension that lie in one chunk.
struct PickedRun {
  std::size_t chunk = 0, first = 0;  ///< of the chunks; of the picks
  std::vector<std::size_t> picks;    ///< counted from the chunk's corner
};

std::vector<PickedRun> runs_of(const std::vector<std::size_t>& picks, std::size_t chunk_size) {
  std::vector<PickedRun> runs;
  for (std::size_t i = 0; i < picks.size(); ++i) {
    const std::size_t chunk = picks[i] / chunk_size;
    if (runs.empty() || runs.back().chunk != chunk) runs.push_back({chunk, i, {}});
    runs.back().picks.push_back(picks[i] - chunk * chunk_size);
  }
  return runs;
}

/// Calls action(run of each dimension) for each chunk that holds picks, the last dimension fastest.
/// @pre no dimension is without a run
template <typename Action>
void for_each_turn(const std::vector<std::vector<PickedRun>>& runs, const Action& action) {
  std::vector<std::size_t> turn(runs.size(), 0);
  std::vector<const PickedRun*> chosen(runs.size());
  while (true) {
    for (std::size_t d = 0; d < runs.size(); ++d) chosen[d] = &runs[d][turn[d]];
    action(chosen);
    std::size_t d = runs.size();
    while (d > 0 && ++turn[d - 1] == runs[d - 1].size()) turn[--d] = 0;
    if (d == 0) return;
  }
}

/// Notes single chunks of a variable.
class ChunkNotes {
 public:
  ChunkNotes(const std::string& path, const ChunkKey& file_key, const VariableLayout& layout,
             std::size_t item, const DecodedChunks& decoded, Explanation& explanation)
      : path_(path),
        file_key_(file_key),
        layout_(layout),
        planes_(planes_of(layout.chunk_shape, item)),
        decoded_(decoded),
        explanation_(explanation) {}

  /// How many of the first dimensions tell planes.
  [[nodiscard]] std::size_t dimensions() const { return planes_.dimensions; }

  /// @param number of the chunk
  /// @param of_planes indices wanted along these dimensions, counted from the chunk's corner
  void add(std::size_t number, const Picks& of_planes) {
    const ChunkAddress& address = layout_.chunks.at(number);
    if (address.size == 0) return explanation_.add_never_written();
    const ChunkKey key{file_key_.high, file_key_.low, address.offset, 0};
    const bool kept = decoded_.has(key, plane_numbers(of_planes, layout_.chunk_shape));
    explanation_.add_chunk(path_, address.offset, address.size, planes_.count * planes_.bytes,
                           kept);
  }

 private:
  const std::string& path_;
  const ChunkKey& file_key_;
  const VariableLayout& layout_;
  Planes planes_;
  const DecodedChunks& decoded_;
  Explanation& explanation_;
};

}  // namespace

void read_chunked_values(const DescribedFile& file, const FileIdentity& identity,
                         const ChunkKey& file_key, const VariableLayout& layout,
                         const std::vector<std::size_t>& shape, std::size_t item,
                         const IndexBox& box, DecodedChunks& decoded, std::span<std::byte> into) {
  const ChunkedReader reader(file, identity, file_key, layout, item, decoded);
  std::vector<std::size_t> extents;
  for (const IndexRange& range : box) extents.push_back(range.size());
  const std::vector<std::size_t> own = row_major_strides(extents, item);
  const std::vector<std::size_t> strides = row_major_strides(layout.chunk_shape, item);
  const std::size_t cut = reader.planes().dimensions;
  const auto in_plane = [cut](const auto& list) {
    return std::vector<std::size_t>(list.begin() + static_cast<std::ptrdiff_t>(cut), list.end());
  };
  const std::vector<std::size_t> to_strides = in_plane(own), from_strides = in_plane(strides);
  PartsReader parts(
      reader, layout.chunk_shape, own,
      [&](const WantedPart& part, const std::byte* plane, std::byte* to) {
        if (plane != nullptr) {
          copy_strided({plane + part.skipped, from_strides}, {to, to_strides}, part.sizes, item);
        } else {
          copy_strided({layout.fill.data(), standing_still(to_strides.size())}, {to, to_strides},
                       part.sizes, item);
        }
      });
  for_each_chunk_of(box, layout.chunk_shape, [&](const auto& at, const IndexBox& within) {
    WantedPart part{at, nullptr, into.data(), {}, {}, {}, 0, {}, {}};
    for (std::size_t d = 0; d < at.size(); ++d) {
      part.to += (within[d].begin - box[d].begin) * own[d];
      const std::size_t first = within[d].begin - at[d] * layout.chunk_shape[d];
      if (d < cut) {
        part.of_planes.emplace_back(within[d].size());
        std::iota(part.of_planes.back().begin(), part.of_planes.back().end(), first);
      } else {
        part.skipped += first * strides[d];
        part.sizes.push_back(within[d].size());
      }
    }
    parts.take(std::move(part), number_of(at, shape, layout.chunk_shape));
  });
  parts.decode_the_rest();
}

void read_chunked_picks(const DescribedFile& file, const FileIdentity& identity,
                        const ChunkKey& file_key, const VariableLayout& layout,
                        const std::vector<std::size_t>& shape, std::size_t item, const Picks& picks,
                        DecodedChunks& decoded, std::span<std::byte> into) {
  const ChunkedReader reader(file, identity, file_key, layout, item, decoded);
  const std::size_t rank = picks.size();
  std::vector<std::size_t> extents;
  std::vector<std::vector<PickedRun>> runs;
  for (std::size_t d = 0; d < rank; ++d) {
    extents.push_back(picks[d].size());
    runs.push_back(runs_of(picks[d], layout.chunk_shape[d]));
  }
  const std::vector<std::size_t> own = row_major_strides(extents, item);
  const std::vector<std::size_t> strides = row_major_strides(layout.chunk_shape, item);
  const std::size_t cut = reader.planes().dimensions;
  const auto in_plane = [cut](const auto& list) {
    return std::vector<std::size_t>(list.begin() + static_cast<std::ptrdiff_t>(cut), list.end());
  };
  const std::vector<std::size_t> to_strides = in_plane(own), from_strides = in_plane(strides);
  PartsReader parts(reader, layout.chunk_shape, own,
                    [&](const WantedPart& part, const std::byte* plane, std::byte* to) {
                      const Strided<const std::byte*> from{
                          plane != nullptr ? plane : layout.fill.data(),
                          plane != nullptr ? from_strides : standing_still(rank - cut)};
                      copy_picked(from, {to, to_strides}, spans_of(part.picks), item);
                    });
  for_each_turn(runs, [&](const std::vector<const PickedRun*>& of_chunk) {
    WantedPart part{std::vector<std::size_t>(rank), nullptr, into.data(), {}, {}, {}, 0, {}, {}};
    for (std::size_t d = 0; d < rank; ++d) {
      const PickedRun& run = *of_chunk[d];
      part.at[d] = run.chunk;
      part.to += run.first * own[d];
      (d < cut ? part.of_planes : part.picks).push_back(run.picks);
    }
    const std::size_t number = number_of(part.at, shape, layout.chunk_shape);
    parts.take(std::move(part), number);
  });
  parts.decode_the_rest();
}

void explain_chunked_values(const std::string& path, const ChunkKey& file_key,
                            const VariableLayout& layout, const std::vector<std::size_t>& shape,
                            std::size_t item, const IndexBox& box, const DecodedChunks& decoded,
                            Explanation& explanation) {
  ChunkNotes notes(path, file_key, layout, item, decoded, explanation);
  for_each_chunk_of(box, layout.chunk_shape, [&](const auto& at, const IndexBox& within) {
    Picks of_planes;
    for (std::size_t d = 0; d < notes.dimensions(); ++d) {
      of_planes.emplace_back(within[d].size());
      std::iota(of_planes.back().begin(), of_planes.back().end(),
                within[d].begin - at[d] * layout.chunk_shape[d]);
    }
    notes.add(number_of(at, shape, layout.chunk_shape), of_planes);
  });
}

void explain_chunked_picks(const std::string& path, const ChunkKey& file_key,
                           const VariableLayout& layout, const std::vector<std::size_t>& shape,
                           std::size_t item, const Picks& picks, const DecodedChunks& decoded,
                           Explanation& explanation) {
  ChunkNotes notes(path, file_key, layout, item, decoded, explanation);
  std::vector<std::vector<PickedRun>> runs;
  for (std::size_t d = 0; d < picks.size(); ++d) {
    runs.push_back(runs_of(picks[d], layout.chunk_shape[d]));
  }
  for_each_turn(runs, [&](const std::vector<const PickedRun*>& of_chunk) {
    std::vector<std::size_t> at;
    Picks of_planes;
    for (const PickedRun* const run : of_chunk) {
      if (at.size() < notes.dimensions()) of_planes.push_back(run->picks);
      at.push_back(run->chunk);
    }
    notes.add(number_of(at, shape, layout.chunk_shape), of_planes);
  });
}

std::optional<StoredChunk> read_stored_chunk(const DescribedFile& file,
                                             const FileIdentity& identity,
                                             const VariableLayout& layout,
                                             const std::vector<std::size_t>& shape,
                                             std::size_t item,
                                             const std::vector<std::size_t>& corner) {
  std::vector<std::size_t> at;
  for (std::size_t d = 0; d < corner.size(); ++d) at.push_back(corner[d] / layout.chunk_shape[d]);
  const ChunkAddress& address = layout.chunks.at(number_of(at, shape, layout.chunk_shape));
  if (address.size == 0) return std::nullopt;
  try {
    check_size(address,
               std::accumulate(layout.chunk_shape.begin(), layout.chunk_shape.end(), item,
                               std::multiplies<>()),
               identity.size);
  } catch (const DamagedChunk& error) {
    throw Error(ErrorKind::MalformedHolding, "",
                fmt::format("chunk {}: {}", fmt::join(at, "/"), error.what()));
  }
  StoredChunk chunk{Bytes(static_cast<std::size_t>(address.size)), address.left_out};
  file.read(address.offset, chunk.bytes);
  return chunk;
}

}  // namespace gyre::coverage
