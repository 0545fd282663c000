#pragma once

#include <chrono>
#include <cstddef>

#include "coverage/base/bytes.h"
#include "coverage/base/export.h"
#include "coverage/base/memory_budget.h"

namespace gyre::coverage {

/// Leave to decode a chunk, for as long as it lives: there are as many as cores, since more at once
/// would be no faster and take memory. Interactive work goes before bulk work that waits.
class GYRE_API DecodeTurn {
 public:
  /// Waits for a turn. @throws Error{Aborted | DeadlineExceeded} as the current work's
  DecodeTurn();
  ~DecodeTurn();
  DecodeTurn(const DecodeTurn&) = delete;
  DecodeTurn& operator=(const DecodeTurn&) = delete;

  /// What the turn was used for: so many bytes were decoded in it.
  void decoded(std::size_t bytes) const;
  /// Of one core, as it was lately; a guess before anything was decoded.
  [[nodiscard]] static double bytes_per_second();

 private:
  std::chrono::steady_clock::time_point begin_;
};

/// A chunk from before it is read until its planes are made.
struct HeldChunk {
  /// Waits until there is room for it: what is read, and what one filter makes of what the one
  /// before left. @throws Error{Aborted | DeadlineExceeded} as the current work's
  explicit HeldChunk(std::size_t decoded_bytes) { claim.raise(2 * decoded_bytes); }

  MemoryClaim claim{MemoryClaim::Of::Decoding};
  Bytes bytes;
};

}  // namespace gyre::coverage
