// The codecs of Zarr: what they undo, and that damaged input is an error and nothing else.
#include <cmath>
#include <cstring>
#include <random>

#include <blosc.h>
#include <catch2/catch.hpp>
#include <libdeflate.h>
#include <zstd.h>

#include "coverage/source/zarr/codec.h"
#include "coverage/source/zarr/stored_type.h"
#include "coverage/source/zarr/strided_copy.h"

using namespace gyre::coverage;

namespace {

Bytes bytes_of(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

template <typename T>
Bytes bytes_of_numbers(const std::vector<T>& numbers) {
  Bytes bytes(numbers.size() * sizeof(T));
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

Bytes sample() {
  Bytes bytes;
  for (int i = 0; i < 4000; ++i) bytes.push_back(static_cast<std::byte>(i / 16));
  return bytes;
}

Bytes by_zlib(const Bytes& plain) {
  libdeflate_compressor* const state = libdeflate_alloc_compressor(6);
  Bytes packed(libdeflate_zlib_compress_bound(state, plain.size()));
  packed.resize(
      libdeflate_zlib_compress(state, plain.data(), plain.size(), packed.data(), packed.size()));
  libdeflate_free_compressor(state);
  return packed;
}

Bytes by_zstd(const Bytes& plain) {
  Bytes packed(ZSTD_compressBound(plain.size()));
  packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3));
  return packed;
}

Bytes by_blosc(const Bytes& plain, const char* name, int shuffle) {
  Bytes packed(plain.size() + BLOSC_MAX_OVERHEAD);
  packed.resize(static_cast<std::size_t>(blosc_compress_ctx(
      5, shuffle, 4, plain.size(), plain.data(), packed.data(), packed.size(), name, 0, 1)));
  return packed;
}

Decode compressor(const std::string& id) { return *compressor_named(id, Json::object()); }

}  // namespace

TEST_CASE("compressors of Zarr give back what was packed", "[source][zarr]") {
  const Bytes plain = sample();
  const DecodedSize size{plain.size(), 4 * plain.size()};
  CHECK(compressor("zlib")(by_zlib(plain), size) == plain);
  CHECK(compressor("zstd")(by_zstd(plain), size) == plain);
  for (const char* const name : {"lz4", "lz4hc", "blosclz", "zstd", "zlib"}) {
    for (const int shuffle : {BLOSC_NOSHUFFLE, BLOSC_SHUFFLE, BLOSC_BITSHUFFLE}) {
      CAPTURE(name, shuffle);
      CHECK(compressor("blosc")(by_blosc(plain, name, shuffle), size) == plain);
    }
  }
  // "abc" as LZ4: length in four bytes, then a token of three literals
  CHECK(compressor("lz4")(bytes_of({3, 0, 0, 0, 0x30, 'a', 'b', 'c'}), size) ==
        bytes_of({'a', 'b', 'c'}));
  // Python: bz2.compress(b"abc")
  CHECK(compressor("bz2")(
            bytes_of({0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0x64, 0x8c, 0xbb,
                      0x73, 0x00, 0x00, 0x00, 0x01, 0x00, 0x38, 0x00, 0x20, 0x00, 0x21, 0x98, 0x19,
                      0x84, 0x61, 0x77, 0x24, 0x53, 0x85, 0x09, 0x06, 0x48, 0xcb, 0xb7, 0x30}),
            size) == bytes_of({'a', 'b', 'c'}));
  CHECK_FALSE(compressor_named("zfpy", Json::object()).has_value());

  SECTION("also when they unpack to more than is likely") {
    const DecodedSize small{100, 4 * plain.size()};
    CHECK(compressor("zlib")(by_zlib(plain), small) == plain);
    CHECK(compressor("zstd")(by_zstd(plain), small) == plain);
  }
  SECTION("but never to more than they may") {
    const DecodedSize little{100, 1000};
    CHECK_THROWS_AS(compressor("zlib")(by_zlib(plain), little), DamagedChunk);
    CHECK_THROWS_AS(compressor("zstd")(by_zstd(plain), little), DamagedChunk);
    CHECK_THROWS_AS(compressor("blosc")(by_blosc(plain, "lz4", 1), little), DamagedChunk);
    CHECK_THROWS_AS(compressor("lz4")(bytes_of({255, 255, 255, 127, 0}), little), DamagedChunk);
  }
}

TEST_CASE("damaged chunks of Zarr are errors", "[source][zarr][property]") {
  const Bytes plain = sample();
  const DecodedSize size{plain.size(), 2 * plain.size()};
  const std::vector<std::pair<std::string, Bytes>> packed{
      {"zlib", by_zlib(plain)},
      {"zstd", by_zstd(plain)},
      {"blosc", by_blosc(plain, "lz4", BLOSC_SHUFFLE)},
      {"blosc", by_blosc(plain, "zstd", BLOSC_BITSHUFFLE)},
      {"blosc", by_blosc(plain, "blosclz", BLOSC_NOSHUFFLE)}};
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same each time
  for (const auto& [id, whole] : packed) {
    const Decode decode = compressor(id);
    for (std::size_t length = 0; length < whole.size(); length += 1 + whole.size() / 50) {
      CAPTURE(id, length);
      CHECK_THROWS_AS(decode(Bytes(whole.begin(), whole.begin() + static_cast<long>(length)), size),
                      DamagedChunk);
    }
    for (int i = 0; i < 300; ++i) {  // never a crash; what comes out is within its bounds
      Bytes damaged = whole;
      damaged[random() % damaged.size()] ^= static_cast<std::byte>(1 + random() % 255);
      std::size_t length = 0;
      try {
        length = decode(std::move(damaged), size).size();
      } catch (const DamagedChunk&) {
        continue;
      }
      if (length > size.most) FAIL(id << " unpacks to " << length);
    }
  }
  for (const std::string id : {"zlib", "gzip", "zstd", "lz4", "blosc", "lzma"}) {
    CHECK_THROWS_AS(compressor(id)({}, size), DamagedChunk);
    CHECK_THROWS_AS(compressor(id)(Bytes(40, std::byte{0x5a}), size), DamagedChunk);
  }
}

TEST_CASE("checksums of Zarr are compared and taken away", "[source][zarr]") {
  const char* const digits = "123456789";
  Bytes text(9);
  std::memcpy(text.data(), digits, text.size());
  CHECK(crc32c(text) == 0xe3069283U);       // the check value of CRC-32C
  CHECK(crc32c(Bytes(32)) == 0x8a9136aaU);  // RFC 3720, B.4
  const Decode at_end = *checksum_named("crc32c", Json::object());
  Bytes guarded = text;
  for (const int byte : {0x83, 0x92, 0x06, 0xe3}) guarded.push_back(static_cast<std::byte>(byte));
  CHECK(at_end(guarded, {}) == text);
  guarded[3] ^= std::byte{1};
  CHECK_THROWS_AS(at_end(guarded, {}), DamagedChunk);
  CHECK_THROWS_AS(at_end(bytes_of({1, 2, 3}), {}), DamagedChunk);
  Bytes before = bytes_of({0x26, 0x39, 0xf4, 0xcb});  // crc32 of the digits
  before.insert(before.end(), text.begin(), text.end());
  CHECK((*checksum_named("crc32", Json::object()))(before, {}) == text);
}

TEST_CASE("filters of Zarr compute as numpy does", "[source][zarr]") {
  const DecodedSize size{100, 1000};
  const auto filter = [](const char* id, const char* config) {
    return *filter_named(id, Json::parse(config));
  };
  CHECK(filter("delta", R"({"dtype": "<i2", "astype": "|i1"})")(
            bytes_of_numbers<std::int8_t>({100, 100, -128}), size) ==
        bytes_of_numbers<std::int16_t>({100, 200, 72}));
  CHECK(filter("delta", R"({"dtype": "<i2"})")(bytes_of_numbers<std::int16_t>({32767, 1}), size) ==
        bytes_of_numbers<std::int16_t>({32767, -32768}));
  CHECK(filter("delta", R"({"dtype": ">u2"})")(bytes_of({0, 1, 0, 2}), size) ==
        bytes_of({0, 1, 0, 3}));
  CHECK(filter("fixedscaleoffset",
               R"({"dtype": "<f8", "astype": "|u1", "scale": 10, "offset": 1000})")(
            bytes_of({0, 5}), size) == bytes_of_numbers<double>({1000, 1000.5}));
  CHECK(filter("quantize", R"({"dtype": "<f8", "astype": "<f4", "digits": 1})")(
            bytes_of_numbers<float>({0.1F}), size) == bytes_of_numbers<double>({double{0.1F}}));
  CHECK(filter("shuffle", R"({"elementsize": 2})")(bytes_of({1, 2, 3, 4}), size) ==
        bytes_of({1, 3, 2, 4}));
  CHECK(filter("bitround", R"({"keepbits": 3})")(bytes_of({1, 2}), size) == bytes_of({1, 2}));
  CHECK_THROWS_AS(filter("delta", R"({"dtype": "<i4"})")(bytes_of({1, 2, 3}), size), DamagedChunk);
  CHECK(filter("shuffle", R"({"elementsize": 2})")(bytes_of({1, 2, 3, 4, 5}), size) ==
        bytes_of({1, 3, 2, 4, 5}));
  // numcodecs.PackBits of ten booleans
  CHECK(filter("packbits", "{}")(bytes_of({6, 0x80, 0x40}), size) ==
        bytes_of({1, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
  CHECK_THROWS_AS(filter("delta", R"({"dtype": "|O"})"), CodecNotRead);
  CHECK_THROWS_AS(filter("shuffle", R"({"elementsize": 0})"), CodecNotRead);
  CHECK_THROWS_AS(filter("fixedscaleoffset", R"({"dtype": "<f4"})"), CodecNotRead);
}

TEST_CASE("half floats are widened and rounded as IEEE 754 has it", "[source][zarr]") {
  CHECK(from_half(0x3c00) == 1.0F);
  CHECK(from_half(0xfbff) == -65504.0F);
  CHECK(from_half(0x0001) == std::ldexp(1.0F, -24));
  CHECK(std::signbit(from_half(0x8000)));
  CHECK(std::isnan(from_half(0x7e00)));
  CHECK(std::isinf(from_half(0x7c00)));
  for (unsigned bits = 0; bits < 0x7c00; ++bits) {
    const float exact = from_half(static_cast<std::uint16_t>(bits));
    if (rounded_to_half(exact) != exact) FAIL(bits);
  }
  CHECK(rounded_to_half(1.1) == from_half(0x3c66));
  CHECK(std::isinf(rounded_to_half(65520)));
}

TEST_CASE("fill values of Zarr have their array's type or none", "[source][zarr]") {
  const auto item = [](const char* type, const char* value) {
    return fill_item(*stored_type_v3(type), Json::parse(value));
  };
  CHECK(item("int16", "-32768") == bytes_of_numbers<std::int16_t>({-32768}));
  CHECK(item("uint64", "18446744073709551615") == bytes_of_numbers<std::uint64_t>({~0ULL}));
  CHECK(item("int32", "7.0") == bytes_of_numbers<std::int32_t>({7}));
  CHECK(item("bool", "true") == bytes_of({1}));
  CHECK(item("float32", "\"0x7fc00001\"") == bytes_of_numbers<std::uint32_t>({0x7fc00001U}));
  CHECK(item("float64", "\"-Infinity\"") == bytes_of_numbers<double>({-INFINITY}));
  CHECK_FALSE(item("int8", "300").has_value());
  CHECK_FALSE(item("uint8", "-1").has_value());
  CHECK_FALSE(item("int32", "\"NaN\"").has_value());
  CHECK_FALSE(item("float32", "\"many\"").has_value());
  CHECK_FALSE(item("float32", "\"0x7fc0000g\"").has_value());
  CHECK(base64_number("AAAAAAAA+H8=").has_value());
  CHECK(std::isnan(*base64_number("AAAAAAAA+H8=")));
  CHECK(base64_number("AAAAAAAA8D8=") == 1.0);
  CHECK_FALSE(base64_number("AAAAAAAA8D8").has_value());
  for (const char* const dtype :
       {"<f1", "<M8[ns]", "<c8", "<i3", "|S0", "<U99999999999", "", "<f"}) {
    CAPTURE(dtype);
    CHECK_FALSE(stored_type_v2(dtype).has_value());
  }
}

TEST_CASE("a box is copied whatever the strides", "[source][zarr]") {
  const std::vector<std::uint16_t> from{0, 1, 2, 3, 4, 5};  // 2 x 3
  std::vector<std::uint16_t> to(6);
  copy_strided({reinterpret_cast<const std::byte*>(from.data()), {2, 6}},
               {reinterpret_cast<std::byte*>(to.data()), {4, 2}}, {3, 2}, 2);
  CHECK(to == std::vector<std::uint16_t>{0, 3, 1, 4, 2, 5});
  CHECK(row_major_strides({4, 3, 2}, 8) == std::vector<std::size_t>{48, 16, 8});
}
