#pragma once

#include <optional>
#include <vector>

#include "coverage/index/variable_layout.h"
#include "coverage/source/netcdf_lock.h"

namespace gyre::coverage {

/// Where the chunks of a dataset lie, one after the other in their grid, read from the B-tree that
/// HDF5 keeps of them (version 1, as netCDF-C writes it): the library walks the whole tree for each
/// chunk that it is asked about. O(n log n). Absent for other indices, and for what does not agree
/// with what the library counts. Source: HDF5 File Format Specification 3.0, III.A.1, IV.A.
/// @param grid how many chunks there are along each dimension
/// @param chunk their extents
/// @pre the file has no user block
[[nodiscard]] std::optional<std::vector<ChunkAddress>> chunks_in_tree(
    hid_t file, hid_t dataset, const std::vector<std::size_t>& grid,
    const std::vector<std::size_t>& chunk);

}  // namespace gyre::coverage
