#pragma once

#include <cstddef>
#include <span>

#include "coverage/base/bytes.h"
#include "coverage/base/export.h"

namespace gyre::coverage {

/// A zlib stream (RFC 1950) of `bytes`, fast rather than small: always the same one of the same
/// bytes on the same kind of processor. @throws Error if there are 4 GiB of them or more, which no
/// chunk of HDF5 has
[[nodiscard]] GYRE_API Bytes deflated(std::span<const std::byte> bytes);

}  // namespace gyre::coverage
