#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "coverage/base/abort_token.h"
#include "coverage/base/executor.h"
#include "coverage/base/export.h"
#include "coverage/index/holding_record.h"
#include "coverage/model/holding_schema.h"
#include "coverage/model/index_range.h"
#include "coverage/model/raw_block.h"
#include "coverage/reader/reader_settings.h"

namespace gyre::coverage {

/// For whom a reader works, and how long somebody waits for it.
struct ReadTerms {
  Priority priority = Priority::Interactive;
  AbortToken abort = {};
};

/// What became of readers since the pool was made.
struct ReaderFigures {
  std::uint64_t requests = 0;
  std::uint64_t started = 0;
  std::uint64_t crashed = 0;    ///< died of a signal or of themselves
  std::uint64_t killed = 0;     ///< by somebody else (kill -9, the kernel out of memory)
  std::uint64_t timed_out = 0;  ///< took too long, and were killed
  std::uint64_t lied = 0;       ///< gave an impossible answer, and were killed
  std::uint64_t exhausted = 0;  ///< needed more memory than they may have
  std::uint64_t replaced = 0;   ///< had served long enough
  std::uint64_t running = 0;    ///< now
  std::string trouble;          ///< why they cannot be started, for the log; empty: they can
};

/// Processes that open files in stead of this one, since the libraries that do so crash or hang
/// over damaged ones. Thread-safe. Each works on one request at a time; requests of clients go
/// before indexing, and one reader is always kept for them. A reader that crashes, hangs, needs too
/// much memory or lies is killed and replaced, and the request tried once more in a fresh one, as
/// the damage may be an earlier file's. A file that readers died of three times in a row is refused
/// at once until it changes. Readers start when they are needed.
///
/// Where readers cannot be started at all, calls throw Error{Internal} at once: it says nothing of
/// the file. Nobody may be waiting in it when it is destroyed.
class GYRE_API ReaderPool {
 public:
  /// Told when a file is at fault: its path, the generation and a reason in words for operators
  /// ("reading it crashed the library (SIGSEGV)"). Called by the thread whose request it was.
  using Quarantine = std::function<void(const std::string& path, const FileIdentity& identity,
                                        const std::string& reason)>;

  explicit ReaderPool(ReaderSettings settings, Quarantine quarantine = {});
  ~ReaderPool();
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  /// As gyre::coverage::inspect; what readers die of is a refusal as well.
  /// @throws Error{Aborted | DeadlineExceeded | Internal}
  [[nodiscard]] HoldingRecord inspect(const std::string& path, const ReadTerms& terms = {});
  /// As Source::read of the holding at `path`, which must be `identity`. The block has the type and
  /// shape that `variable` and `box` make, whatever the reader says.
  /// @throws Error as Source::read; Error{Aborted | DeadlineExceeded | Internal}
  [[nodiscard]] RawBlock read(const std::string& path, const FileIdentity& identity,
                              const VariableSchema& variable, const IndexBox& box,
                              const ReadTerms& terms = {});
  /// As Source::read_strings: as many texts as `variable` has cells. @throws as read
  [[nodiscard]] std::vector<std::string> read_strings(const std::string& path,
                                                      const FileIdentity& identity,
                                                      const VariableSchema& variable,
                                                      const ReadTerms& terms = {});

  [[nodiscard]] ReaderFigures figures() const;
  [[nodiscard]] const ReaderSettings& settings() const;
  /// The processes that run now.
  [[nodiscard]] std::vector<int> processes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gyre::coverage
