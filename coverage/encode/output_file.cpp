#include "coverage/encode/output_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "coverage/base/error.h"

namespace gyre::coverage {
namespace {

[[noreturn]] void failed(const char* what) {
  throw Error(ErrorKind::Internal, "",
              fmt::format("the answer's file cannot be {}: {}", what, std::strerror(errno)));
}

}  // namespace

bool write_all(int file, std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    offset += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

OutputFile::OutputFile(const std::optional<std::string>& path) : in_memory_(!path) {
  if (in_memory_) return;
  file_ = ::open(path->c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file_ < 0) failed("made");
}

OutputFile::~OutputFile() {
  if (file_ >= 0) ::close(file_);
}

void OutputFile::write_at(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (in_memory_) {
    if (memory_.size() < offset + bytes.size()) memory_.resize(offset + bytes.size());
    std::memcpy(memory_.data() + offset, bytes.data(), bytes.size());
    return;
  }
  if (!write_all(file_, offset, bytes)) failed("written");
}

void OutputFile::copy_at(std::uint64_t offset, int file, std::uint64_t from, std::uint64_t bytes) {
  while (!in_memory_ && bytes > 0) {
    off_t in = static_cast<off_t>(from), out = static_cast<off_t>(offset);
    const ssize_t copied = ::copy_file_range(file, &in, file_, &out, bytes, 0);
    if (copied < 0 && errno == EINTR) continue;
    if (copied <= 0) break;  // not every file system can; an error shows below again
    offset += static_cast<std::uint64_t>(copied);
    from += static_cast<std::uint64_t>(copied);
    bytes -= static_cast<std::uint64_t>(copied);
  }
  constexpr std::uint64_t kAtOnce = 256u << 10;
  std::vector<std::byte> buffer(std::min(kAtOnce, bytes));
  while (bytes > 0) {
    const ssize_t got = ::pread(file, buffer.data(), std::min<std::uint64_t>(buffer.size(), bytes),
                                static_cast<off_t>(from));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) failed("put together");
    write_at(offset, std::span(buffer).first(static_cast<std::size_t>(got)));
    offset += static_cast<std::uint64_t>(got);
    from += static_cast<std::uint64_t>(got);
    bytes -= static_cast<std::uint64_t>(got);
  }
}

std::string OutputFile::close() {
  if (in_memory_) return std::move(memory_);
  const int file = file_;
  file_ = -1;
  if (::close(file) != 0) failed("finished");
  return {};
}

}  // namespace gyre::coverage
