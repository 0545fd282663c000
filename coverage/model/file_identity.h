#pragma once

#include <cstdint>

namespace gyre::coverage {

/// What tells one generation of a holding from the next without reading it: size, modification
/// time and inode of a file (hashed with the time at which the inode changed); of a Zarr store a
/// hash over those of its metadata files and of the directories its chunks lie in (writers make
/// chunks by renaming, which touches the directory); of something remote, its length and hashes of
/// what its server calls its version.
struct FileIdentity {
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};

}  // namespace gyre::coverage
