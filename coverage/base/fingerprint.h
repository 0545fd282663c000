#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// 128 bits of a hash: equal when what was hashed is.
struct Fingerprint {
  std::uint64_t high = 0, low = 0;
  auto operator<=>(const Fingerprint&) const = default;
};

/// XXH3 of `bytes`; the same on every machine.
[[nodiscard]] GYRE_API Fingerprint fingerprint_of(std::string_view bytes);

}  // namespace gyre::coverage
