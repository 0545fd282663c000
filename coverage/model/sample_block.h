#pragma once

#include <cstddef>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/domain_set.h"
#include "coverage/model/index_range.h"

namespace gyre::coverage {

constexpr std::size_t kSampleBlocks = 16;

/// Where the first `count` of kSampleBlocks blocks of a field lie, in file order: all samples of
/// small sections, windows of large ones at 16 places; times, levels and members spread so that
/// each is visited as evenly as can be. Those that are equal are there once. @pre count <=
/// kSampleBlocks
[[nodiscard]] GYRE_API std::vector<IndexBox> sample_blocks(const DomainSet& domain_set,
                                                           std::size_t count = kSampleBlocks);

}  // namespace gyre::coverage
