#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "services/http/response.h"

namespace gyre::host {

/// Finished files that somebody else was told to send: they stay for some seconds, for him to open
/// them; once they are open, he may take as long as he likes. What a crash leaves behind, the next
/// start removes (StateDirectory). Thread-safe.
class LingeringFiles {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kWhile{10};
  static constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

  /// False, and nothing is kept, while more than kMostBytes linger already.
  bool keep(std::shared_ptr<const http::SpoolFile> file, std::uint64_t bytes,
            Clock::time_point now = Clock::now()) {
    const std::lock_guard lock(mutex_);
    if (bytes_ > kMostBytes) return false;
    bytes_ += bytes;
    files_.push_back({now + kWhile, bytes, std::move(file)});
    return true;
  }
  /// Removes those whose time is over.
  void sweep(Clock::time_point now = Clock::now()) {
    const std::lock_guard lock(mutex_);
    while (!files_.empty() && files_.front().until <= now) {
      bytes_ -= files_.front().bytes;
      files_.pop_front();
    }
  }

 private:
  struct Kept {
    Clock::time_point until;
    std::uint64_t bytes = 0;
    std::shared_ptr<const http::SpoolFile> file;
  };
  std::mutex mutex_;
  std::deque<Kept> files_;
  std::uint64_t bytes_ = 0;
};

}  // namespace gyre::host
