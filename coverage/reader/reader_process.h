#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "coverage/base/abort_token.h"
#include "coverage/reader/reader_protocol.h"
#include "coverage/reader/reader_settings.h"

namespace gyre::coverage::reader {

/// How waiting for an answer ended.
enum class End : std::uint8_t {
  Answered,
  Died,       ///< the process ended, or closed its side
  TimedOut,   ///< nothing by the time it was waited for
  Lied,       ///< it said what no reader of ours says
  Abandoned,  ///< nobody waits for the answer any more
};

struct Outcome {
  End end = End::Answered;
  std::string answer;  ///< of Answered
  std::string reason;  ///< of Lied
};

/// One reader process, seen from the process it works for. Not thread-safe: whoever has it on
/// loan uses it alone.
class ReaderProcess {
 public:
  using Clock = std::chrono::steady_clock;

  /// Starts it. It dies with the thread that calls this.
  /// @throws Error{Internal} when it cannot be started, saying why
  explicit ReaderProcess(const ReaderSettings& settings);
  ~ReaderProcess();  ///< ends it, if it still runs
  ReaderProcess(const ReaderProcess&) = delete;
  ReaderProcess& operator=(const ReaderProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::uint64_t requests() const { return number_; }
  [[nodiscard]] bool greeted() const { return greeted_; }

  /// Waits for its greeting. Lied: it is of another build.
  [[nodiscard]] Outcome greet(Clock::time_point until);
  /// Sends a request (its number is set here) and room for `block_bytes`.
  /// @returns false when the process is gone
  /// @throws Error{Internal} when there is no memory for the block, or the request is too long
  [[nodiscard]] bool send(Request& request, std::size_t block_bytes);
  /// Waits for the answer to what was sent last; what the process writes to stderr meanwhile goes
  /// to the log, with `path`. After TimedOut and Abandoned it may be waited for again.
  [[nodiscard]] Outcome await(const std::string& path, Clock::time_point until,
                              const AbortToken& abort);
  /// Fills `bytes` from the block that came with the last answer.
  /// @returns false when there is not so much of it
  [[nodiscard]] bool take_block(Bytes& bytes);

  /// Ends it, by force after `patience`: it goes by itself when its library killed it, or when it
  /// reads that we are gone. @returns the status waitpid gives when it went by itself, else -1
  int end(std::chrono::milliseconds patience);
  /// The process that does not even die of force, as it waits for a disk; 0: none.
  [[nodiscard]] pid_t leftover() const { return leftover_; }

 private:
  bool make_room(std::size_t block_bytes);
  void log_stderr(const std::string& path);
  void log_line(std::string_view line, const std::string& path);

  pid_t pid_ = 0, leftover_ = 0;
  int socket_ = -1, stderr_ = -1;
  int memory_ = -1;  ///< of blocks
  std::size_t capacity_ = 0;
  bool memory_known_ = false;  ///< to the process
  bool greeted_ = false;
  std::uint64_t number_ = 0;
  std::string answer_;
  std::string packet_;
  std::string line_;  ///< begun on stderr
  std::size_t logged_ = 0;
};

}  // namespace gyre::coverage::reader
