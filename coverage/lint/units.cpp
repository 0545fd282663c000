#include "coverage/cf/units.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/cf/text.h"
#include "coverage/cf/unit_conversion.h"
#include "coverage/lint/checks.h"
#include "coverage/lint/known_names.h"

namespace gyre::coverage::lint {
namespace {

/// Salinities are 1, 1e-3, g kg-1 or psu, whatever their name wants.
bool is_salinity(std::string_view name) { return name.find("salinity") != std::string_view::npos; }

/// Of a standard_name with its modifier (CF appendix C), whose units may be others.
std::string canonical_units(const std::string& standard_name) {
  const auto blank = standard_name.find(' ');
  const KnownName* const known = known_name(standard_name.substr(0, blank));
  if (known == nullptr) return "";
  const std::string modifier = blank == std::string::npos ? "" : standard_name.substr(blank + 1);
  if (modifier == "status_flag" || modifier == "number_of_observations") return "1";
  return std::string(known->units);
}

void check_one(const Subject::FieldHere& here, Findings& findings,
               std::vector<std::string>& unitless) {
  const Field& field = *here.field;
  const std::string canonical = canonical_units(field.standard_name);
  if (field.units.empty()) {
    const bool none_needed = !field.flags.empty() || canonical == "1" || canonical == "1e-3";
    if (none_needed) return;
    if (canonical.empty()) {
      unitless.push_back(field.name);
      return;
    }
    findings.push_back({Severity::Warning, field.name,
                        fmt::format("it has no units; {} is in {}, or what converts to it",
                                    field.standard_name, canonical),
                        "Users cannot tell what the numbers are, and UNITS is refused.",
                        set_text(field.name, "units", canonical)});
    return;
  }
  if (cf::is_since(field.units)) return;  // a time as a quantity
  if (!cf::is_unit(field.units)) {
    findings.push_back({Severity::Warning, field.name,
                        fmt::format("its units '{}' are none that UDUNITS knows", field.units),
                        "No client can convert them, and UNITS is refused.",
                        set_text(field.name, "units", canonical.empty() ? "UNITS" : canonical)});
    return;
  }
  if (const auto meant = cf::meant_unit(field.units)) {
    findings.push_back(
        {Severity::Hint, field.name,
         fmt::format("its units '{}' are no spelling of UDUNITS; they are taken as {}", field.units,
                     *meant),
         "Other clients do not understand them, or take them for something else.",
         set_text(field.name, "units", *meant)});
  }
  if (canonical.empty() || is_salinity(field.standard_name)) return;
  if (!cf::unit_conversion(field.units, canonical)) {
    findings.push_back({Severity::Warning, field.name,
                        fmt::format("its units '{}' cannot be those of {}, which is in {}",
                                    field.units, field.standard_name, canonical),
                        "Either is wrong: users read the numbers as something that they are not.",
                        set_text(field.name, "units", canonical)});
  }
}

void check_coordinates(const Subject& subject, Findings& findings) {
  for (const Subject::AxisHere& here : subject.axes()) {
    const AxisData& data = here.axis->data();
    const std::string units = here.variable->attributes.text("units").value_or("");
    const bool longitude = data.geographic_longitude;
    if (!longitude && !data.geographic_latitude) continue;
    if (longitude ? cf::is_degrees_east(units) : cf::is_degrees_north(units)) continue;
    const std::string_view wanted = longitude ? "degrees_east" : "degrees_north";
    findings.push_back({Severity::Hint, here.variable->name,
                        units.empty()
                            ? fmt::format("it has no units; {} is meant", wanted)
                            : fmt::format("its units are '{}'; CF wants {}", units, wanted),
                        "Clients that go by units do not see a " +
                            std::string(longitude ? "longitude." : "latitude."),
                        set_text(here.variable->name, "units", wanted)});
  }
}

}  // namespace

/// Units of fields and of longitudes and latitudes: missing, not understood, of something else.
void check_units(const Subject& subject, Findings& findings) {
  std::vector<std::string> unitless;
  for (const Subject::FieldHere& here : subject.fields()) check_one(here, findings, unitless);
  if (!unitless.empty()) {
    constexpr std::size_t kNamed = 8;
    const std::string first = unitless.front();
    const std::size_t more = unitless.size() > kNamed ? unitless.size() - kNamed : 0;
    unitless.resize(unitless.size() - more);
    findings.push_back({Severity::Hint, "",
                        fmt::format("without units: {}{}", fmt::join(unitless, ", "),
                                    more == 0 ? "" : fmt::format(" and {} more", more)),
                        "Users cannot tell what the numbers are, and UNITS is refused.",
                        set_text(first, "units", "UNITS")});
  }
  check_coordinates(subject, findings);
}

}  // namespace gyre::coverage::lint
