#pragma once

#include <cstddef>
#include <span>

#include "coverage/base/bytes.h"
#include "coverage/base/export.h"

namespace gyre::coverage {

/// Undoes one block of the bitshuffle library: bit k of byte b of item i is bit i % 8 of the byte
/// at (8 * b + k) * count / 8 + i / 8.
/// @param room for the work, kept from block to block
/// @pre both are as long, a multiple of 8 * item; item > 0
GYRE_API void bitunshuffle(std::span<const std::byte> shuffled, std::size_t item, Bytes& room,
                           std::span<std::byte> into);

}  // namespace gyre::coverage
