#include "coverage/source/zarr/directory_store.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "coverage/source/holding_kind.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/remote_holding.h"
#include "coverage/source/remote/remote_store.h"
#include "coverage/source/remote/zip_directory.h"
#include "coverage/source/zarr/reference_store.h"
#include "coverage/source/zarr/zip_store.h"

namespace gyre::coverage {
namespace {

class FileBytes final : public ByteSource {
 public:
  FileBytes(int fd, const FileIdentity& identity, const std::string& path)
      : fd_(fd), size_(identity.size), key_(generation_key(path, identity)) {}
  ~FileBytes() override { ::close(fd_); }
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] std::optional<ChunkKey> chunk_key() const override { return key_; }

  void read(std::uint64_t offset, std::span<std::byte> into) const override {
    while (!into.empty()) {
      const ssize_t got = ::pread(fd_, into.data(), into.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw DamagedChunk(fmt::format("it cannot be read: {}", std::strerror(errno)));
      if (got == 0) throw DamagedChunk("its file became shorter while it was read");
      offset += static_cast<std::uint64_t>(got);
      into = into.subspan(static_cast<std::size_t>(got));
    }
  }

 private:
  int fd_;
  std::uint64_t size_;
  ChunkKey key_;
};

}  // namespace

std::unique_ptr<ByteSource> open_regular_file(const std::string& path, FileIdentity* identity) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return nullptr;
    throw DamagedChunk(fmt::format("it cannot be opened: {}", std::strerror(errno)));
  }
  struct stat status = {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(fd);
    if (S_ISDIR(status.st_mode)) return nullptr;  // of an array that nests another way
    throw DamagedChunk("it is no regular file");
  }
  const FileIdentity own = identity_of(status);
  if (identity != nullptr) *identity = own;
  return std::make_unique<FileBytes>(fd, own, path);
}

std::unique_ptr<ByteSource> DirectoryStore::open(const std::string& key) const {
  return open_regular_file(root_ + "/" + key, nullptr);
}

std::optional<ChunkKey> DirectoryStore::generation_of(const std::string& key) const {
  const std::string path = root_ + "/" + key;
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0) return generation_key(path, identity_of(status));
  return ChunkKey{0, static_cast<std::uint64_t>(errno)};
}

std::vector<std::string> DirectoryStore::folders(const std::string& prefix) const {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(root_ + "/" + prefix, error), end;
  for (; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::unique_ptr<const ZarrStore> open_zarr_store(const std::string& path) {
  if (remote::is_address(path)) {
    auto holding = remote::remote_holding(path);
    if (holding->kind.kind == HoldingKind::References) return open_reference_store(path);
    if (holding->documents.contains("")) {  // an object of its own
      return std::make_unique<remote::ZipFarStore>(std::move(holding));
    }
    return std::make_unique<remote::RemoteStore>(std::move(holding));
  }
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return std::make_unique<DirectoryStore>(path);
  if (kind_of_holding(path).kind == HoldingKind::References) return open_reference_store(path);
  return std::make_unique<ZipStore>(path);
}

}  // namespace gyre::coverage
