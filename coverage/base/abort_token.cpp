#include "coverage/base/abort_token.h"

#include "coverage/base/error.h"

namespace gyre::coverage {

struct AbortToken::State {
  std::atomic<Clock::rep> deadline = Clock::time_point::max().time_since_epoch().count();
  std::function<bool()> client_gone;
  std::atomic<bool> cancelled = false;

  [[nodiscard]] Clock::time_point end() const {
    return Clock::time_point(Clock::duration(deadline.load()));
  }
};

AbortToken::AbortToken() : state_(std::make_shared<State>()) {}

AbortToken::AbortToken(Clock::time_point deadline, std::function<bool()> client_gone)
    : state_(std::make_shared<State>()) {
  state_->deadline = deadline.time_since_epoch().count();
  state_->client_gone = std::move(client_gone);
}

void AbortToken::cancel() const noexcept { state_->cancelled = true; }

void AbortToken::extend(Clock::duration by) const noexcept {
  if (state_->end() == Clock::time_point::max()) return;  // there is none
  state_->deadline += by.count();
}

bool AbortToken::cancelled() const {
  if (state_->cancelled) return true;
  if (state_->client_gone && state_->client_gone()) state_->cancelled = true;
  return state_->cancelled;
}

void AbortToken::check() const {
  if (cancelled()) throw Error(ErrorKind::Aborted, "", "The client closed the connection.");
  if (Clock::now() > state_->end()) {
    throw Error(ErrorKind::DeadlineExceeded, "",
                "The request took longer than this server allows; ask for less at a time.");
  }
}

AbortToken::Clock::time_point AbortToken::deadline() const noexcept { return state_->end(); }

}  // namespace gyre::coverage
