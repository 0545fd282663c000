#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace gyre::host {

/// How far long work is: on a terminal a bar that is drawn anew, else a line every ten seconds, on
/// stderr. Silent for what is done within a second.
class ProgressLine {
 public:
  explicit ProgressLine(std::string what);
  ~ProgressLine();  ///< takes the bar away
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(std::size_t done, std::size_t total);

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  bool terminal_;
  bool drawn_ = false;
  Clock::time_point start_ = Clock::now(), next_ = start_;
};

}  // namespace gyre::host
