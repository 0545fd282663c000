#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "coverage/base/executor.h"
#include "coverage/base/log.h"

namespace gyre::coverage {
namespace {

/// One for_each: which index comes next, and who is still at it.
class Loop {
 public:
  Loop(std::size_t count, AbortToken abort, const std::function<void(std::size_t)>& body)
      : count_(count), abort_(std::move(abort)), body_(&body) {}

  /// Takes indices until there are none. A pool thread that comes too late takes none.
  void help() {
    std::unique_lock lock(mutex_);
    ++active_;
    while (next_ < count_ && !error_) {
      const std::size_t i = next_++;
      lock.unlock();
      std::exception_ptr thrown;
      try {
        abort_.check();
        (*body_)(i);
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      if (thrown && !error_) error_ = std::move(thrown);
    }
    if (--active_ == 0) idle_.notify_all();
  }

  void wait() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [&] { return active_ == 0; });
    next_ = count_;
    // It is the caller's alone from here on: a pool thread that comes too late may be the one that
    // destroys this loop, while the caller still reads what was thrown.
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  std::mutex mutex_;
  std::condition_variable idle_;
  std::size_t next_ = 0, count_, active_ = 0;
  AbortToken abort_;
  const std::function<void(std::size_t)>* body_;  ///< alive until wait() returned
  std::exception_ptr error_;
};

}  // namespace

struct Executor::Impl {
  std::mutex mutex;
  std::condition_variable wake;
  std::array<std::deque<std::function<void()>>, 2> queues;  ///< by Priority
  bool stopping = false;
  std::vector<std::thread> pool;

  void push(Priority priority, std::function<void()> task) {
    const std::lock_guard lock(mutex);
    queues.at(static_cast<std::size_t>(priority)).push_back(std::move(task));
    wake.notify_one();
  }

  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [&] { return stopping || !queues[0].empty() || !queues[1].empty(); });
      if (stopping) return;
      auto& queue = queues[0].empty() ? queues[1] : queues[0];
      const std::function<void()> task = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      try {
        task();
      } catch (const std::exception& error) {
        log(LogLevel::Error, std::string("a background task failed: ") + error.what());
      } catch (...) {
        log(LogLevel::Error, "a background task failed");
      }
      lock.lock();
    }
  }
};

Executor::Executor(std::size_t threads) : impl_(std::make_unique<Impl>()) {
  if (threads == 0) threads = std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
  for (std::size_t i = 0; i < threads; ++i) {
    impl_->pool.emplace_back([impl = impl_.get()] { impl->run(); });
  }
}

Executor::~Executor() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->wake.notify_all();
  }
  for (std::thread& thread : impl_->pool) thread.join();
}

void Executor::for_each(std::size_t count, Priority priority, const AbortToken& abort,
                        const std::function<void(std::size_t)>& body) {
  const auto loop = std::make_shared<Loop>(count, abort, body);
  for (std::size_t i = 1; i < std::min(count, threads() + 1); ++i) {
    impl_->push(priority, [loop] { loop->help(); });
  }
  loop->help();
  loop->wait();
}

void Executor::submit(Priority priority, std::function<void()> task) {
  impl_->push(priority, std::move(task));
}

std::size_t Executor::threads() const { return impl_->pool.size(); }

}  // namespace gyre::coverage
