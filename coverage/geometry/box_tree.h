#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "coverage/geometry/unit_vector.h"

namespace gyre::coverage::geometry {

/// A box along the axes of the space that the sphere lies in.
struct Box {
  std::array<double, 3> low{2, 2, 2}, high{-2, -2, -2};  ///< holds nothing

  void add(const UnitVector& place);
  void add(const Box& other);
  void grow(double by);
  [[nodiscard]] bool holds(const UnitVector& place) const {
    return place.x >= low[0] && place.x <= high[0] && place.y >= low[1] && place.y <= high[1] &&
           place.z >= low[2] && place.z <= high[2];
  }
};

/// The arrays of a tree, in memory or mapped from a file: boxes in the tree's order, the boxes
/// around them by node (heap order), names.
struct BoxTreeArrays {
  std::span<const Box> boxes, around;
  std::span<const std::uint32_t> ids;
};

/// What build_box_tree() makes, owned.
struct BoxTreeMemory {
  std::vector<Box> boxes, around;
  std::vector<std::uint32_t> ids;
  [[nodiscard]] BoxTreeArrays arrays() const { return {boxes, around, ids}; }
};

/// `ids[i]` is the name of `boxes[i]`. Cost: n log n.
[[nodiscard]] BoxTreeMemory build_box_tree(const std::vector<Box>& boxes,
                                           const std::vector<std::uint32_t>& ids);

/// Is this a tree that can be searched: sizes that fit each other, ids below `limit`?
[[nodiscard]] bool is_whole(const BoxTreeArrays& tree, std::size_t limit);

/// Which of many boxes hold a place: a binary tree of boxes around boxes, split at the median of
/// the widest extent of their middles. Cost: about log n a place.
class BoxTree {
 public:
  BoxTree() = default;
  explicit BoxTree(const BoxTreeArrays& arrays);

  /// use(id) for every box that holds `place`, in no order.
  template <typename Use>
  void each_at(const UnitVector& place, Use&& use) const {
    if (!arrays_.ids.empty()) visit(0, 0, arrays_.ids.size(), 0, place, use);
  }

 private:
  template <typename Use>
  void visit(std::size_t node, std::size_t begin, std::size_t end, std::size_t level,
             const UnitVector& place, Use& use) const {
    if (!arrays_.around[node].holds(place)) return;
    if (level == depth_) {
      for (std::size_t i = begin; i < end; ++i) {
        if (arrays_.boxes[i].holds(place)) use(arrays_.ids[i]);
      }
      return;
    }
    const std::size_t middle = begin + (end - begin) / 2;
    visit(2 * node + 1, begin, middle, level + 1, place, use);
    visit(2 * node + 2, middle, end, level + 1, place, use);
  }

  std::size_t depth_ = 0;
  BoxTreeArrays arrays_;
};

}  // namespace gyre::coverage::geometry
