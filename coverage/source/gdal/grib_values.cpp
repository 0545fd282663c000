#include <cmath>
#include <cstring>
#include <limits>

#include <libaec.h>

#include "coverage/base/error.h"
#include "coverage/source/gdal/grib_bytes.h"
#include "coverage/source/gdal/grib_field.h"
#include "coverage/source/gdal/grib_file.h"

namespace gyre::coverage {
namespace {

[[noreturn]] void damaged(const char* what) { throw Error(ErrorKind::MalformedHolding, "", what); }

std::string octets(std::uint64_t value, std::size_t count) {
  std::string text(count, '\0');
  for (std::size_t i = count; i-- > 0; value >>= 8) text[i] = static_cast<char>(value & 0xFF);
  return text;
}

/// Decodes whole numbers of `bits` each.
std::vector<std::uint32_t> decode(const std::string& packed, std::size_t count,
                                  const GribOctets& packing) {
  aec_stream stream = {};
  stream.bits_per_sample = static_cast<unsigned>(packing.u1(20));
  // Of this machine's own byte order, and never three bytes each.
  stream.flags =
      static_cast<unsigned>(packing.u1(22)) & ~static_cast<unsigned>(AEC_DATA_3BYTE | AEC_DATA_MSB);
  stream.block_size = static_cast<unsigned>(packing.u1(23));
  stream.rsi = static_cast<unsigned>(packing.u2(24));
  constexpr unsigned kMostBits = 32;
  if (stream.bits_per_sample > kMostBits) damaged("its values have more than 32 bits");
  const std::size_t each = stream.bits_per_sample <= 8 ? 1 : stream.bits_per_sample <= 16 ? 2 : 4;
  std::vector<unsigned char> raw(count * each);
  stream.next_in = reinterpret_cast<const unsigned char*>(packed.data());
  stream.avail_in = packed.size();
  stream.next_out = raw.data();
  stream.avail_out = raw.size();
  if (aec_buffer_decode(&stream) != AEC_OK || stream.total_out != raw.size()) {
    damaged("its packed values cannot be decoded");
  }
  std::vector<std::uint32_t> numbers(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (each == 1) {
      numbers[i] = raw[i];
    } else if (each == 2) {
      std::uint16_t number = 0;
      std::memcpy(&number, &raw[i * each], each);
      numbers[i] = number;
    } else {
      std::memcpy(&numbers[i], &raw[i * each], each);
    }
  }
  return numbers;
}

}  // namespace

std::size_t point_of(const GribGrid& grid, std::size_t row, std::size_t column) {
  constexpr int kNorthward = 0x40, kByColumns = 0x20, kBackAndForth = 0x10;
  const std::size_t r = (grid.scanning & kNorthward) != 0 ? grid.rows - 1 - row : row;
  const bool back = (grid.scanning & kBackAndForth) != 0 && r % 2 == 1;
  const std::size_t c = back ? grid.columns - 1 - column : column;
  return (grid.scanning & kByColumns) != 0 ? c * grid.rows + r : r * grid.columns + c;
}

std::vector<std::uint8_t> bitmap_of(const std::string& path, const GribField& field,
                                    const GribGrid& grid) {
  std::vector<std::uint8_t> there(grid.rows * grid.columns, 1);
  if (field.bitmap_at == 0) return there;
  const std::string bits = GribFile(path).bytes(field.bitmap_at, (there.size() + 7) / 8);
  if (bits.size() != (there.size() + 7) / 8) damaged("a bitmap is cut short");
  for (std::size_t i = 0; i < there.size(); ++i) {
    there[i] = (static_cast<unsigned char>(bits[i / 8]) >> (7 - i % 8)) & 1;
  }
  return there;
}

std::vector<float> ccsds_values(const std::string& path, const GribField& field,
                                const GribGrid& grid) {
  const GribFile file(path);
  constexpr std::size_t kPackingBytes = 25;
  const std::string section = file.bytes(field.ccsds_at, kPackingBytes);
  const GribOctets packing(section);
  const std::vector<std::uint8_t> there = bitmap_of(path, field, grid);
  std::size_t count = 0;
  for (const std::uint8_t one : there) count += one;
  if (packing.number(6, 4) != count) damaged("it has another number of values than points");
  const auto raw = static_cast<std::uint32_t>(packing.number(12, 4));
  float reference = 0;
  std::memcpy(&reference, &raw, sizeof(reference));
  const double binary = std::ldexp(1.0, static_cast<int>(packing.signed_number(16, 2)));
  const double decimal = std::pow(10.0, static_cast<double>(-packing.signed_number(18, 2)));
  std::vector<std::uint32_t> numbers(count);
  if (packing.u1(20) != 0 && count != 0) {
    const std::string packed =
        file.bytes(field.data_at, static_cast<std::size_t>(field.data_bytes));
    numbers = decode(packed, count, packing);
  }
  std::vector<float> values(there.size(), std::numeric_limits<float>::quiet_NaN());
  std::size_t next = 0;
  for (std::size_t i = 0; i < there.size(); ++i) {
    if (there[i] == 0) continue;
    values[i] = static_cast<float>((double{reference} + numbers[next++] * binary) * decimal);
  }
  return values;
}

std::string message_without_values(const std::string& path, const GribField& field) {
  // All sections up to that of packing, then a field that is the same everywhere.
  const std::string begin =
      GribFile(path).bytes(field.offset, static_cast<std::size_t>(field.ccsds_at - field.offset));
  constexpr std::size_t kHead = 16, kPacking = 21;
  const std::size_t points = static_cast<std::size_t>(field.points);
  std::string message = begin + octets(kPacking, 4) + octets(5, 1) + octets(points, 4) +
                        octets(0, 2) + octets(0, 4) + octets(0, 2) + octets(0, 2) + octets(0, 1) +
                        octets(0, 1) + octets(6, 4) + octets(6, 1) + octets(255, 1) + octets(5, 4) +
                        octets(7, 1) + "7777";
  if (begin.size() < kHead) damaged("a message is cut short");
  message.replace(8, 8, octets(message.size(), 8));
  return message;
}

}  // namespace gyre::coverage
