#include "coverage/aggregate/member_sources.h"

#include <algorithm>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/source/changes.h"
#include "coverage/source/file_identity.h"

namespace gyre::coverage::aggregation {

std::shared_ptr<const Source> open_member(const std::shared_ptr<const IndexedHolding>& holding) {
  const auto check = [&] {
    try {
      if (identity_of(holding->path()) == holding->identity()) return;
    } catch (const Error&) {  // gone: a change as well
    }
    log(LogLevel::Info, fmt::format("{}: changed since it was looked into", holding->path()));
    tell_change(holding->path());
    throw Error(ErrorKind::HoldingChanged, "",
                "The data were replaced while they were being read; please ask again.");
  };
  check();
  std::shared_ptr<const Source> source;
  try {
    source = open_source(holding->path());
  } catch (const Error&) {
    check();  // says it better, when that is why
    throw;
  }
  check();
  return source;
}

std::shared_ptr<const Source> MemberSources::source(
    std::uint32_t member, const std::shared_ptr<const IndexedHolding>& holding) const {
  const auto known = [&]() -> std::shared_ptr<const Source> {
    const auto found = std::find_if(sources_.begin(), sources_.end(),
                                    [&](const auto& one) { return one.first == member; });
    if (found == sources_.end()) return nullptr;
    sources_.splice(sources_.begin(), sources_, found);
    return sources_.front().second;
  };
  {
    const std::lock_guard lock(mutex_);
    if (auto found = known()) return found;
  }
  auto opened = open_(holding);        // nobody waits for a slow one but who asks for it
  std::shared_ptr<const Source> last;  // closed after the lock is released
  const std::lock_guard lock(mutex_);
  if (auto found = known()) return found;
  sources_.emplace_front(member, opened);
  if (sources_.size() > kMost) {
    last = std::move(sources_.back().second);
    sources_.pop_back();
  }
  return opened;
}

void MemberSources::forget(std::uint32_t member) const {
  std::shared_ptr<const Source> gone;
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(sources_.begin(), sources_.end(),
                                  [&](const auto& one) { return one.first == member; });
  if (found == sources_.end()) return;
  gone = std::move(found->second);
  sources_.erase(found);
}

}  // namespace gyre::coverage::aggregation
