#include "coverage/base/log.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

namespace gyre::coverage {
namespace {

std::atomic<LogLevel> threshold = LogLevel::Info;

const char* word(LogLevel level) {
  switch (level) {
    case LogLevel::Debug:
      return "debug";
    case LogLevel::Info:
      return "info";
    case LogLevel::Warning:
      return "warning";
    case LogLevel::Error:
      return "error";
  }
  return "?";
}

void append_escaped(std::string& line, std::string_view message) {
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F) {
      line += c;
    } else {
      line += fmt::format("\\x{:02x}", byte);
    }
  }
}

}  // namespace

void set_log_level(LogLevel level) noexcept { threshold = level; }

void log(LogLevel level, std::string_view message) noexcept {
  if (level < threshold) return;
  try {
    using std::chrono::milliseconds;
    const auto now = std::chrono::duration_cast<milliseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    std::string line =
        fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z {} ",
                    fmt::gmtime(static_cast<std::time_t>(now / 1000)), now % 1000, word(level));
    append_escaped(line, message);
    line += '\n';
    // One write a line, so that lines of several threads and processes do not mix.
    std::string_view rest = line;
    while (!rest.empty()) {
      const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
      if (written < 0 && errno != EINTR) return;
      if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
    }
  } catch (...) {  // a line that cannot be made is lost: logging must not end a request
  }
}

}  // namespace gyre::coverage
