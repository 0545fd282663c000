#include <fmt/format.h>

#include "coverage/base/clock.h"
#include "coverage/lint/checks.h"
#include "coverage/source/file_identity.h"

namespace gyre::coverage::lint {

/// Of files that overlap the newest is used: one from the future stays so, whatever comes after it.
void check_modification(const Subject& subject, Findings& findings) {
  const auto when = modified_in_future(subject.record().identity, SystemClock().now_us());
  if (!when) return;
  findings.push_back({Severity::Warning,
                      "",
                      fmt::format("it was modified at {}, which is in the future", *when),
                      "Where it overlaps with others it is taken for the newest of them, also when "
                      "they are replaced, and its answers are of the future.",
                      {"touch {file}", ""}});
}

}  // namespace gyre::coverage::lint
