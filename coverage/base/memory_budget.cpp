#include "coverage/base/memory_budget.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>

#include "coverage/base/slab_pool.h"
#include "coverage/base/work.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kUsual = std::size_t{512} << 20;
constexpr std::size_t kSmall = std::size_t{1} << 20;  ///< such claims wait for nobody

MemoryShares shares_of(std::size_t bytes) {
  // Code, tables of libraries, catalogue, files that are mapped (cells of large curvilinear grids),
  // what libraries hold for a moment: they take the same of a small budget as of a large one.
  constexpr std::size_t kProgram = std::size_t{160} << 20;
  const std::size_t percent = (bytes - std::min(bytes / 2, kProgram)) / 100;
  return {.whole = bytes,
          .decoded_chunks = 36 * percent,
          .overviews = 6 * percent,
          .pixel_maps = 6 * percent,
          .pictures = 6 * percent,
          .documents = 4 * percent,  // of three services
          .idle = 12 * percent,
          .working = 22 * percent};
}

MemoryShares& shares() {
  static MemoryShares all = shares_of(kUsual);
  return all;
}

struct Working {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t used = 0;
  std::list<const MemoryClaim*> waiting;  ///< in the order in which they came, and go
};

/// Of interactive or of bulk work.
Working& working(bool bulk) {
  static Working interactive, extractions;
  return bulk ? extractions : interactive;
}

/// A place in the queue, until it is over or given up. With the lock held on both ends.
class Place {
 public:
  Place(Working& of, const MemoryClaim* claim)
      : of_(of), at_(of.waiting.insert(of.waiting.end(), claim)) {}
  ~Place() {
    of_.waiting.erase(at_);
    of_.changed.notify_all();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  [[nodiscard]] bool is_first() const { return at_ == of_.waiting.begin(); }

 private:
  Working& of_;
  std::list<const MemoryClaim*>::iterator at_;
};

}  // namespace

void set_memory_budget(std::size_t bytes) {
  shares() = shares_of(bytes);
  SlabPool::instance().keep_idle(shares().idle);
}

const MemoryShares& memory_shares() { return shares(); }

MemoryClaim::~MemoryClaim() {
  if (bytes_ == 0) return;
  Working& all = working(bulk_);
  {
    const std::lock_guard lock(all.mutex);
    all.used -= bytes_;
  }
  all.changed.notify_all();
}

void MemoryClaim::raise(std::size_t bytes) {
  if (bytes <= bytes_) return;
  if (bytes_ == 0) bulk_ = current_work().priority == Priority::Bulk;
  Working& all = working(bulk_);
  const std::size_t limit = shares().working / 2;
  std::unique_lock lock(all.mutex);
  const auto fits = [&] { return all.used == 0 || all.used + bytes <= limit; };
  const bool waits = bytes_ == 0 && bytes > kSmall;
  if (waits && (!all.waiting.empty() || !fits())) {
    const Place place(all, this);
    const auto may_go = [&] { return place.is_first() && fits(); };
    constexpr std::chrono::milliseconds kPatience{50};
    while (!all.changed.wait_for(lock, kPatience, may_go)) current_work().abort.check();
  }
  all.used += bytes - bytes_;
  bytes_ = bytes;
}

MemoryClaim::Figures MemoryClaim::figures() {
  Figures figures{0, shares().working, 0};
  for (const bool bulk : {false, true}) {
    Working& all = working(bulk);
    const std::lock_guard lock(all.mutex);
    figures.bytes += all.used;
    figures.waiting += all.waiting.size();
  }
  return figures;
}

}  // namespace gyre::coverage
