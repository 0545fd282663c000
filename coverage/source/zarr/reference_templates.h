#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// What names in a template stand for: texts, whole numbers, or (a text with "{{") another template
/// to be filled in with arguments: "{{f(c='x')}}".
using TemplateValue = std::variant<std::int64_t, std::string>;
using TemplateValues = std::map<std::string, TemplateValue>;

/// Fills in the parts in {{ }}: names, whole numbers, texts in quotes, + - * / // % **, brackets,
/// and templates with arguments: the part of Jinja that the kerchunk specification shows.
/// @throws std::invalid_argument for anything else
[[nodiscard]] GYRE_API std::string filled_in(std::string_view text, const TemplateValues& values,
                                             int depth = 0);

}  // namespace gyre::coverage
