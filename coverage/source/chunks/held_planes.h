#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <unordered_map>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/source/chunks/decoded_chunks.h"

namespace gyre::coverage {

/// The planes that one work reads again and again, a few rows at a time: the cache gives them up
/// for nobody, so that many who stream at once do not decode each other's chunks anew for each of
/// their rows. All that are held are at most half of what the cache keeps, or those of one work
/// that needs more: works take turns, of about a second each while others wait. One that waits for
/// its client gives its turn up.
class GYRE_API HeldPlanes {
 public:
  HeldPlanes() = default;
  ~HeldPlanes();
  HeldPlanes(const HeldPlanes&) = delete;
  HeldPlanes& operator=(const HeldPlanes&) = delete;

  /// While it lives, what the work reads is held until the end of the next Reading that does not
  /// use it. Those of one HeldPlanes follow each other.
  class GYRE_API Reading {
   public:
    /// Waits for a turn where the work has none.
    /// @param bytes of all planes that will be read
    /// @throws Error{Aborted | DeadlineExceeded} as the current work's
    Reading(HeldPlanes& held, std::size_t bytes);
    ~Reading();
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

   private:
    HeldPlanes& held_;
  };

  using Plane = DecodedChunks::Plane;
  /// The planes wanted, in their order; none unless all of them are held.
  [[nodiscard]] std::vector<Plane> find(const ChunkKey& chunk,
                                        const std::vector<std::size_t>& wanted);
  /// Holds them, as far as they fit what was announced.
  void hold(const ChunkKey& chunk, const std::vector<std::size_t>& wanted,
            const std::vector<Plane>& planes);

 private:
  struct Turns;
  struct Held {
    Plane plane;
    bool used;  ///< by this Reading
  };
  static Turns& turns();
  void give_up();

  // All under the lock of the turns.
  std::unordered_map<ChunkKey, Held, ChunkKey::Hash> planes_;
  std::size_t bytes_ = 0, claimed_ = 0;
  bool reading_ = false;
  std::chrono::steady_clock::time_point turn_began_, reading_ended_;
  std::list<HeldPlanes*>::iterator place_;  ///< among those that have a turn, while there is one
};

}  // namespace gyre::coverage
