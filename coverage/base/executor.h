#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "coverage/base/abort_token.h"
#include "coverage/base/export.h"

namespace gyre::coverage {

/// Interactive work (tiles, points) goes before bulk work (extractions, indexing).
enum class Priority : std::uint8_t { Interactive, Bulk };

/// A small pool for CPU work, shared by all requests. oneTBB behind it in release, std::thread in
/// the tsan build; the same interface either way.
class GYRE_API Executor {
 public:
  /// @param threads 0: as many as there are cores
  explicit Executor(std::size_t threads = 0);
  ~Executor();  ///< waits for running tasks; queued ones are dropped
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// Runs body(i) for i in [0, count), on the pool and on the calling thread (which helps while
  /// it waits), and returns when all are done. Stops handing out work once `abort` fires.
  /// The first exception thrown is rethrown here, after all running bodies ended.
  void for_each(std::size_t count, Priority priority, const AbortToken& abort,
                const std::function<void(std::size_t)>& body);
  /// Runs `task` some time later; exceptions are logged and dropped.
  void submit(Priority priority, std::function<void()> task);
  [[nodiscard]] std::size_t threads() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gyre::coverage
