#pragma once

#include <cstddef>
#include <cstdint>

#include "coverage/index/segment_format.h"

namespace gyre::coverage::segment {

/// Bytes of a record with its lists and its path. @pre they were found to lie within the segment
[[nodiscard]] std::size_t length_of(const Record& record);

/// Over all of them but `check`.
[[nodiscard]] std::uint32_t check_of(const Record& record);

}  // namespace gyre::coverage::segment
