#pragma once

#include <chrono>
#include <cstddef>

#include "coverage/base/export.h"

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

}  // namespace gyre::coverage
