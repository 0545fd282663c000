#pragma once

#include <cstddef>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// Items somewhere in memory: the first, and the bytes from one to the next per dimension.
template <typename Pointer>
struct Strided {
  Pointer first;
  std::vector<std::size_t> strides;
};

/// Copies a box of `extents` items of `item` bytes. Strides of 0 repeat one item. No extent is 0.
GYRE_API void copy_strided(const Strided<const std::byte*>& from, const Strided<std::byte*>& to,
                           const std::vector<std::size_t>& extents, std::size_t item);

/// Of items that lie row-major without gaps.
[[nodiscard]] GYRE_API std::vector<std::size_t> row_major_strides(
    const std::vector<std::size_t>& shape, std::size_t item);

}  // namespace gyre::coverage
