#include "coverage/index/durable_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace gyre::coverage {

DurableFile::DurableFile(std::string path) : path_(std::move(path)), beside_(path_ + ".new") {
  file_ = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file_ < 0) fail("cannot be made");
}

DurableFile::~DurableFile() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(beside_.c_str());
}

void DurableFile::fail(const char* what) {
  throw std::runtime_error(fmt::format("{} {}: {}", path_, what, std::strerror(errno)));
}

void DurableFile::write(std::string_view bytes) {
  constexpr std::size_t kBuffer = std::size_t{1} << 20;
  buffer_.append(bytes);
  written_ += bytes.size();
  if (buffer_.size() >= kBuffer) flush();
}

void DurableFile::flush() {
  for (std::string_view rest = buffer_; !rest.empty();) {
    const ssize_t put = ::write(file_, rest.data(), rest.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) fail("cannot be written");
    rest.remove_prefix(static_cast<std::size_t>(put));
  }
  buffer_.clear();
}

void DurableFile::commit() {
  flush();
  if (::fsync(file_) != 0) fail("cannot be written to the disk");
  if (std::rename(beside_.c_str(), path_.c_str()) != 0) fail("cannot be put in its place");
  ::close(file_);
  file_ = -1;
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  const int parent = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (parent >= 0) {
    ::fsync(parent);
    ::close(parent);
  }
}

}  // namespace gyre::coverage
