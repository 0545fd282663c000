#pragma once

#include <cstddef>
#include <string_view>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// Letters to change, add or take away to make one word of the other (Levenshtein): which word was
/// meant. Cost: the product of their lengths.
[[nodiscard]] GYRE_API std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace gyre::coverage
