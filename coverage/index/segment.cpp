#include "coverage/index/segment.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/index/record_parts.h"
#include "coverage/index/segment_check.h"

namespace gyre::coverage {
namespace {

[[noreturn]] void damaged(const char* what) {
  throw Error(ErrorKind::MalformedHolding, "", fmt::format("the index is damaged: {}", what));
}

/// Read, not mapped: what is looked at once need not stay in this process's memory.
std::uint64_t check_of_file(int file) {
  segment::ContentCheck check;
  std::vector<char> room(std::size_t{1} << 20);
  off_t at = sizeof(segment::Header);
  while (true) {
    const ssize_t got = ::pread(file, room.data(), room.size(), at);
    if (got <= 0) return check.value();
    check.add({room.data(), static_cast<std::size_t>(got)});
    at += got;
  }
}

}  // namespace

IndexSegment::IndexSegment(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) damaged(std::strerror(errno));
  struct stat status = {};
  const bool known = ::fstat(file, &status) == 0;
  const auto check = check_of_file(file);
  size_ = known ? static_cast<std::size_t>(status.st_size) : 0;
  void* const mapped = size_ < sizeof(segment::Header)
                           ? MAP_FAILED
                           : ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  if (mapped == MAP_FAILED) damaged("a segment is too short, or cannot be mapped");
  start_ = static_cast<const std::byte*>(mapped);
  try {
    check_header();
    if (check != header().check) damaged("a segment's bytes have changed");
  } catch (const Error&) {
    ::munmap(mapped, size_);
    throw;
  }
}

IndexSegment::IndexSegment(InMemory memory)
    : memory_(std::move(memory.bytes)),
      start_(reinterpret_cast<const std::byte*>(memory_.data())),
      size_(memory_.size()) {
  check_header();
  segment::ContentCheck check;
  check.add(std::string_view(memory_).substr(sizeof(segment::Header)));
  if (check.value() != header().check) damaged("a segment's bytes have changed");
}

void IndexSegment::check_header() const {
  const segment::Header& head = header();
  const bool good = head.magic == segment::kMagic && head.version == segment::kVersion &&
                    head.size == size_ && head.blob_table % 8 == 0 && head.record_table % 8 == 0 &&
                    head.blob_table <= size_ && head.record_table <= size_ &&
                    head.blobs <= (size_ - head.blob_table) / sizeof(segment::Blob) &&
                    head.records <= (size_ - head.record_table) / sizeof(std::uint64_t);
  if (!good) damaged("a segment is cut short, or of another version");
}

void IndexSegment::rest() const {
  if (memory_.empty()) ::madvise(const_cast<std::byte*>(start_), size_, MADV_DONTNEED);
}

IndexSegment::~IndexSegment() {
  if (memory_.empty()) ::munmap(const_cast<std::byte*>(start_), size_);
}

template <typename T>
std::span<const T> IndexSegment::array(std::uint64_t offset, std::uint64_t count) const {
  if (offset > size_ || count > (size_ - offset) / sizeof(T) || offset % alignof(T) != 0) {
    damaged("a list lies outside");
  }
  return {reinterpret_cast<const T*>(start_ + offset), static_cast<std::size_t>(count)};
}

std::uint64_t IndexSegment::offset_of(std::size_t index) const {
  return array<std::uint64_t>(header().record_table, header().records)[index];
}

IndexSegment::View IndexSegment::record(std::size_t index) const {
  std::uint64_t at = offset_of(index);
  View view;
  view.record = array<segment::Record>(at, 1).data();
  at += sizeof(segment::Record);
  const auto take = [&]<typename T>(std::span<const T>& into, std::uint64_t count) {
    into = array<T>(at, count);
    at += into.size_bytes();
  };
  take(view.hashes, view.record->hashes);
  take(view.values, view.record->values);
  take(view.texts, view.record->texts);
  take(view.layouts, view.record->layouts);
  take(view.attributes, view.record->attributes);
  std::span<const char> letters;
  take(letters, view.record->path_length);
  view.path = {letters.data(), letters.size()};
  return view;
}

std::string_view IndexSegment::path(std::size_t index) const {
  try {
    return record(index).path;
  } catch (const Error&) {
    return {};
  }
}

bool IndexSegment::intact(const View& view) {
  return segment::check_of(*view.record) == view.record->check;
}

const segment::Blob& IndexSegment::entry(std::uint32_t number) const {
  if (number >= header().blobs) damaged("a part is missing");
  return array<segment::Blob>(header().blob_table, header().blobs)[number];
}

std::string_view IndexSegment::blob(std::uint32_t number) const {
  const segment::Blob& one = entry(number);
  const auto bytes = array<char>(one.offset, one.size);
  return {bytes.data(), bytes.size()};
}

Fingerprint IndexSegment::fingerprint(std::uint32_t number) const {
  const segment::Blob& one = entry(number);
  return {one.high, one.low};
}

HoldingSchema IndexSegment::structure(std::uint32_t number) const {
  ByteReader in(blob(number));
  HoldingSchema schema = frame_from(in);
  const std::size_t variables = in.count(sizeof(std::uint32_t));
  schema.variables.reserve(variables);
  for (std::size_t i = 0; i < variables; ++i) {
    ByteReader one(blob(in.number<std::uint32_t>()));
    schema.variables.push_back(variable_from(one));
  }
  return schema;
}

}  // namespace gyre::coverage
