#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "coverage/reader/reader_pool.h"
#include "coverage/reader/reader_process.h"

namespace gyre::coverage::reader {

/// Room for one reader: which may not run yet, or no longer.
struct Slot {
  std::unique_ptr<ReaderProcess> process;
  pid_t pid = 0;                    ///< of it
  bool busy = false, bulk = false;  ///< bulk: at work for indexing
  std::list<std::string> files;     ///< it has open, most recently used first
  std::uint64_t last_used = 0;
};

class ReaderSlots;

/// A slot that is somebody's alone, until it is released or destroyed.
class Lease {
 public:
  Lease(ReaderSlots& slots, Slot& slot) : slots_(&slots), slot_(&slot) {}
  Lease(Lease&& other) noexcept : slots_(other.slots_), slot_(other.slot_), retire_(other.retire_) {
    other.slot_ = nullptr;
  }
  Lease& operator=(Lease&&) = delete;
  ~Lease() { release(); }

  Slot* operator->() { return slot_; }
  void take_process(std::unique_ptr<ReaderProcess> process);
  void drop_process();
  void retire_when(bool served_enough) { retire_ = served_enough; }
  [[nodiscard]] bool to_be_retired() const { return retire_; }
  void release();

 private:
  ReaderSlots* slots_;
  Slot* slot_;
  bool retire_ = false;
};

/// Who works for whom. Requests of clients before indexing; whoever has a file open already before
/// others. Thread-safe.
class ReaderSlots {
 public:
  /// @param bulk readers that may be at work for indexing at once; 0: as many as there are cores
  explicit ReaderSlots(std::size_t bulk);

  /// Waits until a reader is free. @throws Error{Aborted | DeadlineExceeded}; the latter after
  /// `longest` for clients
  [[nodiscard]] Lease wait_for(const std::string& path, const ReadTerms& terms,
                               std::chrono::milliseconds longest);
  [[nodiscard]] std::vector<int> processes() const;

 private:
  friend class Lease;
  struct Waiter {
    const std::string* path;
    bool bulk;
    Slot* given = nullptr;
    std::condition_variable ready;
  };
  Slot* free_slot(const std::string& path, bool bulk);
  void occupy(Slot& slot, const std::string& path, bool bulk);
  void release(Slot& slot);
  void serve_waiters();

  mutable std::mutex mutex_;
  std::size_t most_bulk_, bulk_ = 0;
  std::uint64_t uses_ = 0;
  std::vector<Slot> slots_;
  std::list<Waiter*> clients_, indexers_;
};

}  // namespace gyre::coverage::reader
