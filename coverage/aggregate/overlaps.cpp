#include "coverage/aggregate/overlaps.h"

#include <algorithm>

namespace gyre::coverage::aggregation {
namespace {

/// Calls each(cell) for the cells of the joined dimensions that a member has.
template <typename Each>
void for_each_cell(const std::vector<JoinedAxis>& axes, std::size_t member, const Each& each,
                   std::size_t axis = 0, std::size_t cell = 0) {
  if (axis == axes.size()) return each(cell);
  for (const Place& place : axes[axis].of(member)) {
    for_each_cell(axes, member, each, axis + 1, cell * axes[axis].size + place.at);
  }
}

}  // namespace

Owners find_owners(const std::vector<JoinedAxis>& axes,
                   const std::vector<std::shared_ptr<const IndexedHolding>>& members,
                   const std::vector<std::uint8_t>& has, AggregationRule::Overlaps rule,
                   Overlaps& overlaps) {
  std::size_t cells = 1;
  for (const JoinedAxis& axis : axes) cells *= axis.size;
  Owners owners(cells, kNobody);
  bool any = false;
  const auto wins = [&](std::uint32_t member, std::uint32_t owner) {  // member > owner
    switch (rule) {
      case AggregationRule::Overlaps::First:
        return false;
      case AggregationRule::Overlaps::Last:
        return true;
      case AggregationRule::Overlaps::Newest:
        break;
    }
    return members[member]->identity().modified_ns >= members[owner]->identity().modified_ns;
  };
  for (std::uint32_t m = 0; m < members.size(); ++m) {
    if (has[m] == 0) continue;
    std::uint32_t asked = kNobody;
    bool won = false;
    for_each_cell(axes, m, [&](std::size_t cell) {
      std::uint32_t& owner = owners[cell];
      if (owner != kNobody) {
        any = true;
        if (owner != asked) {
          asked = owner;
          won = wins(m, owner);
        }
        if (!won) return;
      }
      owner = m;
    });
  }
  if (!any) return owners;
  Overlaps found;
  for (std::uint32_t m = 0; m < members.size(); ++m) {
    if (has[m] == 0) continue;
    for_each_cell(axes, m, [&](std::size_t cell) {
      if (owners[cell] == m) return;
      Overlap& one = found[{m, owners[cell]}];
      if (one.cells++ == 0) one.first = cell;
      one.last = cell;
    });
  }
  for (const auto& [pair, one] : found) {
    Overlap& known = overlaps[pair];
    if (one.cells > known.cells) known = one;
  }
  return owners;
}

}  // namespace gyre::coverage::aggregation
