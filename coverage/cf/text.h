#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gyre::coverage::cf {

[[nodiscard]] std::string lower(std::string_view text);
/// The words between blanks and commas (files in the field separate lists with either).
[[nodiscard]] std::vector<std::string> words(std::string_view text);
/// Of a full name "group/variable", the variable.
[[nodiscard]] std::string last_part(std::string_view name);
/// `name` as an XML NCName: other characters become '_', and one stands before a first character
/// that is neither letter nor '_' (DESIGN 2). Letters beyond ASCII are kept.
[[nodiscard]] std::string ncname(std::string_view name);

}  // namespace gyre::coverage::cf
