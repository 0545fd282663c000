#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::http {

/// %XX decoded, and "+" too where it means a blank (query strings and form bodies, not paths).
/// Absent when an escape is malformed. Source: RFC 3986 2.1, WHATWG URL 5.1 for "+".
[[nodiscard]] GYRE_API std::optional<std::string> percent_decode(std::string_view text,
                                                                 bool plus_is_blank);
/// Everything but RFC 3986's unreserved characters becomes %XX, so that the result may stand in
/// any part of an address.
[[nodiscard]] GYRE_API std::string percent_encode(std::string_view text);

/// Whether `text` is well-formed UTF-8: no overlong forms, surrogates or values above U+10FFFF.
[[nodiscard]] GYRE_API bool is_utf8(std::string_view text);
/// `text` with every byte that is no part of well-formed UTF-8, and every character XML 1.0 does
/// not allow, replaced by U+FFFD.
[[nodiscard]] GYRE_API std::string printable_utf8(std::string_view text);
/// The same, and `<>&"'` as character references: for HTML and attribute values.
[[nodiscard]] GYRE_API std::string escape_html(std::string_view text);

[[nodiscard]] GYRE_API std::string lower_case(std::string_view ascii);
/// Equal but for the case of ASCII letters.
[[nodiscard]] GYRE_API bool same_word(std::string_view a, std::string_view b);
/// Without blanks, tabs and line ends around it.
[[nodiscard]] GYRE_API std::string_view trimmed(std::string_view text);
/// "a, b ,c" -> {a, b, c}; blanks around items go, empty items too.
[[nodiscard]] GYRE_API std::vector<std::string> split_list(std::string_view text,
                                                           char separator = ',');

/// 2 * `bytes` lower-case hex digits nobody can guess (getrandom).
[[nodiscard]] GYRE_API std::string random_hex(std::size_t bytes = 16);

}  // namespace gyre::http
