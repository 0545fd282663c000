#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "coverage/aggregate/aggregation_rule.h"
#include "coverage/aggregate/layout.h"

namespace gyre::coverage::aggregation {

/// Cells of `hidden` that `by` owns; the first and last of them along the joined dimensions.
struct Overlap {
  std::size_t cells = 0, first = 0, last = 0;
};
/// By the hidden member and the owner.
using Overlaps = std::map<std::pair<std::uint32_t, std::uint32_t>, Overlap>;

/// Who owns each cell of the joined dimensions among the members for which `has` is not 0.
/// @param overlaps gets the cells that several have; of each pair the largest number it had so far
[[nodiscard]] Owners find_owners(const std::vector<JoinedAxis>& axes,
                                 const std::vector<std::shared_ptr<const IndexedHolding>>& members,
                                 const std::vector<std::uint8_t>& has,
                                 AggregationRule::Overlaps rule, Overlaps& overlaps);

}  // namespace gyre::coverage::aggregation
