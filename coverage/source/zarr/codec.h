#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

#include "coverage/base/export.h"
#include "coverage/source/zarr/byte_source.h"
#include "coverage/source/zarr/zarr_values.h"

namespace gyre::coverage {

/// How many bytes the result of a codec has when nothing else changes its length, and how many it
/// may have at most.
struct DecodedSize {
  std::size_t likely = 0, most = 0;
};

/// What is to unpack to more than `size.most` bytes.
[[noreturn]] GYRE_API void throw_too_long(const DecodedSize& size);

/// One step from the store to memory. @throws DamagedChunk
using Decode = std::function<Bytes(Bytes encoded, const DecodedSize& size)>;

/// A codec that cannot be undone: a phrase about the array ("it is compressed with 'bz2', ...").
class GYRE_API CodecNotRead : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Bytes to bytes, by numcodecs' or Zarr v3's names (without "numcodecs."): blosc, bz2, gzip, lz4,
/// lzma, zlib, zstd. `config` is the object that holds their settings. Absent for other names.
[[nodiscard]] GYRE_API std::optional<Decode> compressor_named(const std::string& id,
                                                              const Json& config);

/// One LZ4 block, or one frame of Zstandard, that fills `into`. @throws DamagedChunk
GYRE_API void unpack_lz4_block(std::span<const std::byte> block, std::span<std::byte> into);
GYRE_API void unpack_zstd_frame(std::span<const std::byte> frame, std::span<std::byte> into);

/// Bytes to bytes as well, by numcodecs' names: adler32, crc32, crc32c, fletcher32 (HDF5's):
/// compared, then taken away.
[[nodiscard]] GYRE_API std::optional<Decode> checksum_named(const std::string& id,
                                                            const Json& config);

/// Numbers to numbers, each with the types its settings say: astype, bitround, delta,
/// fixedscaleoffset, packbits (of booleans), quantize, shuffle (of bytes). Absent for other names.
/// @throws CodecNotRead for settings that are not understood
[[nodiscard]] GYRE_API std::optional<Decode> filter_named(const std::string& id,
                                                          const Json& config);

/// Swaps the bytes of each `unit` bytes in place. @throws DamagedChunk when these do not divide it
GYRE_API void swap_bytes(Bytes& bytes, std::size_t unit);

/// CRC-32C (Castagnoli), RFC 3720 appendix B.4.
[[nodiscard]] GYRE_API std::uint32_t crc32c(std::span<const std::byte> bytes);

}  // namespace gyre::coverage
