#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/file_identity.h"

namespace gyre::coverage {

/// Which chunk of which generation of which file.
struct ChunkKey {
  std::uint64_t path = 0;  ///< a hash of it: inodes are told apart within one disk alone
  std::uint64_t inode = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;
  bool operator==(const ChunkKey&) const = default;
};

/// Decoded chunks that were used last, up to so many bytes. Thread-safe.
class GYRE_API DecodedChunks {
 public:
  using Chunk = std::shared_ptr<const std::vector<std::byte>>;
  explicit DecodedChunks(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// Null: not there.
  [[nodiscard]] Chunk find(const ChunkKey& key);
  void keep(const ChunkKey& key, Chunk chunk);
  struct Figures {
    std::uint64_t bytes = 0, limit_bytes = 0, hits = 0, misses = 0;
  };
  [[nodiscard]] Figures figures() const;

 private:
  struct Hash {
    std::size_t operator()(const ChunkKey& key) const;
  };
  using Order = std::list<std::pair<ChunkKey, Chunk>>;

  std::size_t most_bytes_;
  mutable std::mutex mutex_;
  Order order_;  ///< last used first
  std::unordered_map<ChunkKey, Order::iterator, Hash> known_;
  std::size_t bytes_ = 0;
  std::uint64_t hits_ = 0, misses_ = 0;
};

}  // namespace gyre::coverage
