#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "coverage/base/bytes.h"
#include "coverage/base/export.h"
#include "coverage/base/single_flight.h"
#include "coverage/model/file_identity.h"

namespace gyre::coverage {

/// Which chunk of which generation of which file. The file and its generation are told by a hash of
/// 128 bits.
struct ChunkKey {
  std::uint64_t high = 0, low = 0;
  std::uint64_t number = 0;  ///< of the chunk, or where it begins
  std::uint64_t plane = 0;   ///< of the chunk, where one is meant
  bool operator==(const ChunkKey&) const = default;

  struct Hash {
    std::size_t operator()(const ChunkKey& key) const;
  };
};

/// Of the chunks of one generation of a file or object: their key but for the number. Inodes are
/// told apart within one disk alone, so that the path counts as well.
[[nodiscard]] GYRE_API ChunkKey generation_key(const std::string& path,
                                               const FileIdentity& identity);

/// A decoded chunk that is still to be cut: makes one of its planes.
using PlaneMaker = std::function<Bytes(std::size_t plane)>;

/// Planes of decoded chunks that were used last, up to so many bytes. What bulk work decoded is
/// kept where there is room, so that its next slab finds it, and makes way first but for a quarter
/// of all. What is in use is kept, since giving it up would free nothing. A chunk that several want
/// at the same time is decoded once. (How many are decoded at once: DecodeTurn.) Thread-safe.
class GYRE_API DecodedChunks {
 public:
  using Plane = std::shared_ptr<const Bytes>;
  explicit DecodedChunks(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// The planes wanted, in their order; none unless all of them are there.
  [[nodiscard]] std::vector<Plane> find(const ChunkKey& chunk,
                                        const std::vector<std::size_t>& wanted);
  /// Are they there? To ask is not to use them.
  [[nodiscard]] bool has(const ChunkKey& chunk, const std::vector<std::size_t>& wanted) const;
  /// The planes wanted of a chunk of `count`, by `decode` unless they are there or somebody else
  /// decodes the chunk already: then that is waited for. What decoding throws is thrown to all who
  /// wait for it, unless it was that nobody wants the work any more. Planes that were not asked for
  /// are kept as far as there is room for them. Nothing is kept that is made while the work is
  /// explained. What work with chunks of its own decodes is kept there.
  /// @throws Error{Aborted | DeadlineExceeded} as the current work's
  [[nodiscard]] std::vector<Plane> get(const ChunkKey& chunk, std::size_t count,
                                       const std::vector<std::size_t>& wanted,
                                       const std::function<PlaneMaker()>& decode);

  struct Figures {
    std::uint64_t bytes = 0, limit_bytes = 0, hits = 0, misses = 0;
  };
  [[nodiscard]] Figures figures() const;

 private:
  using Planes = std::unordered_map<std::size_t, Plane>;
  struct Kept {
    ChunkKey key;
    Plane plane;
    bool bulk;
  };
  using Order = std::list<Kept>;

  Order& order(bool bulk) { return bulk ? bulk_ : interactive_; }
  std::vector<Plane> found(const ChunkKey& chunk, const std::vector<std::size_t>& wanted);
  /// @param at where in the order of its kind
  void add(const ChunkKey& key, const Plane& plane, bool bulk, Order::iterator at);
  void keep(const ChunkKey& key, const Plane& plane);
  /// Gives up the plane used last of those that nobody holds, of a kind. @return was there one?
  bool give_up_last(bool bulk);
  void keep_others(const ChunkKey& chunk, std::size_t count, const PlaneMaker& make);

  std::size_t most_bytes_;
  // One lock: planes are few and large, so that some would hold all that may be kept were they
  // spread over several, and copying one takes a thousand times as long as finding it.
  mutable std::mutex mutex_;
  Order interactive_, bulk_;  ///< last used first
  std::unordered_map<ChunkKey, Order::iterator, ChunkKey::Hash> known_;
  /// Chunks being decoded: planes asked for.
  SingleFlight<ChunkKey, Planes, ChunkKey::Hash> flights_;
  std::size_t bytes_ = 0, bulk_bytes_ = 0;  ///< all; those of bulk_
  std::uint64_t hits_ = 0, misses_ = 0;
};

}  // namespace gyre::coverage
