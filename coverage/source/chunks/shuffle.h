#pragma once

#include <cstddef>
#include <span>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// The byte shuffle of HDF5 and numcodecs, which unshuffle() undoes: byte b of item i goes to
/// b * count + i. What does not fill an item stays where it is.
/// @pre both are as long; item > 0
GYRE_API void shuffle(std::span<const std::byte> items, std::size_t item,
                      std::span<std::byte> into);

}  // namespace gyre::coverage
