#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/lint/checks.h"
#include "coverage/lint/known_names.h"

namespace gyre::coverage::lint {
namespace {

std::string list_of(std::vector<std::string> names) {
  constexpr std::size_t kNamed = 8;
  const std::size_t more = names.size() > kNamed ? names.size() - kNamed : 0;
  names.resize(names.size() - more);
  return fmt::format("{}{}", fmt::join(names, ", "),
                     more == 0 ? "" : fmt::format(" and {} more", more));
}

constexpr std::string_view kConsequence =
    "Clients and catalogues do not know the quantity; colours and vectors by it are not found.";

}  // namespace

/// Names of quantities that are missing, misspelt, or not among those known here.
void check_standard_names(const Subject& subject, Findings& findings) {
  std::vector<std::string> nameless, unknown;
  for (const auto& [coverage, field, variable] : subject.fields()) {
    // "air_temperature standard_error": a modifier may follow.
    const std::string& whole = field->standard_name;
    const std::string name = whole.substr(0, whole.find(' '));
    if (name.empty()) {
      if (field->flags.empty()) nameless.push_back(field->name);
      continue;
    }
    if (known_name(name) != nullptr) continue;
    if (const KnownName* const meant = meant_name(whole)) {
      findings.push_back(
          {Severity::Warning, field->name,
           fmt::format("its standard_name '{}' is no such; {} is", whole, meant->name),
           std::string(kConsequence), set_text(field->name, "standard_name", meant->name)});
    } else {
      unknown.push_back(fmt::format("{} ({})", field->name, whole));
    }
  }
  if (!nameless.empty()) {
    findings.push_back(
        {Severity::Hint, "", fmt::format("without standard_name: {}", list_of(nameless)),
         std::string(kConsequence), set_text(nameless.front(), "standard_name", "NAME")});
  }
  if (!unknown.empty()) {
    findings.push_back(
        {Severity::Hint,
         "",
         fmt::format("standard names that are not among those known here: {}", list_of(unknown)),
         "If they are not in CF's table, clients do not know the quantity.",
         {"look them up: https://cfconventions.org/standard-names.html", ""}});
  }
}

}  // namespace gyre::coverage::lint
