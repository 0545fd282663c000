#include "coverage/encode/deflate.h"

#include <memory>
#include <new>

#include <libdeflate.h>

namespace gyre::coverage {
namespace {

struct Closer {
  void operator()(libdeflate_compressor* compressor) const {
    libdeflate_free_compressor(compressor);
  }
};

libdeflate_compressor& compressor() {
  constexpr int kLevel = 1;
  thread_local const std::unique_ptr<libdeflate_compressor, Closer> own(
      libdeflate_alloc_compressor(kLevel));
  if (!own) throw std::bad_alloc();
  return *own;
}

}  // namespace

Bytes deflated(std::span<const std::byte> bytes) {
  libdeflate_compressor& own = compressor();
  Bytes stream(libdeflate_zlib_compress_bound(&own, bytes.size()));
  stream.resize(
      libdeflate_zlib_compress(&own, bytes.data(), bytes.size(), stream.data(), stream.size()));
  return stream;
}

}  // namespace gyre::coverage
