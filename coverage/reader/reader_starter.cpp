#include "coverage/reader/reader_starter.h"

#include <algorithm>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"

namespace gyre::coverage::reader {

ReaderStarter::ReaderStarter(ReaderSettings settings) : settings_(std::move(settings)) {
  thread_ = std::thread([this] { run(); });
}

ReaderStarter::~ReaderStarter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  thread_.join();
}

std::unique_ptr<ReaderProcess> ReaderStarter::start() {
  std::future<std::unique_ptr<ReaderProcess>> process;
  {
    const std::lock_guard lock(mutex_);
    if (Clock::now() < not_before_) throw Error(ErrorKind::Internal, "", trouble_);
    process = wanted_.emplace_back().get_future();
  }
  work_.notify_all();
  try {
    return process.get();
  } catch (const Error& error) {
    failed(error.what());
  }
}

void ReaderStarter::greeted() {
  const std::lock_guard lock(mutex_);
  if (failures_ > 0) log(LogLevel::Info, "reader processes start again");
  failures_ = 0;
  not_before_ = Clock::time_point::min();
}

void ReaderStarter::failed(const std::string& reason) {
  std::string trouble;
  {
    const std::lock_guard lock(mutex_);
    constexpr unsigned kLongestShift = 6;
    const std::chrono::seconds pause{1LL << std::min(failures_, kLongestShift)};
    not_before_ = Clock::now() + pause;
    trouble = fmt::format("reader processes cannot be started: {}", reason);
    if (failures_++ == 0 || trouble != trouble_) {
      log(LogLevel::Error, fmt::format("{}; no file can be opened until they can", trouble));
    }
    trouble_ = trouble;
  }
  throw Error(ErrorKind::Internal, "", trouble);
}

std::string ReaderStarter::trouble() {
  const std::lock_guard lock(mutex_);
  return failures_ > 0 ? trouble_ : std::string();
}

void ReaderStarter::look_after(std::function<bool()> task) {
  {
    const std::lock_guard lock(mutex_);
    looked_after_.push_back(std::move(task));
  }
  work_.notify_all();
}

void ReaderStarter::run() {
  constexpr std::chrono::milliseconds kBetweenLooks{5};
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto something = [this] { return stopping_ || !wanted_.empty(); };
    if (looked_after_.empty()) {
      work_.wait(lock, [&] { return something() || !looked_after_.empty(); });
    } else {
      work_.wait_for(lock, kBetweenLooks, something);
    }
    while (!wanted_.empty()) {
      auto promise = std::move(wanted_.front());
      wanted_.pop_front();
      lock.unlock();
      try {
        promise.set_value(std::make_unique<ReaderProcess>(settings_));
      } catch (...) {
        promise.set_exception(std::current_exception());
      }
      lock.lock();
    }
    auto tasks = std::move(looked_after_);
    looked_after_.clear();
    lock.unlock();
    tasks.erase(std::remove_if(tasks.begin(), tasks.end(), [](auto& task) { return task(); }),
                tasks.end());
    lock.lock();
    std::move(tasks.begin(), tasks.end(), std::back_inserter(looked_after_));
    if (stopping_) return;
  }
}

}  // namespace gyre::coverage::reader
