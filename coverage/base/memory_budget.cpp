#include "coverage/base/memory_budget.h"

#include <algorithm>
#include <array>
#include <mutex>

#include "coverage/base/slab_pool.h"
#include "coverage/base/waiting_line.h"
#include "coverage/base/work.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kUsual = std::size_t{512} << 20;
constexpr std::size_t kSmall = std::size_t{1} << 20;  ///< such claims wait for nobody

MemoryShares shares_of(std::size_t bytes) {
  // Code, tables of libraries, catalogue, files that are mapped (cells of large curvilinear grids),
  // what libraries hold for a moment: they take the same of a small budget as of a large one.
  constexpr std::size_t kProgram = std::size_t{160} << 20;
  constexpr std::size_t kLeastDecoding = std::size_t{32} << 20;
  const std::size_t percent = (bytes - std::min(bytes / 16 * 9, kProgram)) / 100;
  return {.whole = bytes,
          .decoded_chunks = 36 * percent,
          .overviews = 6 * percent,
          .pixel_maps = 6 * percent,
          .pictures = 6 * percent,
          .documents = 4 * percent,  // of three services
          .idle = 12 * percent,
          .working = 22 * percent,
          // Large chunks that are decoded side by side were all that held several times the budget.
          .decoding = std::max(bytes / 4, kLeastDecoding),
          .sending = 8 * percent};
}

MemoryShares& shares() {
  static MemoryShares all = shares_of(kUsual);
  return all;
}

struct Working {
  std::mutex mutex;
  std::size_t used = 0;
  WaitingLine waiting;
};

enum Account : std::size_t { kInteractive, kBulk, kExtraction, kDecoding, kAccounts };

Working& working(std::size_t account) {
  static std::array<Working, kAccounts> all;
  return all[account];
}

std::size_t limit_of(std::size_t account) {
  if (account == kDecoding) return shares().decoding;
  return shares().working / (account == kInteractive ? 2 : 4);
}

std::size_t account_for(MemoryClaim::Of of) {
  if (of == MemoryClaim::Of::Decoding) return kDecoding;
  const Work& work = current_work();
  if (work.priority == Priority::Interactive) return kInteractive;
  return work.extraction ? kExtraction : kBulk;
}

struct Sending {
  std::mutex mutex;
  std::size_t used = 0;
};

Sending& sending() {
  static Sending all;
  return all;
}

}  // namespace

void set_memory_budget(std::size_t bytes) {
  shares() = shares_of(bytes);
  SlabPool::instance().keep_idle(shares().idle);
}

const MemoryShares& memory_shares() { return shares(); }

MemoryClaim::~MemoryClaim() {
  if (bytes_ == 0) return;
  Working& all = working(account_);
  const std::lock_guard lock(all.mutex);
  all.used -= bytes_;
  all.waiting.look_again();
}

void MemoryClaim::raise(std::size_t bytes) {
  if (bytes <= bytes_) return;
  if (bytes_ == 0) account_ = account_for(of_);
  Working& all = working(account_);
  const std::size_t limit = limit_of(account_);
  std::unique_lock lock(all.mutex);
  const auto fits = [&] { return all.used == 0 || all.used + bytes <= limit; };
  const bool waits = bytes_ == 0 && bytes > kSmall;
  if (waits) all.waiting.wait(lock, fits);
  all.used += bytes - bytes_;
  bytes_ = bytes;
}

MemoryClaim::Figures MemoryClaim::figures() {
  Figures figures{0, shares().working, 0};
  for (const std::size_t account : {kInteractive, kBulk, kExtraction}) {
    Working& all = working(account);
    const std::lock_guard lock(all.mutex);
    figures.bytes += all.used;
    figures.waiting += all.waiting.size();
  }
  return figures;
}

SendingShare::SendingShare(std::size_t wanted) {
  constexpr std::size_t kPart = 4;  // of what is left
  Sending& all = sending();
  const std::size_t limit = shares().sending;
  const std::lock_guard lock(all.mutex);
  const std::size_t left = limit - std::min(limit, all.used);
  bytes_ = std::min(wanted, std::max(left / kPart, kLeast));
  all.used += bytes_;
}

SendingShare::~SendingShare() {
  Sending& all = sending();
  const std::lock_guard lock(all.mutex);
  all.used -= bytes_;
}

}  // namespace gyre::coverage
