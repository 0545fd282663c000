#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/cf/text.h"
#include "coverage/lint/checks.h"

namespace gyre::coverage::lint {
namespace {

struct Reference {
  std::string_view attribute;
  Severity severity;
  std::string_view consequence;
};

// grid_mapping and formula_terms are told where they are read.
constexpr std::array kReferences{
    Reference{"coordinates", Severity::Warning,
              "What it would tell (a level, a time, places) is in no answer."},
    Reference{"bounds", Severity::Warning, "Cells are drawn and chosen half-way between centres."},
    Reference{"climatology", Severity::Warning,
              "Users are not told which years and months are averaged."},
    Reference{
        "ancillary_variables", Severity::Warning,
        "Quality or uncertainty that users are promised is not there; QC cannot be asked for."},
    Reference{"cell_measures", Severity::Hint, "Users find no areas to weigh means with."},
};

/// Of "area: areacella" the names alone.
std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> names = cf::words(text);
  std::erase_if(names, [](const std::string& word) { return word.ends_with(':'); });
  return names;
}

}  // namespace

/// Attributes that name variables which the holding does not have.
void check_references(const Subject& subject, Findings& findings) {
  std::set<std::string> elsewhere;
  for (const std::string& name :
       cf::words(subject.schema().attributes.text("external_variables").value_or(""))) {
    elsewhere.insert(name);
  }
  const bool has_companions = subject.schema().attributes.has("associated_files");
  for (const VariableSchema& variable : subject.schema().variables) {
    for (const Reference& reference : kReferences) {
      const auto text = variable.attributes.text(reference.attribute);
      if (!text) continue;
      if (reference.attribute == "cell_measures" && has_companions) continue;
      std::vector<std::string> missing, kept;
      for (const std::string& name : names_in(*text)) {
        const bool there =
            subject.holding().named(variable, name) != nullptr || elsewhere.contains(name);
        (there ? kept : missing).push_back(name);
      }
      if (missing.empty()) continue;
      const std::string rest = fmt::format("{}", fmt::join(kept, " "));
      findings.push_back({reference.severity, variable.name,
                          fmt::format("its {} name{} {}, which {} not there", reference.attribute,
                                      missing.size() == 1 ? "s" : "", fmt::join(missing, ", "),
                                      missing.size() == 1 ? "is" : "are"),
                          std::string(reference.consequence),
                          kept.empty() || reference.attribute == "cell_measures"
                              ? remove_attribute(variable.name, reference.attribute)
                              : set_text(variable.name, reference.attribute, rest)});
    }
  }
}

}  // namespace gyre::coverage::lint
