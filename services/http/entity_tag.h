#pragma once

#include <string>
#include <string_view>

#include "coverage/base/export.h"

namespace gyre::http {

/// A strong entity tag, quotes included, of bytes: equal ones have the same, others but by chance.
/// Source: RFC 9110 8.8.3.
[[nodiscard]] GYRE_API std::string strong_tag(std::string_view bytes);

/// Whether an If-None-Match names the tag, by weak comparison (RFC 9110 13.1.2): a proxy that
/// compresses on the way makes tags weak.
[[nodiscard]] GYRE_API bool names_tag(std::string_view if_none_match, std::string_view tag);

}  // namespace gyre::http
