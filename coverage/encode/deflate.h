#pragma once

#include <cstddef>
#include <span>

#include "coverage/base/bytes.h"
#include "coverage/base/export.h"

namespace gyre::coverage {

/// A zlib stream (RFC 1950) of `bytes`, fast rather than small: always the same one of the same
/// bytes on the same kind of processor. @throws Error{EncodingRefused} where it might take 4 GiB or
/// more, which no chunk of HDF5 does
[[nodiscard]] GYRE_API Bytes deflated(std::span<const std::byte> bytes);

}  // namespace gyre::coverage
