#include "coverage/source/gdal/grib_file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/base/error.h"

namespace gyre::coverage {

GribFile::GribFile(const std::string& path)
    : file_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
  struct stat status = {};
  if (file_ < 0 || ::fstat(file_, &status) != 0) {
    const int reason = errno;
    if (file_ >= 0) ::close(file_);
    throw Error(ErrorKind::MalformedHolding, "",
                fmt::format("it cannot be opened: {}", std::strerror(reason)));
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
}

GribFile::~GribFile() { ::close(file_); }

std::string GribFile::bytes(std::uint64_t offset, std::size_t count) const {
  if (offset >= size_) return {};
  if (count > size_ - offset) count = static_cast<std::size_t>(size_ - offset);
  std::string text(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    const ssize_t got =
        ::pread(file_, text.data() + done, count - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  text.resize(done);
  return text;
}

}  // namespace gyre::coverage
