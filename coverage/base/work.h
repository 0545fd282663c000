#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "coverage/base/abort_token.h"
#include "coverage/base/executor.h"
#include "coverage/base/export.h"

namespace gyre::coverage {

class DecodedChunks;
class Explanation;
class HeldPlanes;
class MemoryClaim;

/// What the work of this thread is for: everything below that waits, shares out tasks or keeps
/// things for later goes by it, however many layers lie between.
struct Work {
  AbortToken abort = {};
  Priority priority = Priority::Interactive;
  Executor* executor = nullptr;  ///< null: all is done by the one thread
  MemoryClaim* claim = nullptr;  ///< what the request holds of the working memory; null: untold
  Explanation* explanation = nullptr;  ///< not null: what would be read is noted, not read
  DecodedChunks* chunks = nullptr;     ///< where what is decoded is kept instead of for everybody
  HeldPlanes* held = nullptr;          ///< not null: planes that are read again and again
  bool extraction = false;  ///< bulk so large that other bulk shall not wait until it is done
};

/// Of this thread; the usual Work outside of every scope.
[[nodiscard]] GYRE_API const Work& current_work();

/// The work of this thread from here to the end of the block.
class GYRE_API WorkScope {
 public:
  explicit WorkScope(Work work);
  ~WorkScope();
  WorkScope(const WorkScope&) = delete;
  WorkScope& operator=(const WorkScope&) = delete;

 private:
  Work work_;
  const Work* outer_;
};

/// Runs body(i) for i in [0, count) on the executor of the current work, which is that of the
/// bodies as well; as Executor::for_each.
GYRE_API void in_parallel(std::size_t count, const std::function<void(std::size_t)>& body);

}  // namespace gyre::coverage
