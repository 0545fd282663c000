#include "coverage/source/layout/hdf5_codecs.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "coverage/source/chunks/bitunshuffle.h"

namespace gyre::coverage {
namespace {

/// Takes what comes next of a chunk.
class Reader {
 public:
  Reader(std::span<const std::byte> bytes, const char* format) : left_(bytes), format_(format) {}

  [[nodiscard]] std::size_t left() const { return left_.size(); }
  std::span<const std::byte> take(std::uint64_t count) {
    if (count > left_.size()) throw DamagedChunk(fmt::format("its {} is cut short", format_));
    const auto taken = left_.first(static_cast<std::size_t>(count));
    left_ = left_.subspan(taken.size());
    return taken;
  }
  template <typename Number>
  Number big_endian() {
    Number number = 0;
    for (const std::byte one : take(sizeof(Number))) {
      number = static_cast<Number>(number << 8 | std::to_integer<Number>(one));
    }
    return number;
  }
  /// How many bytes all of it decodes to.
  std::size_t decoded_size(const DecodedSize& size) {
    const auto decoded = big_endian<std::uint64_t>();
    if (decoded > size.most) throw_too_long(size);
    return static_cast<std::size_t>(decoded);
  }

 private:
  std::span<const std::byte> left_;
  const char* format_;
};

constexpr std::size_t kBits = 8;

/// Items of a block where the settings name none: bshuf_default_block_size().
std::size_t usual_block(std::size_t item) {
  constexpr std::size_t kBytes = 8192, kLeast = 128;
  return std::max(kBytes / item / kBits * kBits, kLeast);
}

void check_items(std::size_t bytes, std::size_t item, std::size_t block_items) {
  if (bytes % item != 0) throw DamagedChunk("its bitshuffled values end within one");
  if (block_items % kBits != 0) throw DamagedChunk("its bitshuffle has blocks of a wrong size");
}

/// Calls block(into) for each block of `decoded` but for the last items, which are fewer than eight
/// and stored as they are. A last block that is not full is of a multiple of eight items.
/// @returns the last items
template <typename Block>
std::span<std::byte> for_each_block(Bytes& decoded, std::size_t item, std::size_t block_items,
                                    const Block& block) {
  std::span<std::byte> left(decoded);
  while (left.size() / item >= kBits) {
    const std::size_t items = std::min(block_items, left.size() / item / kBits * kBits);
    block(left.first(items * item));
    left = left.subspan(items * item);
  }
  return left;
}

void copy(std::span<const std::byte> from, std::span<std::byte> into) {
  std::copy(from.begin(), from.end(), into.begin());
}

Decode bitshuffled(std::size_t item, std::size_t block_items) {
  return [=](const Bytes& encoded, const DecodedSize&) {
    check_items(encoded.size(), item, block_items);
    Reader in(encoded, "bitshuffle");
    Bytes decoded(encoded.size()), room;
    const auto last = for_each_block(decoded, item, block_items, [&](std::span<std::byte> into) {
      bitunshuffle(in.take(into.size()), item, room, into);
    });
    copy(in.take(last.size()), last);
    return decoded;
  };
}

using Unpack = void (*)(std::span<const std::byte> packed, std::span<std::byte> into);

/// The decoded size in 8 bytes and that of a block in 4, then of each block its compressed size in
/// 4 bytes, all big-endian, and the block compressed.
Decode bitshuffled(std::size_t item, Unpack unpack) {
  return [=](const Bytes& encoded, const DecodedSize& size) {
    Reader in(encoded, "bitshuffle");
    Bytes decoded(in.decoded_size(size)), room;
    std::size_t block_items = in.big_endian<std::uint32_t>() / item;
    if (block_items == 0) block_items = usual_block(item);
    check_items(decoded.size(), item, block_items);
    Bytes shuffled(std::min(block_items * item, decoded.size()));
    const auto last = for_each_block(decoded, item, block_items, [&](std::span<std::byte> into) {
      const std::span<std::byte> block = std::span(shuffled).first(into.size());
      unpack(in.take(in.big_endian<std::uint32_t>()), block);
      bitunshuffle(block, item, room, into);
    });
    copy(in.take(last.size()), last);
    return decoded;
  };
}

}  // namespace

Bytes lz4_of_hdf5(const Bytes& encoded, const DecodedSize& size) {
  Reader in(encoded, "LZ4 block");
  Bytes decoded(in.decoded_size(size));
  const auto block_size = in.big_endian<std::uint32_t>();
  if (block_size == 0 && !decoded.empty()) throw DamagedChunk("its LZ4 blocks have no size");
  for (std::span<std::byte> left(decoded); !left.empty();) {
    const std::span<std::byte> into = left.first(std::min<std::size_t>(block_size, left.size()));
    const std::span<const std::byte> block = in.take(in.big_endian<std::uint32_t>());
    if (block.size() == into.size()) {
      copy(block, into);
    } else {
      unpack_lz4_block(block, into);
    }
    left = left.subspan(into.size());
  }
  return decoded;
}

Bytes lzf(const Bytes& encoded, const DecodedSize& size) {
  Reader in(encoded, "LZF stream");
  Bytes decoded(std::min(size.likely, size.most));
  std::size_t at = 0;
  const auto next = [&] { return std::to_integer<std::size_t>(in.take(1).front()); };
  const auto make_room = [&](std::size_t length) {
    if (length <= decoded.size() - at) return;
    if (length > size.most - at) throw_too_long(size);
    // The room is not cleared, and may move.
    decoded.resize(std::min(size.most, std::max(2 * decoded.size(), at + length)));
  };
  while (in.left() > 0) {
    const std::size_t control = next();
    constexpr std::size_t kLiterals = 32;
    if (control < kLiterals) {
      const std::span<const std::byte> literals = in.take(control + 1);
      make_room(literals.size());
      copy(literals, std::span(decoded).subspan(at));
      at += literals.size();
      continue;
    }
    constexpr std::size_t kLonger = 7;
    std::size_t length = control >> 5;
    if (length == kLonger) length += next();
    length += 2;
    const std::size_t back = ((control & 0x1f) << 8 | next()) + 1;
    if (back > at) throw DamagedChunk("its LZF stream refers to what lies before its start");
    make_room(length);
    if (back >= length) {
      std::memcpy(&decoded[at], &decoded[at - back], length);
    } else {  // what is copied is just being written: a run
      for (std::size_t i = at; i < at + length; ++i) decoded[i] = decoded[i - back];
    }
    at += length;
  }
  decoded.resize(at);
  return decoded;
}

Decode bitshuffle_decoder(const StorageFilter& filter) {
  const std::size_t item = filter.item_size;
  switch (filter.kind) {
    case StorageFilter::Kind::BitshuffleLz4:
      return bitshuffled(item, unpack_lz4_block);
    case StorageFilter::Kind::BitshuffleZstd:
      return bitshuffled(item, unpack_zstd_frame);
    default:
      return bitshuffled(item, filter.block_size != 0 ? filter.block_size : usual_block(item));
  }
}

}  // namespace gyre::coverage
