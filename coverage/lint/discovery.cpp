#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/lint/checks.h"

namespace gyre::coverage::lint {
namespace {

/// What catalogues and people look for (ACDD 1.3), and what else says the same.
struct Wanted {
  std::string_view name;
  std::array<std::string_view, 2> others;
};
constexpr std::array kWanted{Wanted{"title", {}}, Wanted{"summary", {"abstract", "comment"}},
                             Wanted{"institution", {"creator_name", "publisher_name"}},
                             Wanted{"license", {"licence", "rights"}}};

}  // namespace

/// Global attributes by which a dataset is found and may be used.
void check_discovery(const Subject& subject, Findings& findings) {
  if (subject.fields().empty()) return;
  const Attributes& attributes = subject.schema().attributes;
  std::vector<std::string_view> missing;
  for (const Wanted& one : kWanted) {
    bool there = attributes.text(one.name).has_value();
    for (const std::string_view other : one.others) {
      there = there || (!other.empty() && attributes.text(other).has_value());
    }
    if (!there) missing.push_back(one.name);
  }
  if (missing.empty()) return;
  std::string command = "ncatted -h", overlay;
  for (const std::string_view one : missing) {
    command += fmt::format(" -a {},global,o,c,...", one);
    overlay += fmt::format("{}{}: ...", overlay.empty() ? "" : ", ", one);
  }
  findings.push_back(
      {Severity::Hint,
       "",
       fmt::format("it does not tell its {}", fmt::join(missing, ", ")),
       "Catalogues list it by its file's name, and users do not know whose it is or what they may "
       "do with it.",
       {command + " {file}", "global_attributes: {" + overlay + "}"}});
}

}  // namespace gyre::coverage::lint
