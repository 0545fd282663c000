#pragma once

#include <cstddef>
#include <span>

#include "coverage/index/variable_layout.h"
#include "coverage/model/index_range.h"
#include "coverage/source/layout/described_file.h"

namespace gyre::coverage {

/// Reads `box` of a variable of `shape` that lies in its file without chunks into `into`,
/// row-major, as stored: what lies close together in one read, up to a megabyte at a time.
/// @throws Error{MalformedHolding}
void read_plain_values(const DescribedFile& file, const VariableLayout& layout,
                       const std::vector<std::size_t>& shape, std::size_t item, const IndexBox& box,
                       std::span<std::byte> into);

}  // namespace gyre::coverage
