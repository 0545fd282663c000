#include "coverage/encode/deflate.h"

#include <memory>
#include <random>

#include <catch2/catch.hpp>
#include <libdeflate.h>

using namespace gyre::coverage;

namespace {

/// By another library, which checks the checksum too.
Bytes inflated(const Bytes& stream, std::size_t size) {
  const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> state(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  Bytes bytes(size + 1);  // one more than there should be
  std::size_t got = 0;
  REQUIRE(libdeflate_zlib_decompress(state.get(), stream.data(), stream.size(), bytes.data(),
                                     bytes.size(), &got) == LIBDEFLATE_SUCCESS);
  bytes.resize(got);
  return bytes;
}

}  // namespace

TEST_CASE("what is deflated is what another library inflates", "[encode]") {
  std::mt19937 random(3);
  // Bytes that cannot be made smaller, alike ones, few different ones, and runs of noise.
  const auto byte = GENERATE(0, 1, 2, 3);
  for (const std::size_t size : {0, 1, 2, 7, 31, 4096, 65535, 65536, 200'000, 3'000'000}) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) {
      const unsigned any = random();
      bytes[i] = static_cast<std::byte>(byte == 0   ? any
                                        : byte == 1 ? 7
                                        : byte == 2 ? any % 3
                                                    : (i / 5000 % 2 == 0 ? any : i / 100));
    }
    const Bytes stream = deflated(bytes);
    CHECK(inflated(stream, size) == bytes);
    CHECK(stream.size() <= size + 5 * (size / 65535 + 1) + 8);
    CHECK(deflated(bytes) == stream);  // whatever its working memory held before
  }
}
