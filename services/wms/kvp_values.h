#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/ows/kvp.h"

namespace gyre::wms {

/// Small readers of parameter values, which name the parameter when they refuse.

/// "a,b,,c": four items, the third empty. An empty text is one empty item.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);
/// A finite number, exponents allowed. @throws InvalidParameterValue
[[nodiscard]] double number_of(std::string_view text, std::string_view key);
/// A count of at most nine digits. @throws InvalidParameterValue
[[nodiscard]] std::size_t count_of(std::string_view text, std::string_view key);
/// TRUE or FALSE, in any case. @throws InvalidParameterValue
[[nodiscard]] bool truth_of(std::string_view text, std::string_view key);
/// The value; absent when there is none or an empty one.
[[nodiscard]] std::optional<std::string> non_empty(const ows::Kvp& kvp, std::string_view key);
[[nodiscard]] std::string lower_case(std::string_view text);
[[nodiscard]] std::string trimmed(std::string_view text);

}  // namespace gyre::wms
