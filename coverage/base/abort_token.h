#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// Tells long work that nobody waits for it any more: the deadline passed, the client went away,
/// or the task was cancelled. Cheap to copy; work calls check() between blocks.
class GYRE_API AbortToken {
 public:
  using Clock = std::chrono::steady_clock;

  /// A token that never fires.
  AbortToken();
  /// @param client_gone asked (at most every few milliseconds of work) whether the client left.
  AbortToken(Clock::time_point deadline, std::function<bool()> client_gone);

  void cancel() const noexcept;
  /// Moves the deadline: what others make the work wait for is not its own time.
  void extend(Clock::duration by) const noexcept;
  [[nodiscard]] bool cancelled() const;
  /// @throws Error{Aborted} or Error{DeadlineExceeded}
  void check() const;
  [[nodiscard]] Clock::time_point deadline() const noexcept;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace gyre::coverage
