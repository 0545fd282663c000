#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <libdeflate.h>

#include "coverage/source/zarr/codec.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kLength = 4;

/// tables[k][b]: the remainder of byte b followed by k zero bytes, bits reflected.
constexpr auto castagnoli_tables() {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1) != 0 ? 0x82f63b78U : 0);
    tables[0][byte] = rest;
  }
  for (std::size_t k = 1; k < 8; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}
constexpr auto kTables = castagnoli_tables();

std::uint32_t crc32(std::span<const std::byte> bytes) {
  return libdeflate_crc32(0, bytes.data(), bytes.size());
}
std::uint32_t adler32(std::span<const std::byte> bytes) {
  return libdeflate_adler32(1, bytes.data(), bytes.size());
}

/// As HDF5 has it (H5_checksum_fletcher32) and numcodecs after it: words of 16 bits, big-endian.
std::uint32_t fletcher32(std::span<const std::byte> bytes) {
  std::uint32_t low = 0, high = 0;
  std::size_t words = bytes.size() / 2, at = 0;
  const auto byte = [&](std::size_t i) { return std::to_integer<std::uint32_t>(bytes[i]); };
  const auto fold = [](std::uint32_t sum) { return (sum & 0xffff) + (sum >> 16); };
  while (words > 0) {
    constexpr std::size_t kUntilOverflow = 360;
    for (std::size_t left = std::min(words, kUntilOverflow); left > 0; --left, --words, at += 2) {
      low += byte(at) << 8 | byte(at + 1);
      high += low;
    }
    low = fold(low);
    high = fold(high);
  }
  if (bytes.size() % 2 != 0) {
    low += byte(at) << 8;
    high += low;
    low = fold(low);
    high = fold(high);
  }
  return fold(high) << 16 | fold(low);
}

Decode checked(std::uint32_t (*sum)(std::span<const std::byte>), bool at_end, std::string name) {
  return [=](Bytes encoded, const DecodedSize&) {
    if (encoded.size() < kLength) {
      throw DamagedChunk(fmt::format("it is shorter than its {} checksum", name));
    }
    const std::size_t length = encoded.size() - kLength;
    const std::span<const std::byte> all(encoded);
    const auto declared = all.subspan(at_end ? length : 0, kLength);
    std::uint32_t expected = 0;
    for (std::size_t i = 0; i < kLength; ++i) {
      expected |= std::to_integer<std::uint32_t>(declared[i]) << (8 * i);
    }
    if (sum(all.subspan(at_end ? 0 : kLength, length)) != expected) {
      throw DamagedChunk(fmt::format("its {} checksum is wrong", name));
    }
    if (!at_end) encoded.erase(encoded.begin(), encoded.begin() + kLength);
    encoded.resize(length);
    return encoded;
  };
}

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes) {
  std::uint32_t rest = 0xffffffffU;
  const auto at = [&](std::size_t i) { return std::to_integer<std::uint32_t>(bytes[i]); };
  while (bytes.size() >= 8) {
    rest ^= at(0) | at(1) << 8 | at(2) << 16 | at(3) << 24;
    rest = kTables[7][rest & 0xff] ^ kTables[6][(rest >> 8) & 0xff] ^
           kTables[5][(rest >> 16) & 0xff] ^ kTables[4][rest >> 24] ^ kTables[3][at(4)] ^
           kTables[2][at(5)] ^ kTables[1][at(6)] ^ kTables[0][at(7)];
    bytes = bytes.subspan(8);
  }
  for (const std::byte one : bytes) {
    rest = (rest >> 8) ^ kTables[0][(rest ^ std::to_integer<std::uint32_t>(one)) & 0xff];
  }
  return ~rest;
}

std::optional<Decode> checksum_named(const std::string& id, const Json& config) {
  const auto location = config.find("location");
  const auto at_end = [&](bool usual) {
    return location == config.end() || !location->is_string() ? usual : *location == "end";
  };
  // Where numcodecs puts them when the settings do not say.
  if (id == "crc32") return checked(crc32, at_end(false), id);
  if (id == "adler32") return checked(adler32, at_end(false), id);
  if (id == "crc32c") return checked(crc32c, at_end(true), id);
  if (id == "fletcher32") return checked(fletcher32, true, id);
  return std::nullopt;
}

}  // namespace gyre::coverage
