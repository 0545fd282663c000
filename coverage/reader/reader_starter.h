#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "coverage/reader/reader_process.h"

namespace gyre::coverage::reader {

/// Starts readers, on a thread of its own: a reader dies with the thread that started it, and those
/// of requests come and go. Where they cannot be started it says so once, and refuses at once for a
/// while instead of trying for every request. Thread-safe.
class ReaderStarter {
 public:
  explicit ReaderStarter(ReaderSettings settings);
  ~ReaderStarter();
  ReaderStarter(const ReaderStarter&) = delete;
  ReaderStarter& operator=(const ReaderStarter&) = delete;

  /// A process that is starting. @throws Error{Internal}
  [[nodiscard]] std::unique_ptr<ReaderProcess> start();
  /// Told when a reader greeted, so that trouble is over.
  void greeted();
  /// Told when one did not. @throws Error{Internal} always, in words for the log
  [[noreturn]] void failed(const std::string& reason);
  /// Why the last one could not be started; empty: it could.
  [[nodiscard]] std::string trouble();
  /// Runs `task` on the thread now and then until it returns true.
  void look_after(std::function<bool()> task);

 private:
  using Clock = std::chrono::steady_clock;
  void run();

  const ReaderSettings settings_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<std::promise<std::unique_ptr<ReaderProcess>>> wanted_;
  std::vector<std::function<bool()>> looked_after_;
  bool stopping_ = false;
  unsigned failures_ = 0;  ///< in a row
  Clock::time_point not_before_ = Clock::time_point::min();
  std::string trouble_;
  std::thread thread_;
};

}  // namespace gyre::coverage::reader
