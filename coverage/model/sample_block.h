#pragma once

#include <cstddef>

#include "coverage/base/export.h"
#include "coverage/model/domain_set.h"
#include "coverage/model/index_range.h"

namespace gyre::coverage {

constexpr std::size_t kSampleBlocks = 16;

/// Where the k-th of kSampleBlocks blocks of a field lies, in file order: all samples of small
/// sections, windows of large ones at 16 places; times, levels and members spread so that each is
/// visited as evenly as can be. Blocks may be equal. @pre k < kSampleBlocks
[[nodiscard]] GYRE_API IndexBox sample_block(const DomainSet& domain_set, std::size_t k);

}  // namespace gyre::coverage
