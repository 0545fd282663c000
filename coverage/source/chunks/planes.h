#pragma once

#include <cstddef>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// How a decoded chunk is kept: cut along its first dimensions into planes that are large enough to
/// be worth it, since a chunk of many depths or steps is mostly asked for one of them. Small
/// chunks, and those of many small planes (series), are one plane.
struct Planes {
  std::size_t dimensions = 0;  ///< how many of the first dimensions are cut along
  std::size_t count = 1;
  std::size_t bytes = 0;  ///< of one plane
};

/// Of a chunk of this shape, in the order it is stored in, of items of so many bytes.
[[nodiscard]] GYRE_API Planes planes_of(const std::vector<std::size_t>& chunk_shape,
                                        std::size_t item);

/// The numbers of the planes at all combinations of indices along the dimensions that are cut,
/// row-major; of a chunk that is one plane: 0.
/// @pre picks.size() == planes.dimensions
[[nodiscard]] GYRE_API std::vector<std::size_t> plane_numbers(
    const Picks& picks, const std::vector<std::size_t>& chunk_shape);

}  // namespace gyre::coverage
