#include "coverage/encode/zip_writer.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include <libdeflate.h>

namespace gyre::coverage {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they are");

constexpr std::uint16_t kZip64 = 45, kPlain = 20;  ///< versions needed to read
constexpr std::uint32_t kElsewhere32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint16_t kElsewhere16 = std::numeric_limits<std::uint16_t>::max();

template <typename... Numbers>
void add_numbers(std::string& text, Numbers... numbers) {
  (text.append(reinterpret_cast<const char*>(&numbers), sizeof(numbers)), ...);
}

/// What a member's own header and the directory both say of it.
void add_description(std::string& text, std::uint16_t version, std::uint32_t crc,
                     std::uint32_t size, std::size_t name_size) {
  constexpr std::uint16_t kUtf8 = 1u << 11, kStored = 0, kMidnight = 0;
  constexpr std::uint16_t kFirstDay = (1u << 5) | 1u;  // 1980-01-01
  add_numbers(text, version, kUtf8, kStored, kMidnight, kFirstDay, crc, size, size,
              static_cast<std::uint16_t>(name_size));
}

}  // namespace

ZipWriter::ZipWriter(const std::optional<std::string>& path) : file_(path) {}
ZipWriter::~ZipWriter() = default;

void ZipWriter::append(std::string_view text) {
  file_.write_at(end_, std::as_bytes(std::span(text)));
  end_ += text.size();
}

void ZipWriter::add(const std::string& name, std::span<const std::byte> bytes) {
  const std::uint32_t crc = libdeflate_crc32(0, bytes.data(), bytes.size());
  const auto size = static_cast<std::uint32_t>(bytes.size());
  const std::uint64_t begin = end_;
  const bool far = begin >= kElsewhere32;

  std::string header = "PK\3\4";
  add_description(header, kPlain, crc, size, name.size());
  add_numbers(header, std::uint16_t{0});  // nothing more
  append(header + name);
  file_.write_at(end_, bytes);
  end_ += bytes.size();

  constexpr std::uint16_t kMadeOnUnix = 3u << 8 | kZip64;
  constexpr std::uint32_t kReadableFile = 0100644u << 16;
  directory_ += "PK\1\2";
  add_numbers(directory_, kMadeOnUnix);
  add_description(directory_, far ? kZip64 : kPlain, crc, size, name.size());
  add_numbers(directory_, std::uint16_t{far ? std::uint16_t{12} : std::uint16_t{0}},
              std::uint16_t{0}, std::uint16_t{0}, std::uint16_t{0}, kReadableFile,
              far ? kElsewhere32 : static_cast<std::uint32_t>(begin));
  directory_ += name;
  if (far) add_numbers(directory_, std::uint16_t{1}, std::uint16_t{8}, begin);
  ++members_;
}

std::string ZipWriter::close() {
  const std::uint64_t begin = end_, size = directory_.size();
  append(directory_);
  std::string tail;
  if (members_ >= kElsewhere16 || begin >= kElsewhere32 || size >= kElsewhere32) {
    const std::uint64_t here = end_;
    constexpr std::uint64_t kRest = 44;  // bytes after this number
    tail += "PK\6\6";
    add_numbers(tail, kRest, kZip64, kZip64, std::uint32_t{0}, std::uint32_t{0}, members_, members_,
                size, begin);
    tail += "PK\6\7";
    add_numbers(tail, std::uint32_t{0}, here, std::uint32_t{1});
  }
  const auto members = static_cast<std::uint16_t>(std::min<std::uint64_t>(members_, kElsewhere16));
  tail += "PK\5\6";
  add_numbers(tail, std::uint16_t{0}, std::uint16_t{0}, members, members,
              static_cast<std::uint32_t>(std::min<std::uint64_t>(size, kElsewhere32)),
              static_cast<std::uint32_t>(std::min<std::uint64_t>(begin, kElsewhere32)),
              std::uint16_t{0});
  append(tail);
  return file_.close();
}

}  // namespace gyre::coverage
