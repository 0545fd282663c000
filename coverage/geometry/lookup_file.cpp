#include "coverage/geometry/lookup_file.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/base/log.h"

namespace gyre::coverage::geometry {
namespace {

/// The layout's version; native byte order and doubles, since files do not travel.
constexpr std::array<char, 8> kMagic{'G', 'Y', 'R', 'E', 'G', 'R', '0', '2'};
constexpr std::size_t kAlignment = 64;

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint64_t rows = 0, columns = 0, corners = 0, points = 0, nodes = 0;
  std::uint64_t bytes = 0;  ///< of the whole file
  double reach = 0;
  double west = 0, south = 0, east = 0, north = 0;
  std::uint64_t wraps = 0;
};

std::size_t aligned(std::size_t at) { return (at + kAlignment - 1) / kAlignment * kAlignment; }

/// Where each array begins: the same walk writes, and finds.
class Walk {
 public:
  template <typename T>
  std::size_t next(std::size_t count) {
    const std::size_t begin = aligned(at_);
    at_ = begin + count * sizeof(T);
    return begin;
  }
  [[nodiscard]] std::size_t end() const { return aligned(at_); }

 private:
  std::size_t at_ = sizeof(Header);
};

/// `use(offset, array)` for every array of the file, in order.
template <typename Content, typename Use>
std::size_t each_array(const Header& h, Content& content, Use&& use) {
  Walk walk;
  const std::size_t cells = h.rows * h.columns;
  const auto doubles = [&](auto& span, std::size_t count) {
    use(walk.next<double>(count), count, span);
  };
  doubles(content.longitudes, cells);
  doubles(content.latitudes, cells);
  doubles(content.corner_longitudes, cells * h.corners);
  doubles(content.corner_latitudes, cells * h.corners);
  doubles(content.tree.x, h.points);
  doubles(content.tree.y, h.points);
  doubles(content.tree.z, h.points);
  doubles(content.tree.splits, h.nodes);
  use(walk.next<std::uint32_t>(h.points), h.points, content.tree.ids);
  use(walk.next<std::uint8_t>(h.nodes), h.nodes, content.tree.dimensions);
  use(walk.next<std::uint8_t>(cells), cells, content.places);
  return walk.end();
}

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

LookupFile::~LookupFile() { ::munmap(memory_, bytes_); }

std::unique_ptr<const LookupFile> LookupFile::open(const std::filesystem::path& path,
                                                   const LookupShape& shape) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat info {};
  if (file.fd < 0 || ::fstat(file.fd, &info) != 0) return nullptr;
  const auto bytes = static_cast<std::size_t>(info.st_size);
  Header header;
  if (bytes < sizeof(header) ||
      ::pread(file.fd, &header, sizeof(header), 0) != static_cast<ssize_t>(sizeof(header))) {
    return nullptr;
  }
  const std::size_t cells = shape.rows * shape.columns;
  const std::size_t nodes = (std::size_t{1} << kd_tree_depth(header.points)) - 1;
  if (header.magic != kMagic || LookupShape{header.rows, header.columns, header.corners} != shape ||
      header.points > cells || header.nodes != nodes || header.bytes != bytes) {
    return nullptr;
  }
  void* const memory = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file.fd, 0);
  if (memory == MAP_FAILED) return nullptr;
  std::unique_ptr<LookupFile> opened(new LookupFile(memory, bytes));
  const std::byte* const base = static_cast<const std::byte*>(memory);
  const std::size_t end =
      each_array(header, opened->content_, [&](std::size_t offset, std::size_t count, auto& span) {
        using T = typename std::decay_t<decltype(span)>::element_type;
        span = {reinterpret_cast<T*>(base + offset), offset < bytes ? count : 0};
      });
  if (end != bytes) return nullptr;
  for (const std::uint32_t id : opened->content_.tree.ids) {
    if (id >= cells) return nullptr;
  }
  opened->content_.reach = header.reach;
  opened->content_.wraps = header.wraps != 0;
  opened->content_.extent = {header.west, header.south, header.east, header.north};
  return opened;
}

bool LookupFile::write(const std::filesystem::path& path, const LookupShape& shape,
                       const LookupContent& content) {
  const auto failed = [&] {
    log(LogLevel::Warning, fmt::format("{}: the lookup of a grid cannot be kept ({}); it is built "
                                       "anew at each start",
                                       path.string(), std::strerror(errno)));
    return false;
  };
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  const std::filesystem::path beside = path.string() + "." + std::to_string(::getpid()) + ".new";
  Header header;
  header.rows = shape.rows;
  header.columns = shape.columns;
  header.corners = shape.corners;
  header.points = content.tree.ids.size();
  header.nodes = content.tree.splits.size();
  header.reach = content.reach;
  header.wraps = content.wraps ? 1 : 0;
  header.west = content.extent.west;
  header.south = content.extent.south;
  header.east = content.extent.east;
  header.north = content.extent.north;
  bool good = false;
  {
    const Descriptor file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
    if (file.fd < 0) return failed();
    good = true;
    header.bytes =
        each_array(header, content, [&](std::size_t offset, std::size_t, const auto& span) {
          good = good && write_at(file.fd, span.data(), span.size_bytes(), offset);
        });
    good = good && ::ftruncate(file.fd, static_cast<off_t>(header.bytes)) == 0 &&
           write_at(file.fd, &header, sizeof(header), 0) && ::fsync(file.fd) == 0;
  }
  if (good && std::rename(beside.c_str(), path.c_str()) == 0) return true;
  const bool reported = failed();
  std::filesystem::remove(beside, ignored);
  return reported;
}

}  // namespace gyre::coverage::geometry
