#include <algorithm>

#include <fmt/format.h>

#include "coverage/cf/text.h"
#include "coverage/cf/units.h"
#include "coverage/lint/checks.h"

namespace gyre::coverage::lint {
namespace {

void check_one(const Subject::AxisHere& here, Findings& findings) {
  const Axis& axis = *here.axis;
  const VariableSchema& variable = *here.variable;
  const std::string positive = cf::lower(variable.attributes.text("positive").value_or(""));
  if (!positive.empty() && positive != "up" && positive != "down") {
    findings.push_back(
        {Severity::Warning, variable.name,
         fmt::format("its attribute positive is '{}', neither up nor down", positive),
         "Which level is the upper one is guessed from its name.",
         set_text(variable.name, "positive", axis.data().positive_down ? "down" : "up")});
    return;
  }
  const std::string name = variable.attributes.text("standard_name").value_or("");
  const bool metres = cf::metres_of(axis.uom()).has_value();
  const bool depth = name == "depth", height = name == "height" || name == "altitude";
  const auto below = static_cast<std::size_t>(
      std::count_if(axis.centres().begin(), axis.centres().end(), [](double z) { return z < 0; }));
  const bool mostly_below = below > axis.size() / 2;
  const bool down = axis.data().positive_down;
  if (metres && depth && (down ? mostly_below : below == 0 && axis.size() > 1)) {
    findings.push_back(
        {Severity::Warning, variable.name,
         fmt::format("its depths are {} ({} .. {}), and positive is {}",
                     down ? "negative" : "positive", axis.centres().front(), axis.centres().back(),
                     down ? "down" : "up"),
         down ? "Clients look for the sea floor above the sea; ELEVATION has the wrong sign."
              : "Clients take them for heights above the sea; ELEVATION has the wrong sign.",
         set_text(variable.name, "positive", down ? "up" : "down")});
  } else if (metres && height && down && !mostly_below && axis.size() > 1) {
    findings.push_back({Severity::Warning, variable.name,
                        fmt::format("it is {}, and positive is down", name),
                        "Clients take it for depths; ELEVATION has the wrong sign.",
                        set_text(variable.name, "positive", "up")});
  } else if (positive.empty() && metres && axis.size() > 1 && !depth && !height) {
    findings.push_back(
        {Severity::Warning, variable.name,
         fmt::format("nothing says whether its levels count up or down (no positive); taken as {}",
                     down ? "down" : "up"),
         "Depths may be taken for heights, and ELEVATION get the wrong sign.",
         set_text(variable.name, "positive", down ? "down" : "up")});
  }
  if (axis.uom().empty() && axis.size() > 1 && !name.ends_with("_coordinate") &&
      name != "model_level_number") {
    findings.push_back({Severity::Hint, variable.name, "its levels have no units",
                        "Users cannot tell metres from pascals or numbers of levels.",
                        set_text(variable.name, "units", "m")});
  }
}

}  // namespace

/// Levels whose direction or unit is not told, or told wrongly.
void check_vertical_axes(const Subject& subject, Findings& findings) {
  for (const Subject::AxisHere& here : subject.axes()) {
    if (here.axis->role() == AxisRole::Vertical && here.axis->data().names.empty()) {
      check_one(here, findings);
    }
  }
}

}  // namespace gyre::coverage::lint
