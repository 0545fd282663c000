#pragma once

#include <cstddef>
#include <span>

#include "coverage/base/bytes.h"

namespace gyre::coverage {

/// A zlib stream (RFC 1950) of `bytes`, fast rather than small.
[[nodiscard]] Bytes deflated(std::span<const std::byte> bytes);

}  // namespace gyre::coverage
