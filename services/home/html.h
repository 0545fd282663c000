#pragma once

#include <string>
#include <string_view>

#include "services/ows/context.h"

namespace gyre::home {

/// For text and attribute values.
[[nodiscard]] std::string escaped(std::string_view text);
/// A whole document around `body` (HTML), with the one style sheet.
[[nodiscard]] std::string page(std::string_view title, std::string_view body,
                               const ows::Context& context);
/// An address to copy: a click selects it all.
[[nodiscard]] std::string copyable(std::string_view label, std::string_view url);
/// `text` cut to about `length` characters, at a blank.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t length);

}  // namespace gyre::home
