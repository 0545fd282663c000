#include "coverage/source/layout/described_file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/base/error.h"
#include "coverage/source/file_identity.h"
#include "coverage/source/reading.h"

namespace gyre::coverage {

DescribedFile::DescribedFile(const std::string& path)
    : file_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
  if (file_ >= 0) return;
  if (errno == ENOENT) throw holding_changed(path, "");
  throw Error(ErrorKind::MalformedHolding, "",
              fmt::format("it cannot be opened: {}", std::strerror(errno)));
}

DescribedFile::~DescribedFile() { ::close(file_); }

FileIdentity DescribedFile::identity() const {
  struct stat status = {};
  return ::fstat(file_, &status) == 0 ? identity_of(status) : FileIdentity{};
}

void DescribedFile::read(std::uint64_t offset, std::span<std::byte> into) const {
  while (!into.empty()) {
    const ssize_t got = ::pread(file_, into.data(), into.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      throw Error(ErrorKind::MalformedHolding, "",
                  got == 0 ? std::string("it ends before its values do")
                           : fmt::format("it cannot be read: {}", std::strerror(errno)));
    }
    offset += static_cast<std::uint64_t>(got);
    into = into.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace gyre::coverage
