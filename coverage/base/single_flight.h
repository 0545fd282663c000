#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "coverage/base/error.h"
#include "coverage/base/work.h"

namespace gyre::coverage {

/// What several want at the same time is made once. Keeps nothing: who comes later finds what was
/// made wherever `make` has put it. Thread-safe.
template <typename Key, typename Value, typename Hash = std::hash<Key>>
class SingleFlight {
 public:
  using Made = std::shared_ptr<const Value>;

  /// What make() gives (a Made), or what somebody else is making for an equal key: that is waited
  /// for. What making throws is thrown to all who wait for it (an Error as one of each one's own),
  /// unless it was that nobody wants the work any more, which says nothing of the work: then
  /// another of them makes it. What is being made must wait for none of those who may wait for it.
  /// Between a caller's own look and this call it may have been made: make() looks again.
  /// @throws Error{Aborted | DeadlineExceeded} as the current work's
  template <typename Make>
  Made get(const Key& key, Make&& make) {
    std::unique_lock lock(mutex_);
    for (auto flying = flights_.find(key); flying != flights_.end(); flying = flights_.find(key)) {
      const std::shared_ptr<Flight> flight = flying->second;
      wait_for(*flight, lock);
      if (flight->error) std::rethrow_exception(own(flight->error));
      if (flight->made) return flight->made;
    }
    const auto flight = std::make_shared<Flight>();
    flights_.emplace(key, flight);
    lock.unlock();
    Made made;
    std::exception_ptr thrown;
    try {
      made = make();
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    flight->made = made;
    if (thrown && !gave_up(thrown)) flight->error = own(thrown);
    flight->done = true;
    flights_.erase(key);
    lock.unlock();
    landed_.notify_all();
    if (thrown) std::rethrow_exception(thrown);
    return made;
  }

  /// How many wait for what another is making for this key.
  [[nodiscard]] std::size_t waiting(const Key& key) const {
    const std::lock_guard lock(mutex_);
    const auto flying = flights_.find(key);
    if (flying == flights_.end()) return 0;
    return static_cast<std::size_t>(flying->second.use_count()) - 2;  // this map and the maker
  }

 private:
  struct Flight {
    bool done = false;
    Made made;
    std::exception_ptr error;  ///< neither: whoever made it gave up
  };

  static bool gave_up(const std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const Error& error) {
      return error.kind() == ErrorKind::Aborted || error.kind() == ErrorKind::DeadlineExceeded;
    } catch (...) {
      return false;
    }
  }

  /// Of an Error one that shares nothing with it, words included, so that no thread holds what
  /// another reads or frees; anything else as it is. Called under the lock where it is shared.
  static std::exception_ptr own(const std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const Error& error) {
      return std::make_exception_ptr(Error(error.kind(), error.subject(), error.what()));
    } catch (...) {
      return thrown;
    }
  }

  void wait_for(const Flight& flight, std::unique_lock<std::mutex>& lock) {
    while (!flight.done) {
      constexpr std::chrono::milliseconds kPatience{50};
      landed_.wait_for(lock, kPatience);
      if (flight.done) break;
      lock.unlock();
      current_work().abort.check();
      lock.lock();
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable landed_;
  std::unordered_map<Key, std::shared_ptr<Flight>, Hash> flights_;
};

}  // namespace gyre::coverage
