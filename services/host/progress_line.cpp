#include "services/host/progress_line.h"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace gyre::host {

ProgressLine::ProgressLine(std::string what)
    : what_(std::move(what)), terminal_(::isatty(STDERR_FILENO) == 1) {
  next_ = start_ + std::chrono::seconds(1);
}

ProgressLine::~ProgressLine() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
}

void ProgressLine::show(std::size_t done, std::size_t total) {
  const auto now = Clock::now();
  if (total == 0 || now < next_) return;
  next_ = now + (terminal_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10'000));
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = static_cast<double>(done) / seconds;
  const std::string left =
      rate > 0 ? fmt::format("{:.0f} s left", static_cast<double>(total - done) / rate) : "";
  const std::string words =
      fmt::format("{} {} of {} ({:.0f}/s, {})", what_, done, total, rate, left);
  if (!terminal_) {
    fmt::print(stderr, "{}\n", words);
    return;
  }
  constexpr std::size_t kWidth = 30;
  const std::size_t filled = kWidth * done / total;
  fmt::print(stderr, "\r\033[K[{}{}] {}", std::string(filled, '='),
             std::string(kWidth - filled, ' '), words);
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace gyre::host
