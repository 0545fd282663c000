#include "coverage/reader/reader_pool.h"

#include <algorithm>
#include <csignal>
#include <cstring>

#include <fmt/format.h>
#include <sys/wait.h>

#include "coverage/base/build_files.h"
#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/cf/packing.h"
#include "coverage/reader/fatal_files.h"
#include "coverage/reader/reader_process.h"
#include "coverage/reader/reader_slots.h"
#include "coverage/reader/reader_starter.h"
#include "coverage/reader/record_check.h"
#include "coverage/source/file_identity.h"
#include "coverage/source/reading.h"

namespace gyre::coverage {
namespace {

using reader::Answer;
using reader::End;
using reader::Lease;
using reader::Outcome;
using reader::ReaderProcess;
using reader::Request;
using reader::RequestKind;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// The answer is not what such a request has.
struct Nonsense {
  std::string what;
};

/// Readers die of the file; in words for operators.
struct FatalFile {
  std::string reason;
};

enum class Accepted { Yes, Doubtful };  ///< Doubtful: it may have failed for want of memory

std::string duration(milliseconds limit) {
  constexpr milliseconds kSecond{1000};
  if (limit % kSecond == milliseconds{0}) return fmt::format("{} s", limit / kSecond);
  return fmt::format("{} ms", limit.count());
}

std::string size(std::uint64_t bytes) {
  constexpr std::uint64_t kMega = 1u << 20, kGiga = 1u << 30;
  if (bytes % kGiga == 0) return fmt::format("{} GB", bytes / kGiga);
  return fmt::format("{} MB", bytes / kMega);
}

/// Rethrows what a reader says of its request, if a reader may say such a thing.
void throw_refusal(const Answer& answer, const std::string& variable) {
  if (!answer.head.refusal) return;
  const Error& refusal = *answer.head.refusal;
  switch (refusal.kind()) {
    case ErrorKind::MalformedHolding:
    case ErrorKind::UnsupportedHolding:
    case ErrorKind::HoldingChanged:
    case ErrorKind::NoSuchField:
    case ErrorKind::TooLarge:
    case ErrorKind::Internal:
      throw Error(refusal.kind(), variable, refusal.what());
    default:
      throw Nonsense{"an error that reading does not have"};
  }
}

[[noreturn]] void throw_fatal(const std::string& path, const FileIdentity& identity,
                              const std::string& variable, const FatalFile& fatal) {
  bool same = false;
  try {
    same = identity_of(path) == identity;
  } catch (const Error&) {  // gone
  }
  if (!same) {
    throw Error(ErrorKind::HoldingChanged, variable,
                "The data were replaced while they were being read; please ask again.");
  }
  log(LogLevel::Warning, fmt::format("{}: variable '{}': {}", path, variable, fatal.reason));
  throw Error(ErrorKind::MalformedHolding, variable,
              fmt::format("The values of '{}' cannot be read: the holding is damaged, or asks for "
                          "more time or memory than reading may take.",
                          variable));
}

}  // namespace

struct ReaderPool::State {
  State(ReaderSettings given, Quarantine told)
      : settings(std::move(given)),
        quarantine(std::move(told)),
        slots(settings.processes),
        starter(settings) {}

  /// What takes an answer: checks all of it, and keeps it. @throws Nonsense, Error
  using Accept = std::function<Accepted(const Answer&, ReaderProcess&)>;

  /// @throws FatalFile, Error
  void ask(Request& request, const FileIdentity& identity, std::size_t block_bytes,
           const ReadTerms& terms, const Accept& accept);
  /// @throws Error{Internal}
  ReaderProcess& ready_reader(Lease& lease);
  /// @returns the words for what it died of; none: it was killed by somebody else
  std::string reason_of_death(int status, milliseconds limit, End end);
  void let_finish(Lease lease, const std::string& path);
  void end(Lease& lease, milliseconds patience, int& status);
  void bury(ReaderProcess& process);

  void count(std::uint64_t ReaderFigures::*figure) {
    const std::lock_guard lock(figures_mutex);
    ++(figures.*figure);
  }

  const ReaderSettings settings;
  const Quarantine quarantine;
  reader::FatalFiles fatal_files;
  mutable std::mutex figures_mutex;
  ReaderFigures figures;
  reader::ReaderSlots slots;
  reader::ReaderStarter starter;  // last: what it looks after uses the others
};

void ReaderPool::State::bury(ReaderProcess& process) {
  if (process.leftover() == 0) return;
  log(LogLevel::Warning,
      fmt::format("reader {} does not end: it waits for a disk that does not answer",
                  process.leftover()));
  starter.look_after([pid = process.leftover()] {
    const pid_t done = ::waitpid(pid, nullptr, WNOHANG);
    return done != 0;
  });
}

void ReaderPool::State::end(Lease& lease, milliseconds patience, int& status) {
  ReaderProcess& process = *lease->process;
  status = process.end(patience);
  bury(process);
  lease.drop_process();
}

ReaderProcess& ReaderPool::State::ready_reader(Lease& lease) {
  constexpr milliseconds kToStart{10'000}, kToDie{1'000};
  constexpr int kTries = 50;  // somebody may kill it meanwhile
  std::string trouble;
  for (int tries = 0; tries < kTries; ++tries) {
    if (!lease->process) {
      lease.take_process(starter.start());
      count(&ReaderFigures::started);
    }
    ReaderProcess& process = *lease->process;
    if (process.greeted()) return process;
    const Outcome outcome = process.greet(Clock::now() + kToStart);
    if (outcome.end == End::Answered) {
      starter.greeted();
      return process;
    }
    int status = 0;
    end(lease, outcome.end == End::Died ? kToDie : milliseconds{0}, status);
    if (outcome.end == End::Died && status >= 0 && WIFSIGNALED(status) &&
        WTERMSIG(status) == SIGKILL) {
      trouble = "they are killed while they start";
      count(&ReaderFigures::killed);
      continue;
    }
    if (outcome.end == End::TimedOut || (outcome.end == End::Died && status < 0)) {
      starter.failed("they do not say that they are there");
    }
    if (outcome.end == End::Lied) starter.failed(outcome.reason + ": " + settings.program);
    starter.failed(WIFSIGNALED(status)
                       ? fmt::format("they crash at once (SIG{}): {}",
                                     ::sigabbrev_np(WTERMSIG(status)), settings.program)
                       : fmt::format("they end at once (status {}): {}", WEXITSTATUS(status),
                                     settings.program));
  }
  starter.failed(trouble);
}

std::string ReaderPool::State::reason_of_death(int status, milliseconds limit, End end) {
  if (end == End::TimedOut) {
    count(&ReaderFigures::timed_out);
    return fmt::format("it took longer than {} to look into", duration(limit));
  }
  if (status >= 0 && WIFSIGNALED(status)) {
    if (WTERMSIG(status) == SIGKILL) {
      count(&ReaderFigures::killed);
      return {};
    }
    count(&ReaderFigures::crashed);
    const char* const name = ::sigabbrev_np(WTERMSIG(status));
    return fmt::format("reading it crashed the library (SIG{})", name == nullptr ? "?" : name);
  }
  if (status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == reader::kOutOfMemory) {
    count(&ReaderFigures::exhausted);
    return fmt::format("it needs more than {} of memory to look into", size(settings.memory_bytes));
  }
  count(&ReaderFigures::crashed);
  return "reading it ended the process of the library";
}

void ReaderPool::State::let_finish(Lease lease, const std::string& path) {
  // What is asked for next is often near: a reader that is about to be done is worth waiting for.
  constexpr milliseconds kLonger{2'000};
  const auto until = Clock::now() + kLonger;
  const auto held = std::make_shared<Lease>(std::move(lease));
  starter.look_after([this, held, path, until] {
    const Outcome outcome = (*held)->process->await(path, Clock::now(), {});
    if (outcome.end == End::TimedOut && Clock::now() < until) return false;
    if (outcome.end != End::Answered) {
      int status = 0;
      end(*held, milliseconds{0}, status);
    }
    held->release();
    return true;
  });
}

void ReaderPool::State::ask(Request& request, const FileIdentity& identity, std::size_t block_bytes,
                            const ReadTerms& terms, const Accept& accept) {
  const std::string& path = request.path;
  if (auto reason = fatal_files.reason(path, identity)) throw FatalFile{*reason};
  count(&ReaderFigures::requests);
  const milliseconds limit =
      request.kind == RequestKind::Inspect ? settings.inspect_limit : settings.read_limit;
  Lease lease = slots.wait_for(path, terms, settings.read_limit);
  std::string reason;
  int faults = 0, kills = 0;
  constexpr int kFaults = 2, kKills = 5;
  while (faults < kFaults && kills < kKills) {
    ReaderProcess& process = ready_reader(lease);
    terms.abort.check();
    const auto time_is_up = Clock::now() + limit;
    const auto until = std::min(time_is_up, terms.abort.deadline());
    Outcome outcome{End::Died, "", ""};
    if (process.send(request, block_bytes)) outcome = process.await(path, until, terms.abort);
    if (outcome.end == End::Abandoned || (outcome.end == End::TimedOut && until < time_is_up)) {
      let_finish(std::move(lease), path);
      terms.abort.check();
      throw Error(ErrorKind::DeadlineExceeded, "",
                  "The request took longer than this server allows; ask for less at a time.");
    }
    if (outcome.end == End::Answered) {
      try {
        Answer answer;
        try {
          answer = reader::answer_from(outcome.answer);
        } catch (const Error& error) {
          throw Nonsense{error.what()};
        }
        const bool strained = answer.head.memory_bytes > settings.memory_bytes / 2;
        const bool fresh = process.requests() == 1;
        lease.retire_when(strained || process.requests() >= settings.requests_each);
        Accepted accepted = Accepted::Doubtful;
        std::exception_ptr refusal;
        try {
          accepted = accept(answer, process);
        } catch (const Error&) {
          refusal = std::current_exception();
        }
        if (accepted == Accepted::Doubtful && strained && !fresh) {
          int status = 0;
          end(lease, milliseconds{0}, status);
          continue;
        }
        fatal_files.survived(path);
        if (lease.to_be_retired()) {
          int status = 0;
          end(lease, milliseconds{0}, status);
          count(&ReaderFigures::replaced);
        }
        lease.release();
        if (refusal) std::rethrow_exception(refusal);
        return;
      } catch (const Nonsense& nonsense) {
        outcome = {End::Lied, "", nonsense.what};
      }
    }
    constexpr milliseconds kToDie{1'000};
    int status = 0;
    end(lease, outcome.end == End::Died ? kToDie : milliseconds{0}, status);
    if (outcome.end == End::Lied) {
      count(&ReaderFigures::lied);
      reason = fmt::format("the library was led to an impossible answer: {}", outcome.reason);
    } else {
      reason = reason_of_death(status, limit, outcome.end);
    }
    if (reason.empty()) {
      reason = "readers were killed again and again while they looked into it";
      ++kills;
      continue;
    }
    ++faults;
    log(LogLevel::Warning,
        fmt::format("{}: {}{}", path, reason, faults < kFaults ? "; trying once more" : ""));
    fatal_files.died(path, identity, reason);
  }
  lease.release();
  if (quarantine) quarantine(path, identity, reason);
  throw FatalFile{reason};
}

ReaderPool::ReaderPool(ReaderSettings settings, Quarantine quarantine)
    : state_(std::make_unique<State>(std::move(settings), std::move(quarantine))) {
  // From now on: what lies in its place when a reader is first wanted may be of another build.
  static_cast<void>(build_file_descriptor(BuildFile::Reader));
}

ReaderPool::~ReaderPool() = default;

HoldingRecord ReaderPool::inspect(const std::string& path, const ReadTerms& terms) {
  HoldingRecord record;
  try {
    record.identity = identity_of(path);
  } catch (const Error& error) {
    record.refusal = error.what();
    return record;
  }
  Request request;
  request.kind = RequestKind::Inspect;
  request.path = path;
  try {
    const FileIdentity identity = record.identity;
    state_->ask(request, identity, 0, terms, [&](const Answer& answer, ReaderProcess&) {
      throw_refusal(answer, "");
      try {
        record = record_from_bytes(answer.values);
        reader::check_record(record);
      } catch (const Error& error) {
        throw Nonsense{error.what()};
      }
      return record.refusal.empty() ? Accepted::Yes : Accepted::Doubtful;
    });
  } catch (const FatalFile& fatal) {
    const FileIdentity identity = record.identity;
    record = {};
    record.identity = identity;
    record.refusal = fatal.reason;
  }
  return record;
}

RawBlock ReaderPool::read(const std::string& path, const FileIdentity& identity,
                          const VariableSchema& variable, const IndexBox& box,
                          const ReadTerms& terms) {
  RawBlock block = block_for(variable, box);
  block.type = storage_type_of(variable);
  const std::size_t bytes = block.cells() * size_of(block.type);
  if (bytes == 0) return block;
  Request request{RequestKind::Read, 0, path, identity, variable.name, box};
  try {
    state_->ask(request, identity, bytes, terms, [&](const Answer& answer, ReaderProcess& process) {
      throw_refusal(answer, variable.name);
      RawBlock shape;
      try {
        shape = reader::shape_from(answer.values);
      } catch (const Error& error) {
        throw Nonsense{error.what()};
      }
      if (shape.type != block.type || shape.shape != block.shape) {
        throw Nonsense{"a block of another type or shape"};
      }
      block.bytes.resize(bytes);
      if (!process.take_block(block.bytes)) throw Nonsense{"a block cut short"};
      return Accepted::Yes;
    });
  } catch (const FatalFile& fatal) {
    throw_fatal(path, identity, variable.name, fatal);
  }
  return block;
}

std::vector<std::string> ReaderPool::read_strings(const std::string& path,
                                                  const FileIdentity& identity,
                                                  const VariableSchema& variable,
                                                  const ReadTerms& terms) {
  if (variable.type != ElementType::String) {
    throw Error(ErrorKind::Internal, variable.name,
                "'" + variable.name + "' holds numbers, not texts");
  }
  std::vector<std::string> texts;
  Request request{RequestKind::ReadStrings, 0, path, identity, variable.name, {}};
  try {
    state_->ask(request, identity, 0, terms, [&](const Answer& answer, ReaderProcess&) {
      throw_refusal(answer, variable.name);
      try {
        texts = reader::strings_from(answer.values);
      } catch (const Error& error) {
        throw Nonsense{error.what()};
      }
      if (!reader::fits(texts, variable)) throw Nonsense{"another number of texts"};
      return Accepted::Yes;
    });
  } catch (const FatalFile& fatal) {
    throw_fatal(path, identity, variable.name, fatal);
  }
  return texts;
}

ReaderFigures ReaderPool::figures() const {
  const std::lock_guard lock(state_->figures_mutex);
  ReaderFigures figures = state_->figures;
  figures.running = state_->slots.processes().size();
  figures.trouble = state_->starter.trouble();
  return figures;
}

const ReaderSettings& ReaderPool::settings() const { return state_->settings; }

std::vector<int> ReaderPool::processes() const { return state_->slots.processes(); }

}  // namespace gyre::coverage
