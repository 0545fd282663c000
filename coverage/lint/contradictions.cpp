#include <fmt/format.h>

#include "coverage/lint/advice.h"
#include "coverage/lint/checks.h"

namespace gyre::coverage::lint {

/// Where the holding contradicts itself, and which side was taken: what interpreting it warned of.
void check_contradictions(const Subject& subject, Findings& findings) {
  for (const std::string& warning : subject.meaning().warnings) {
    // By their values levels may count as positive says all the same (ROMS: depth, up, negative).
    if (warning.find("its standard_name counts") != std::string::npos) continue;
    const auto colon = warning.find(": ");
    const std::string name = colon == std::string::npos ? "" : warning.substr(0, colon);
    const bool known = subject.schema().find(name) != nullptr;
    const std::string variable = known ? name : "";
    const std::string sentence = known ? warning.substr(colon + 2) : warning;
    Advice advice = advice_on_warning(sentence, variable);
    if (advice.consequence.empty()) {
      advice.consequence = "Clients that take the other side show it otherwise.";
    }
    findings.push_back({advice.severity, variable, sentence, std::move(advice.consequence),
                        std::move(advice.fix)});
  }
}

}  // namespace gyre::coverage::lint
