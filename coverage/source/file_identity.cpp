#include "coverage/source/file_identity.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>

#include "coverage/base/error.h"
#include "coverage/model/time_instant.h"
#include "coverage/source/remote/address.h"
#include "coverage/source/remote/remote_holding.h"

namespace gyre::coverage {
namespace {

struct stat stat_of(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) == 0) return status;
  const int reason = errno;
  if (reason == ENOENT) {
    throw Error(ErrorKind::MalformedHolding, "", "it does not exist, or is a dangling link");
  }
  if (reason == ELOOP) {
    throw Error(ErrorKind::MalformedHolding, "", "its symbolic links lead round in a circle");
  }
  if (reason == EACCES) {
    throw Error(ErrorKind::MalformedHolding, "", "permission to reach it is missing");
  }
  throw Error(ErrorKind::MalformedHolding, "",
              fmt::format("it cannot be reached: {}", std::strerror(reason)));
}

void mix(std::uint64_t& hash, std::uint64_t value) {
  for (int byte = 0; byte < 8; ++byte) {  // FNV-1a
    hash = (hash ^ (value & 0xff)) * 0x100000001b3ULL;
    value >>= 8;
  }
}

bool is_metadata(const std::string& name) {
  return name == ".zarray" || name == ".zattrs" || name == ".zgroup" || name == ".zmetadata" ||
         name == "zarr.json";
}

/// Metadata files and the directories that hold them; an array's chunk files are not looked at.
void add_store(const std::filesystem::path& folder, int depth, FileIdentity& identity) {
  constexpr int kDeepest = 16;
  if (depth > kDeepest) return;
  std::error_code ignored;
  std::vector<std::filesystem::path> entries;
  bool array = true;
  if (std::filesystem::exists(folder / ".zarray", ignored)) {
    entries = {folder / ".zarray", folder / ".zattrs"};
  } else if (std::filesystem::exists(folder / "zarr.json", ignored) &&
             std::filesystem::is_directory(folder / "c", ignored) &&
             !std::filesystem::exists(folder / "c" / "zarr.json", ignored)) {
    entries = {folder / "zarr.json", folder / "c"};  // version 3: its chunks lie in c
  } else {
    array = false;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
      entries.push_back(entry.path());
    }
    std::sort(entries.begin(), entries.end());
  }
  struct stat status = {};
  for (const auto& entry : entries) {
    if (::stat(entry.c_str(), &status) != 0) continue;
    const bool below = S_ISDIR(status.st_mode) && !array;
    if (!below && !array && !is_metadata(entry.filename().string())) continue;
    const FileIdentity one = identity_of(status);
    mix(identity.inode, one.inode);
    mix(identity.inode, static_cast<std::uint64_t>(one.modified_ns));
    identity.size += one.size;
    identity.modified_ns = std::max(identity.modified_ns, one.modified_ns);
    if (below) add_store(entry, depth + 1, identity);
  }
}

}  // namespace

/// The time of the last change of the inode goes with its number: `cp -p`, `touch -r` and tar put
/// the modification time back, but nobody can that one.
FileIdentity identity_of(const struct stat& status) {
  std::uint64_t inode = status.st_ino;
  mix(inode, static_cast<std::uint64_t>(status.st_ctim.tv_sec));
  mix(inode, static_cast<std::uint64_t>(status.st_ctim.tv_nsec));
  return {static_cast<std::uint64_t>(status.st_size),
          std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec, inode};
}

FileIdentity identity_of(const std::string& path) {
  if (remote::is_address(path)) return remote::remote_holding(path)->identity;
  const struct stat status = stat_of(path);
  FileIdentity identity = identity_of(status);
  if (S_ISDIR(status.st_mode)) add_store(path, 0, identity);
  return identity;
}

std::optional<std::string> modified_in_future(const FileIdentity& identity, std::int64_t now_us) {
  constexpr std::int64_t kClocksDiffer_us = 120'000'000;
  const std::int64_t modified_us = identity.modified_ns / 1000;
  if (modified_us <= now_us + kClocksDiffer_us) return std::nullopt;
  return TimeInstant(Calendar::Standard, modified_us / 1'000'000 * 1'000'000).iso8601();
}

}  // namespace gyre::coverage
