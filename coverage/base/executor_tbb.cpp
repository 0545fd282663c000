#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "coverage/base/executor.h"
#include "coverage/base/log.h"

namespace gyre::coverage {

namespace {

/// A mutex and a counter of tasks that were submitted and have not ended.
class Pending {
 public:
  void add() {
    const std::lock_guard lock(mutex_);
    ++count_;
  }
  void remove() {
    const std::lock_guard lock(mutex_);
    if (--count_ == 0) none_left_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    none_left_.wait(lock, [&] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_left_;
  std::size_t count_ = 0;
};

}  // namespace

struct Executor::Impl {
  explicit Impl(std::size_t count)
      : threads(count),
        workers(tbb::global_control::max_allowed_parallelism, count + 1),
        interactive(static_cast<int>(count), 1, tbb::task_arena::priority::high),
        bulk(static_cast<int>(count), 1, tbb::task_arena::priority::low) {}

  tbb::task_arena& arena(Priority priority) {
    return priority == Priority::Interactive ? interactive : bulk;
  }

  std::size_t threads;
  tbb::global_control workers;
  tbb::task_arena interactive, bulk;
  std::atomic<bool> stopping = false;
  Pending pending;
};

Executor::Executor(std::size_t threads)
    : impl_(std::make_unique<Impl>(
          threads > 0 ? threads : std::max<std::size_t>(std::thread::hardware_concurrency(), 1))) {}

Executor::~Executor() {
  impl_->stopping = true;
  impl_->pending.wait();
}

void Executor::for_each(std::size_t count, Priority priority, const AbortToken& abort,
                        const std::function<void(std::size_t)>& body) {
  if (count == 1) {  // nothing to share out
    abort.check();
    body(0);
    return;
  }
  impl_->arena(priority).execute([&] {
    // Isolated: a thread that waits here takes no task of another request, whose locks it may hold.
    tbb::this_task_arena::isolate([&] {
      tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
        abort.check();
        body(i);
      });
    });
  });
}

void Executor::submit(Priority priority, std::function<void()> task) {
  impl_->pending.add();
  impl_->arena(priority).enqueue([impl = impl_.get(), task = std::move(task)] {
    if (!impl->stopping) {
      try {
        task();
      } catch (const std::exception& error) {
        log(LogLevel::Error, std::string("a background task failed: ") + error.what());
      } catch (...) {
        log(LogLevel::Error, "a background task failed");
      }
    }
    impl->pending.remove();
  });
}

std::size_t Executor::threads() const { return impl_->threads; }

}  // namespace gyre::coverage
