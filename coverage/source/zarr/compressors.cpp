#include <algorithm>
#include <cstring>

#include <blosc.h>
#include <bzlib.h>
#include <fmt/format.h>
#include <libdeflate.h>
#include <lz4.h>
#include <lzma.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "coverage/source/zarr/codec.h"

namespace gyre::coverage {
namespace {

/// Makes room until `unpack(room)` fits: it returns the length, or nothing when there was too
/// little room.
template <typename Unpack>
Bytes unpack_growing(const DecodedSize& size, const Unpack& unpack) {
  Bytes room(std::clamp<std::size_t>(size.likely, 1, std::max<std::size_t>(size.most, 1)));
  while (true) {
    if (const std::optional<std::size_t> length = unpack(room)) {
      room.resize(*length);
      return room;
    }
    if (room.size() >= size.most) throw_too_long(size);
    room = Bytes(std::min(room.size() * 2, size.most));
  }
}

using Decompress = libdeflate_result (*)(libdeflate_decompressor*, const void*, std::size_t, void*,
                                         std::size_t, std::size_t*);

Decode deflated(Decompress decompress, const char* name) {
  return [=](const Bytes& encoded, const DecodedSize& size) {
    thread_local const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)>
        state(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
    if (!state) throw std::bad_alloc();
    return unpack_growing(size, [&](Bytes& room) -> std::optional<std::size_t> {
      std::size_t length = 0;
      const auto result = decompress(state.get(), encoded.data(), encoded.size(), room.data(),
                                     room.size(), &length);
      if (result == LIBDEFLATE_INSUFFICIENT_SPACE) return std::nullopt;
      if (result != LIBDEFLATE_SUCCESS) {
        throw DamagedChunk(fmt::format("its {} stream is damaged", name));
      }
      return length;
    });
  };
}

ZSTD_DCtx* zstd_state() {
  thread_local const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> state(
      ZSTD_createDCtx(), ZSTD_freeDCtx);
  if (!state) throw std::bad_alloc();
  return state.get();
}

Bytes from_zstd(const Bytes& encoded, const DecodedSize& size) {
  ZSTD_DCtx* const state = zstd_state();
  if (encoded.empty()) throw DamagedChunk("it is empty, where a zstd frame should be");
  return unpack_growing(size, [&](Bytes& room) -> std::optional<std::size_t> {
    const std::size_t length =
        ZSTD_decompressDCtx(state, room.data(), room.size(), encoded.data(), encoded.size());
    if (ZSTD_isError(length) == 0) return length;
    if (ZSTD_getErrorCode(length) == ZSTD_error_dstSize_tooSmall) return std::nullopt;
    throw DamagedChunk("its zstd frame is damaged");
  });
}

/// numcodecs: the decoded length in 4 bytes, little-endian, then one LZ4 block.
Bytes from_lz4(const Bytes& encoded, const DecodedSize& size) {
  std::uint32_t length = 0;
  if (encoded.size() < sizeof(length)) throw DamagedChunk("its LZ4 block is cut short");
  for (std::size_t i = 0; i < sizeof(length); ++i) {
    length |= std::to_integer<std::uint32_t>(encoded[i]) << (8 * i);
  }
  if (length > size.most) throw_too_long(size);
  Bytes decoded(length);
  unpack_lz4_block(std::span(encoded).subspan(sizeof(length)), decoded);
  return decoded;
}

Bytes from_blosc(const Bytes& encoded, const DecodedSize& size) {
  std::size_t length = 0;
  if (encoded.size() < BLOSC_MIN_HEADER_LENGTH ||
      blosc_cbuffer_validate(encoded.data(), encoded.size(), &length) != 0) {
    throw DamagedChunk("its blosc header does not fit its length");
  }
  if (length > size.most) throw_too_long(size);
  Bytes decoded(length);
  if (length == 0) return decoded;
  const int got = blosc_decompress_ctx(encoded.data(), decoded.data(), length, 1);
  if (got < 0 || static_cast<std::size_t>(got) != length) {
    throw DamagedChunk("its blosc buffer is damaged");
  }
  return decoded;
}

Bytes from_lzma(const Bytes& encoded, const DecodedSize& size) {
  constexpr std::uint64_t kMemory = 128u << 20;
  return unpack_growing(size, [&](Bytes& room) -> std::optional<std::size_t> {
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_auto_decoder(&stream, kMemory, 0) != LZMA_OK) throw std::bad_alloc();
    stream.next_in = reinterpret_cast<const std::uint8_t*>(encoded.data());
    stream.avail_in = encoded.size();
    stream.next_out = reinterpret_cast<std::uint8_t*>(room.data());
    stream.avail_out = room.size();
    const lzma_ret result = lzma_code(&stream, LZMA_FINISH);
    const std::size_t left = stream.avail_out;
    lzma_end(&stream);
    if (result == LZMA_STREAM_END) return room.size() - left;
    if ((result == LZMA_OK || result == LZMA_BUF_ERROR) && left == 0) return std::nullopt;
    throw DamagedChunk("its xz stream is damaged");
  });
}

/// One stream after the other, as Python's bz2 reads them.
Bytes from_bz2(const Bytes& encoded, const DecodedSize& size) {
  return unpack_growing(size, [&](Bytes& room) -> std::optional<std::size_t> {
    std::size_t in = 0, out = 0;
    while (in < encoded.size()) {
      bz_stream stream = {};
      if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK) throw std::bad_alloc();
      // libbz2 only reads from it; what is longer than 4 GB no chunk is.
      stream.next_in = const_cast<char*>(reinterpret_cast<const char*>(encoded.data() + in));
      stream.avail_in = static_cast<unsigned>(encoded.size() - in);
      int result = BZ_OK;
      while (result == BZ_OK) {
        stream.next_out = reinterpret_cast<char*>(room.data() + out);
        stream.avail_out = static_cast<unsigned>(room.size() - out);
        const unsigned in_before = stream.avail_in, out_before = stream.avail_out;
        result = BZ2_bzDecompress(&stream);
        out += out_before - stream.avail_out;
        if (result == BZ_OK && in_before == stream.avail_in && out_before == stream.avail_out)
          break;
      }
      in = encoded.size() - stream.avail_in;
      const bool full = out == room.size();
      BZ2_bzDecompressEnd(&stream);
      if (result == BZ_STREAM_END) continue;
      if (result == BZ_OK && full) return std::nullopt;
      throw DamagedChunk("its bzip2 stream is damaged");
    }
    return out;
  });
}

}  // namespace

void throw_too_long(const DecodedSize& size) {
  throw DamagedChunk(fmt::format("it unpacks to more than the {} bytes it may have", size.most));
}

void unpack_lz4_block(std::span<const std::byte> block, std::span<std::byte> into) {
  if (block.size() > LZ4_MAX_INPUT_SIZE || into.size() > LZ4_MAX_INPUT_SIZE) {
    throw DamagedChunk("its LZ4 block is longer than one can be");
  }
  const int got = LZ4_decompress_safe(
      reinterpret_cast<const char*>(block.data()), reinterpret_cast<char*>(into.data()),
      static_cast<int>(block.size()), static_cast<int>(into.size()));
  if (got < 0 || static_cast<std::size_t>(got) != into.size()) {
    throw DamagedChunk("its LZ4 block is damaged");
  }
}

void unpack_zstd_frame(std::span<const std::byte> frame, std::span<std::byte> into) {
  const std::size_t got =
      ZSTD_decompressDCtx(zstd_state(), into.data(), into.size(), frame.data(), frame.size());
  if (ZSTD_isError(got) != 0 || got != into.size()) {
    throw DamagedChunk("its zstd frame is damaged");
  }
}

std::optional<Decode> compressor_named(const std::string& id, const Json& config) {
  if (id == "zlib") return deflated(libdeflate_zlib_decompress, "zlib");
  if (id == "gzip") return deflated(libdeflate_gzip_decompress, "gzip");
  if (id == "bz2") return from_bz2;
  if (id == "zstd") return from_zstd;
  if (id == "lz4") return from_lz4;
  if (id == "blosc") return from_blosc;
  if (id == "lzma") {
    constexpr int kRaw = 3;  // needs the chain of filters, which is settings of liblzma's own
    const auto format = config.find("format");
    if (format != config.end() && *format == kRaw) {
      throw CodecNotRead("it is compressed with raw 'lzma', which is not yet read");
    }
    return from_lzma;
  }
  return std::nullopt;
}

}  // namespace gyre::coverage
