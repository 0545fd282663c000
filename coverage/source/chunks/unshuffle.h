#pragma once

#include <cstddef>
#include <span>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// Undoes the byte shuffle of HDF5 and numcodecs: byte b of item i is at b * count + i. What does
/// not fill an item stays where it is, as HDF5 has it: netCDF-C puts checksums before it shuffles.
/// @pre both are as long; item > 0
GYRE_API void unshuffle(std::span<const std::byte> shuffled, std::size_t item,
                        std::span<std::byte> into);

/// The same of some items alone: those from `first` on that fill `into`.
/// @pre into.size() is a multiple of item; there are as many items
GYRE_API void unshuffle_items(std::span<const std::byte> shuffled, std::size_t item,
                              std::size_t first, std::span<std::byte> into);

}  // namespace gyre::coverage
