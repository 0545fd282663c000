#include "coverage/geometry/array_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/base/log.h"
#include "coverage/base/resident.h"

namespace gyre::coverage::geometry {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kMostArrays = 32;

struct Header {
  ArrayFileKind kind{};
  std::uint64_t bytes = 0;  ///< of the whole file
  std::uint64_t arrays = 0;
  std::array<std::uint64_t, kMostArrays> sizes{};  ///< bytes of each
};

std::size_t aligned(std::size_t at) { return (at + kAlignment - 1) / kAlignment * kAlignment; }

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

bool write_at(int fd, const void* from, std::size_t bytes, std::size_t offset) {
  const char* at = static_cast<const char*>(from);
  while (bytes > 0) {
    const ssize_t done = ::pwrite(fd, at, bytes, static_cast<off_t>(offset));
    if (done <= 0) return false;
    at += done;
    bytes -= static_cast<std::size_t>(done);
    offset += static_cast<std::size_t>(done);
  }
  return true;
}

}  // namespace

ArrayFile::~ArrayFile() {
  forget_mapping(memory_);
  ::munmap(memory_, bytes_);
}

std::unique_ptr<const ArrayFile> ArrayFile::open(const std::filesystem::path& path,
                                                 const ArrayFileKind& kind, std::size_t arrays) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat info {};
  if (file.fd < 0 || ::fstat(file.fd, &info) != 0) return nullptr;
  const auto bytes = static_cast<std::size_t>(info.st_size);
  Header header;
  if (bytes < sizeof(header) ||
      ::pread(file.fd, &header, sizeof(header), 0) != static_cast<ssize_t>(sizeof(header)) ||
      header.kind != kind || header.arrays != arrays || header.bytes != bytes) {
    return nullptr;
  }
  void* const memory = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file.fd, 0);
  if (memory == MAP_FAILED) return nullptr;
  std::unique_ptr<ArrayFile> opened(new ArrayFile(memory, bytes));
  note_mapping(memory, bytes);
  std::size_t at = sizeof(header);
  for (std::size_t i = 0; i < arrays; ++i) {
    at = aligned(at);
    if (at > bytes || header.sizes[i] > bytes - at) return nullptr;
    opened->arrays_.emplace_back(static_cast<const std::byte*>(memory) + at, header.sizes[i]);
    at += header.sizes[i];
  }
  if (aligned(at) != bytes) return nullptr;
  return opened;
}

bool ArrayFile::write(const std::filesystem::path& path, const ArrayFileKind& kind,
                      const std::vector<std::span<const std::byte>>& arrays) {
  const auto failed = [&] {
    log(LogLevel::Warning, fmt::format("{}: the lookup of a grid cannot be kept ({}); it is built "
                                       "anew at each start",
                                       path.string(), std::strerror(errno)));
    return false;
  };
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  const std::filesystem::path beside = path.string() + "." + std::to_string(::getpid()) + ".new";
  bool good = arrays.size() <= kMostArrays;
  if (good) {
    const Descriptor file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
    if (file.fd < 0) return failed();
    Header header;
    header.kind = kind;
    header.arrays = arrays.size();
    std::size_t at = sizeof(header);
    for (std::size_t i = 0; i < arrays.size(); ++i) {
      at = aligned(at);
      good = good && write_at(file.fd, arrays[i].data(), arrays[i].size(), at);
      header.sizes[i] = arrays[i].size();
      at += arrays[i].size();
    }
    header.bytes = aligned(at);
    good = good && ::ftruncate(file.fd, static_cast<off_t>(header.bytes)) == 0 &&
           write_at(file.fd, &header, sizeof(header), 0) && ::fsync(file.fd) == 0;
  }
  if (good && std::rename(beside.c_str(), path.c_str()) == 0) return true;
  const bool reported = failed();
  std::filesystem::remove(beside, ignored);
  return reported;
}

}  // namespace gyre::coverage::geometry
