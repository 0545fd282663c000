#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// Memory for blocks of values: what is given back is kept for the next who asks, since fresh pages
/// cost more to touch than chunks cost to copy. All of it is counted, and what is no longer kept is
/// no longer held by the process: none of it comes from the heap, which keeps the room between what
/// is still in use. Thread-safe.
class GYRE_API SlabPool {
 public:
  /// Blocks smaller than this are not the pool's business.
  static constexpr std::size_t kLeast = std::size_t{16} << 10;

  SlabPool() = default;
  ~SlabPool();
  SlabPool(const SlabPool&) = delete;
  SlabPool& operator=(const SlabPool&) = delete;

  /// The pool of the process, which lives as long as it.
  static SlabPool& instance();

  /// At least `bytes` bytes, aligned to 64, of any content. @throws std::bad_alloc
  /// @pre bytes >= kLeast
  [[nodiscard]] void* take(std::size_t bytes);
  /// Gives back what take(bytes) returned.
  void give(void* slab, std::size_t bytes) noexcept;

  /// At most so much is kept that nobody uses.
  void keep_idle(std::size_t most_bytes);

  struct Figures {
    std::uint64_t used = 0, idle = 0;  ///< bytes
  };
  [[nodiscard]] Figures figures() const;

 private:
  struct Idle {
    void* slab;
    std::size_t size;
  };
  /// Where slabs of one size may lie that are too small for a mapping each.
  struct Places {
    std::vector<void*> free;  ///< those that hold no memory; has room for all there are
    std::size_t count = 0;
  };

  /// @param size of `bytes`, rounded
  [[nodiscard]] void* fresh(std::size_t size, std::size_t bytes);
  [[nodiscard]] void* place_for(std::size_t size);
  void destroy(void* slab, std::size_t size) noexcept;
  [[nodiscard]] std::list<Idle> superfluous();
  void destroy(const std::list<Idle>& slabs) noexcept;

  mutable std::mutex mutex_;
  std::list<Idle> idle_;                                                  ///< given back last first
  std::map<std::size_t, std::deque<std::list<Idle>::iterator>> by_size_;  ///< likewise
  std::size_t most_idle_ = std::size_t{64} << 20, used_bytes_ = 0, idle_bytes_ = 0;
  std::map<std::size_t, Places> places_;
  std::vector<void*> regions_;  ///< of places
};

}  // namespace gyre::coverage
