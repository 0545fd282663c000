#include "coverage/archive/indexer.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/source/file_identity.h"

namespace gyre::coverage {
namespace {

using Clock = std::chrono::steady_clock;

/// What cannot be reached has no identity.
FileIdentity identity_or_none(const std::string& path) {
  try {
    return identity_of(path);
  } catch (const Error&) {
    return {};
  }
}

/// The kernel's clock of files ticks some hundred times a second: a change within the tick of the
/// one before is not seen by its time. Older files are looked into at once.
void wait_until_settled(const FileIdentity& identity) {
  constexpr std::int64_t kTick_ns = 20'000'000;
  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  const std::int64_t age = now - identity.modified_ns;
  if (age >= 0 && age < kTick_ns) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(kTick_ns - age));
  }
}

/// Looks into holdings in threads of its own and collects what they found.
class Inspections {
 public:
  Inspections(Opener& opener, std::vector<std::string> paths, AbortToken abort)
      : opener_(opener), paths_(std::move(paths)), abort_(std::move(abort)) {
    const std::size_t most = std::max(2U, std::thread::hardware_concurrency()) + 1;
    for (std::size_t i = 0; i < std::min(most, paths_.size()); ++i) {
      threads_.emplace_back([this] { work(); });
    }
  }
  ~Inspections() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  Inspections(const Inspections&) = delete;
  Inspections& operator=(const Inspections&) = delete;

  /// What was found since the last call, once there are `enough`, `patience` is over or all is
  /// done; nothing when all was given out. @throws what an inspection threw
  std::vector<IndexChange> take(std::size_t enough, std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    more_.wait_for(lock, patience, [&] {
      return found_.size() >= enough || done_ == paths_.size() || failure_ != nullptr;
    });
    if (failure_) std::rethrow_exception(failure_);
    return std::exchange(found_, {});
  }
  [[nodiscard]] std::size_t done() {
    const std::lock_guard lock(mutex_);
    return done_;
  }
  [[nodiscard]] bool all_done() { return done() == paths_.size(); }

 private:
  void work() {
    while (!stop_) {
      const std::size_t i = next_++;
      if (i >= paths_.size()) return;
      std::shared_ptr<const HoldingRecord> record;
      std::exception_ptr failure;
      try {
        abort_.check();
        wait_until_settled(identity_or_none(paths_[i]));
        record = std::make_shared<const HoldingRecord>(
            opener_.inspect(paths_[i], {Priority::Bulk, abort_}));
      } catch (const Error& error) {
        // Internal: the readers are to blame, not the file; it is tried again at the next look.
        if (error.kind() == ErrorKind::Internal) {
          log(LogLevel::Error, fmt::format("{}: not looked into: {}", paths_[i], error.what()));
        } else {
          failure = std::current_exception();
        }
      } catch (...) {
        failure = std::current_exception();
      }
      const std::lock_guard lock(mutex_);
      ++done_;
      if (record) found_.push_back({paths_[i], std::move(record)});
      if (failure) failure_ = failure;
      more_.notify_one();
    }
  }

  Opener& opener_;
  const std::vector<std::string> paths_;
  AbortToken abort_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<IndexChange> found_;
  std::size_t done_ = 0;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

}  // namespace

bool Indexer::update(const std::vector<HoldingFound>& found, const std::vector<std::string>& gone,
                     const AbortToken& abort, const OnProgress& on_progress) {
  std::vector<std::string> wanted;
  std::vector<IndexChange> changes;
  bool matters = false;
  {
    const auto before = index_.snapshot();
    for (const HoldingFound& one : found) {
      const auto known = before->identity(one.path);
      if (!known || !(*known == identity_or_none(one.path))) wanted.push_back(one.path);
    }
    for (const std::string& path : gone) {
      const auto known = before->find(path);
      if (!known) continue;
      matters = matters || !known->no_holding();
      changes.push_back({path, nullptr});
    }
    // What was a holding and is none any more matters as well.
    for (const std::string& path : wanted) {
      const auto known = before->find(path);
      matters = matters || (known && !known->no_holding());
    }
  }
  if (wanted.empty()) {
    index_.commit(changes);
    return matters;
  }
  constexpr std::size_t kBatch = 4096;
  constexpr std::chrono::milliseconds kPatience{200};
  constexpr std::chrono::seconds kAtRisk{3};  // what a kill may cost
  Inspections inspections(opener_, wanted, abort);
  auto committed = Clock::now();
  while (true) {
    const bool last = inspections.all_done();
    for (IndexChange& one :
         inspections.take(kBatch - std::min(kBatch, changes.size()), kPatience)) {
      matters = matters || !one.record->no_holding;
      changes.push_back(std::move(one));
    }
    const bool due = last || changes.size() >= kBatch || Clock::now() - committed > kAtRisk;
    if (due) {
      index_.commit(changes);
      changes.clear();
      committed = Clock::now();
    }
    if (last) return matters;
    if (on_progress) on_progress({inspections.done(), wanted.size()}, due);
  }
}

}  // namespace gyre::coverage
