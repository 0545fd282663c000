#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>

namespace gyre::coverage {

/// Those who wait for something that a mutex guards, first come, first served. All is called with
/// its lock held.
class WaitingLine {
 public:
  /// Until nobody came before and `may_go`, which is asked again after each call of look_again()
  /// and every now and then.
  /// @throws Error{Aborted | DeadlineExceeded} as the current work's
  void wait(std::unique_lock<std::mutex>& lock, const std::function<bool()>& may_go);
  /// What they wait for may have come.
  void look_again() { changed_.notify_all(); }
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

 private:
  class Place;
  std::condition_variable changed_;
  std::list<char> waiting_;  ///< in the order in which they came, and go
};

}  // namespace gyre::coverage
