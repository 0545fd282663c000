#include "coverage/source/changes.h"

#include <mutex>
#include <utility>

namespace gyre::coverage {
namespace {

struct Listener {
  std::mutex mutex;
  std::function<void(const std::string&)> told;
};

Listener& listener() {
  static Listener one;
  return one;
}

}  // namespace

void on_change(std::function<void(const std::string& path)> told) {
  const std::lock_guard lock(listener().mutex);
  listener().told = std::move(told);
}

void tell_change(const std::string& path) {
  const std::lock_guard lock(listener().mutex);
  if (listener().told) listener().told(path);
}

}  // namespace gyre::coverage
