#pragma once

#include <string>
#include <string_view>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// A file's text as documents can carry it: valid UTF-8 (bytes that are not are taken for Latin-1,
/// as older files have them), no control characters but line ends, white space trimmed.
[[nodiscard]] GYRE_API std::string plain_text(std::string_view text);

}  // namespace gyre::coverage
