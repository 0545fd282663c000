#include "coverage/encode/deflate.h"

#include <cstdint>
#include <limits>
#include <string>

#include <isa-l/igzip_lib.h>

#include "coverage/base/error.h"

namespace gyre::coverage {
namespace {

/// More than bytes that cannot be made smaller take: RFC 1951, 3.2.4, five for each 65,535 that are
/// told as they are, and RFC 1950's header and checksum.
std::size_t most_of(std::size_t bytes) { return bytes + 5 * (bytes / 65535 + 1) + 8; }

}  // namespace

// ISA-L: four times as fast as libdeflate's first level, for streams 2 % longer.
Bytes deflated(std::span<const std::byte> bytes) {
  if (most_of(bytes.size()) > std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorKind::EncodingRefused, "", "A chunk of 4 GiB or more cannot be deflated.");
  }
  Bytes stream(most_of(bytes.size()));
  // With less room codes change more often: 5 % slower, 1 % shorter than with what it suggests.
  Bytes room(ISAL_DEF_LVL1_SMALL);
  isal_zstream state;
  isal_deflate_stateless_init(&state);
  state.gzip_flag = IGZIP_ZLIB;
  state.level = 1;
  state.level_buf = reinterpret_cast<std::uint8_t*>(room.data());
  state.level_buf_size = static_cast<std::uint32_t>(room.size());
  // It does not write to what it reads.
  state.next_in = reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(bytes.data()));
  state.avail_in = static_cast<std::uint32_t>(bytes.size());
  state.next_out = reinterpret_cast<std::uint8_t*>(stream.data());
  state.avail_out = static_cast<std::uint32_t>(stream.size());
  state.end_of_stream = 1;
  if (const int status = isal_deflate_stateless(&state); status != COMP_OK) {
    throw Error(ErrorKind::Internal, "", "ISA-L cannot deflate: " + std::to_string(status));
  }
  stream.resize(state.total_out);
  return stream;
}

}  // namespace gyre::coverage
