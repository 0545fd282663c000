#pragma once

#include <string>
#include <string_view>

#include "coverage/lint/finding.h"

namespace gyre::coverage::lint {

/// What to tell about a sentence that reading a holding gave.
struct Advice {
  Severity severity = Severity::Warning;
  std::string consequence;
  Fix fix;
};

/// @param variable of which the sentence is; may be empty
[[nodiscard]] Advice advice_on_refusal(std::string_view sentence, std::string_view variable);
[[nodiscard]] Advice advice_on_warning(std::string_view sentence, std::string_view variable);

}  // namespace gyre::coverage::lint
