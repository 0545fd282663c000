#include "coverage/base/waiting_line.h"

#include <chrono>

#include "coverage/base/work.h"

namespace gyre::coverage {

/// A place in the line, until it is over or given up.
class WaitingLine::Place {
 public:
  explicit Place(WaitingLine& line)
      : line_(line), at_(line.waiting_.insert(line.waiting_.end(), char{})) {}
  ~Place() {
    line_.waiting_.erase(at_);
    line_.look_again();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  [[nodiscard]] bool is_first() const { return at_ == line_.waiting_.begin(); }

 private:
  WaitingLine& line_;
  std::list<char>::iterator at_;
};

void WaitingLine::wait(std::unique_lock<std::mutex>& lock, const std::function<bool()>& may_go) {
  const Place place(*this);
  constexpr std::chrono::milliseconds kPatience{50};
  const auto comes_to_it = [&] { return place.is_first() && may_go(); };
  while (!changed_.wait_for(lock, kPatience, comes_to_it)) current_work().abort.check();
}

}  // namespace gyre::coverage
