#include "coverage/source/chunks/decode_turn.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "coverage/base/work.h"

namespace gyre::coverage {
namespace {

struct Turns {
  std::mutex mutex;
  std::condition_variable interactive, bulk;
  unsigned free = std::max(1U, std::thread::hardware_concurrency());
  unsigned interactive_waiting = 0;
  double bytes_per_second = 5e8;
};

/// One more of those who wait, for as long as it lives.
class Waiting {
 public:
  explicit Waiting(unsigned* count) : count_(count) {
    if (count_ != nullptr) ++*count_;
  }
  ~Waiting() {
    if (count_ != nullptr) --*count_;
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  unsigned* count_;
};

Turns& turns() {
  static Turns all;
  return all;
}

}  // namespace

DecodeTurn::DecodeTurn() {
  Turns& all = turns();
  const bool interactive = current_work().priority == Priority::Interactive;
  const auto may_go = [&] { return all.free > 0 && (interactive || all.interactive_waiting == 0); };
  std::unique_lock lock(all.mutex);
  if (!may_go()) {
    const Waiting waiting(interactive ? &all.interactive_waiting : nullptr);
    constexpr std::chrono::milliseconds kPatience{50};
    while (!(interactive ? all.interactive : all.bulk).wait_for(lock, kPatience, may_go)) {
      current_work().abort.check();
    }
  }
  --all.free;
  begin_ = std::chrono::steady_clock::now();
}

void DecodeTurn::decoded(std::size_t bytes) const {
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin_;
  constexpr double kWeight = 0.1;  // of the last one
  constexpr double kTooShort = 1e-6;
  if (spent.count() < kTooShort) return;
  Turns& all = turns();
  const std::lock_guard lock(all.mutex);
  all.bytes_per_second +=
      kWeight * (static_cast<double>(bytes) / spent.count() - all.bytes_per_second);
}

double DecodeTurn::bytes_per_second() {
  Turns& all = turns();
  const std::lock_guard lock(all.mutex);
  return all.bytes_per_second;
}

DecodeTurn::~DecodeTurn() {
  Turns& all = turns();
  {
    const std::lock_guard lock(all.mutex);
    ++all.free;
  }
  all.interactive.notify_one();
  all.bulk.notify_one();
}

}  // namespace gyre::coverage
