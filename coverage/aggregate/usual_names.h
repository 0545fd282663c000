#pragma once

#include <string>
#include <string_view>

namespace gyre::coverage::aggregation {

/// What dimensions of members, of forecast reference times and of forecast periods are called
/// usually ("member", "run", "lead" ...), in any case of letters.
[[nodiscard]] bool is_member_name(std::string_view name);
[[nodiscard]] bool is_run_name(std::string_view name);
[[nodiscard]] bool is_lead_name(std::string_view name);

/// The units of a forecast period that stands in a name between these letters: "f006", "+006H",
/// "lead012h", "day3"; empty: nothing tells.
/// @param dimension its own name may tell: "lead_hours"
[[nodiscard]] std::string lead_units(std::string_view before, std::string_view dimension,
                                     std::string_view after);

}  // namespace gyre::coverage::aggregation
