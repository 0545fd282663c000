#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "coverage/base/bytes.h"
#include "coverage/base/export.h"
#include "coverage/model/file_identity.h"

namespace gyre::coverage {

/// Which chunk of which generation of which file. The file and its generation are told by a hash of
/// 128 bits.
struct ChunkKey {
  std::uint64_t high = 0, low = 0;
  std::uint64_t number = 0;  ///< of the chunk, or where it begins
  bool operator==(const ChunkKey&) const = default;
};

/// Of the chunks of one generation of a file or object: their key but for the number. Inodes are
/// told apart within one disk alone, so that the path counts as well.
[[nodiscard]] GYRE_API ChunkKey generation_key(const std::string& path,
                                               const FileIdentity& identity);

/// Decoded chunks that were used last, up to so many bytes. A chunk that several want at the same
/// time is decoded once. Thread-safe.
class GYRE_API DecodedChunks {
 public:
  using Chunk = std::shared_ptr<const Bytes>;
  explicit DecodedChunks(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// Null: not there.
  [[nodiscard]] Chunk find(const ChunkKey& key);
  /// The chunk, by `decode` unless it is there or somebody else decodes it already: then that is
  /// waited for. What decoding throws is thrown to all who wait for it, unless it was that nobody
  /// wants the work any more. Chunks decoded for bulk work are not kept.
  /// @throws Error{Aborted | DeadlineExceeded} as the current work's
  [[nodiscard]] Chunk get(const ChunkKey& key, const std::function<Bytes()>& decode);

  struct Figures {
    std::uint64_t bytes = 0, limit_bytes = 0, hits = 0, misses = 0;
  };
  [[nodiscard]] Figures figures() const;

 private:
  struct Hash {
    std::size_t operator()(const ChunkKey& key) const;
  };
  /// One that is being decoded.
  struct Flight {
    bool done = false;
    Chunk chunk;               ///< null: it failed
    std::exception_ptr error;  ///< null: whoever decoded it gave up
  };
  using Order = std::list<std::pair<ChunkKey, Chunk>>;

  Chunk found(const ChunkKey& key);
  void keep(const ChunkKey& key, const Chunk& chunk);

  std::size_t most_bytes_;
  // One lock: chunks are few and large, so that some would hold all that may be kept were they
  // spread over several, and copying one takes a thousand times as long as finding it.
  mutable std::mutex mutex_;
  std::condition_variable landed_;
  Order order_;  ///< last used first
  std::unordered_map<ChunkKey, Order::iterator, Hash> known_;
  std::unordered_map<ChunkKey, std::shared_ptr<Flight>, Hash> flights_;
  std::size_t bytes_ = 0;
  std::uint64_t hits_ = 0, misses_ = 0;
};

}  // namespace gyre::coverage
