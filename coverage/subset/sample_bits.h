#pragma once

#include <cstdint>

#include "coverage/model/element_type.h"

namespace gyre::coverage {

/// Calls action with a zero as wide as a sample: to copy one its type does not matter, its size
/// does.
template <typename Action>
void with_bits(ElementType type, const Action& action) {
  switch (size_of(type)) {
    case 1:
      return action(std::uint8_t{});
    case 2:
      return action(std::uint16_t{});
    case 4:
      return action(std::uint32_t{});
    default:
      return action(std::uint64_t{});
  }
}

}  // namespace gyre::coverage
