#include "services/host/state_directory.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace gyre::host {
namespace {

namespace fs = std::filesystem;

bool is_below(const fs::path& inner, const fs::path& outer) {
  const fs::path relative = inner.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

/// Names Context::spool_path makes: 32 hex digits and an extension.
bool is_ours(const std::string& name) {
  return name.size() >= 32 && name.find_first_not_of("0123456789abcdef") >= 32;
}

}  // namespace

void check_state_directory(const std::string& path, const std::vector<std::string>& data_roots) {
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(path, error);
  for (const std::string& root : data_roots) {
    if (is_below(whole, fs::weakly_canonical(root, error)) && fs::is_directory(root, error)) {
      throw std::runtime_error(fmt::format(
          "state directory {}: lies within the data ({}); give another by --state", path, root));
    }
  }
  fs::path there = whole;  // or what is to hold it
  while (!fs::exists(there, error) && there.has_relative_path()) there = there.parent_path();
  const int reason = !fs::is_directory(there, error)             ? ENOTDIR
                     : ::access(there.c_str(), W_OK | X_OK) != 0 ? errno
                                                                 : 0;
  if (reason == 0) return;
  throw std::runtime_error(fmt::format("state directory {}: {}: {}; give another by --state", path,
                                       there.string(), std::strerror(reason)));
}

StateDirectory::StateDirectory(const std::string& path,
                               const std::vector<std::string>& data_roots) {
  check_state_directory(path, data_roots);
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(path, error);
  fs::create_directories(whole / "spool", error);
  if (error) {
    throw std::runtime_error(
        fmt::format("state directory {}: {}; give another by --state", path, error.message()));
  }
  path_ = whole.string();
  lock_ = ::open((path_ + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) {
    throw std::runtime_error(
        fmt::format("state directory {}: its lock cannot be opened: {}; give "
                    "another by --state",
                    path, std::strerror(errno)));
  }
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    throw std::runtime_error(
        fmt::format("state directory {}: another server uses it; give another by --state", path));
  }
  for (const auto& entry : fs::directory_iterator(spool(), error)) {
    std::error_code ignored;
    if (is_ours(entry.path().filename().string())) fs::remove(entry.path(), ignored);
  }
}

StateDirectory::~StateDirectory() {
  ::unlink((path_ + "/lock").c_str());
  ::close(lock_);
}

}  // namespace gyre::host
