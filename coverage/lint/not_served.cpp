#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/lint/advice.h"
#include "coverage/lint/checks.h"

namespace gyre::coverage::lint {
namespace {

/// "variable 'x': why" of a source's remarks.
NotServed from_remark(const std::string& remark) {
  constexpr std::string_view kStart = "variable '", kEnd = "': ";
  const auto end = remark.find(kEnd);
  if (!remark.starts_with(kStart) || end == std::string::npos) return {"", "", remark};
  return {"", remark.substr(kStart.size(), end - kStart.size()), remark.substr(end + kEnd.size())};
}

/// The reasons of several variables are alike but for the names of their dimensions.
std::string without_dimensions(const std::string& reason) {
  constexpr std::string_view kStart = "none of its dimensions ",
                             kEnd = " has a coordinate variable";
  const auto start = reason.find(kStart);
  const auto end = reason.find(kEnd);
  if (start == std::string::npos || end == std::string::npos || end < start) return reason;
  return reason.substr(0, start + kStart.size() - 1) + reason.substr(end);
}

std::string list_of(std::vector<std::string> names) {
  constexpr std::size_t kNamed = 6;
  const std::size_t more = names.size() > kNamed ? names.size() - kNamed : 0;
  names.resize(names.size() - more);
  return fmt::format("{}{}", fmt::join(names, ", "),
                     more == 0 ? "" : fmt::format(" and {} more", more));
}

}  // namespace

/// What the file has and nobody gets; variables that share a reason in one line.
void check_not_served(const Subject& subject, Findings& findings) {
  if (!subject.record().refusal.empty()) {
    findings.push_back(
        {Severity::Error, "", subject.record().refusal, "Nothing of it is published.", {}});
    return;
  }
  std::vector<NotServed> all = subject.meaning().not_served;
  for (const std::string& remark : subject.schema().remarks) {
    if (remark.starts_with("variable ")) all.push_back(from_remark(remark));
  }
  std::vector<std::pair<std::string, std::vector<std::string>>> by_reason;
  for (const NotServed& one : all) {
    const std::string reason = without_dimensions(one.reason);
    const auto same = std::find_if(by_reason.begin(), by_reason.end(),
                                   [&](const auto& group) { return group.first == reason; });
    if (same == by_reason.end()) {
      by_reason.push_back({reason, {one.variable}});
    } else {
      same->second.push_back(one.variable);
    }
  }
  const bool nothing = subject.meaning().coverages.empty();
  for (const auto& [reason, variables] : by_reason) {
    const Advice advice = advice_on_refusal(reason, variables.front());
    const bool later = advice.severity == Severity::Hint;
    findings.push_back({later     ? Severity::Hint
                        : nothing ? Severity::Error
                                  : advice.severity,
                        list_of(variables), reason,
                        advice.consequence.empty() ? "It is not published." : advice.consequence,
                        advice.fix});
  }
  if (nothing && by_reason.empty()) {
    findings.push_back({Severity::Error,
                        "",
                        "it has no variable on x and y axes",
                        "Nothing of it is published.",
                        {}});
  }
}

}  // namespace gyre::coverage::lint
