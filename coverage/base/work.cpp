#include "coverage/base/work.h"

#include <utility>

namespace gyre::coverage {
namespace {

thread_local const Work* current = nullptr;

}  // namespace

const Work& current_work() {
  static const Work usual;
  return current == nullptr ? usual : *current;
}

WorkScope::WorkScope(Work work) : work_(std::move(work)), outer_(current) { current = &work_; }

WorkScope::~WorkScope() { current = outer_; }

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& body) {
  Work work = current_work();
  work.claim = nullptr;  // one thread's alone
  if (work.executor == nullptr || count < 2) {
    for (std::size_t i = 0; i < count; ++i) {
      work.abort.check();
      body(i);
    }
    return;
  }
  work.executor->for_each(count, work.priority, work.abort, [&](std::size_t i) {
    const WorkScope scope(work);
    body(i);
  });
}

}  // namespace gyre::coverage
