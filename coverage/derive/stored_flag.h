#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

#include "coverage/model/raw_block.h"

namespace gyre::coverage {

/// One stored flag as the number that flag_values and flag_masks speak of; absent: no whole number.
template <typename T>
[[nodiscard]] std::optional<std::int64_t> whole_number(T raw) {
  if constexpr (std::is_floating_point_v<T>) {
    constexpr T kMost = static_cast<T>(9.2e18);
    if (!(std::abs(raw) < kMost) || raw != std::floor(raw)) return std::nullopt;
  }
  return static_cast<std::int64_t>(raw);
}

[[nodiscard]] inline std::optional<std::int64_t> stored_flag(const RawBlock& block,
                                                             std::size_t index) {
  return with_type(block.type, [&](auto zero) {
    using T = decltype(zero);
    return whole_number(block.as<T>()[index]);
  });
}

}  // namespace gyre::coverage
