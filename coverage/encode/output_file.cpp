#include "coverage/encode/output_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

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
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) failed("written");
    offset += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
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
