#pragma once

#include <cstddef>

#include "coverage/base/export.h"
#include "coverage/subset/regridding.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

// What answers take of the working memory while they are made, bytes: what is held at once by the
// way they are made in. Told to who asks what a request would cost, and claimed for it.

/// Of values that are all held as numbers, or as text.
[[nodiscard]] GYRE_API std::size_t bytes_for_numbers(std::size_t cells);

/// Of values that are written as they are stored: a few slabs.
[[nodiscard]] GYRE_API std::size_t bytes_for_slabs(const ResolvedQuery& query);

/// Of a picture: places, samples, classes and colours of a band, and its file.
[[nodiscard]] GYRE_API std::size_t bytes_for_picture(std::size_t pixels);

/// Of values on another grid: a few slabs, and the bands that are looked up side by side, each with
/// the samples around it.
/// @param query what is asked for, on the grid of the samples
/// @param sections of the answer: combinations of what is selected of the axes besides x and y
[[nodiscard]] GYRE_API std::size_t bytes_for_regridding(const ResolvedQuery& query,
                                                        const Regridding& regridding,
                                                        std::size_t sections);

/// Of values at a height or pressure, besides what their grid takes: columns, in pieces.
/// @param samples in all columns
[[nodiscard]] GYRE_API std::size_t bytes_for_columns(std::size_t samples);

}  // namespace gyre::coverage
