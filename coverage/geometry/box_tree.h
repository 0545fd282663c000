#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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

/// Which of many boxes hold a place: a binary tree of boxes around boxes, split at the median of
/// the widest extent of their middles. Cost: n log n to build, about log n a place.
class BoxTree {
 public:
  BoxTree() = default;
  /// `ids[i]` is the name of `boxes[i]`.
  BoxTree(const std::vector<Box>& boxes, std::vector<std::uint32_t> ids);

  /// use(id) for every box that holds `place`, in no order.
  template <typename Use>
  void each_at(const UnitVector& place, Use&& use) const {
    if (!ids_.empty()) visit(0, 0, ids_.size(), 0, place, use);
  }

 private:
  void split(std::size_t node, std::size_t begin, std::size_t end, std::size_t level);

  template <typename Use>
  void visit(std::size_t node, std::size_t begin, std::size_t end, std::size_t level,
             const UnitVector& place, Use& use) const {
    if (!around_[node].holds(place)) return;
    if (level == depth_) {
      for (std::size_t i = begin; i < end; ++i) {
        if (boxes_[i].holds(place)) use(ids_[i]);
      }
      return;
    }
    const std::size_t middle = begin + (end - begin) / 2;
    visit(2 * node + 1, begin, middle, level + 1, place, use);
    visit(2 * node + 2, middle, end, level + 1, place, use);
  }

  std::size_t depth_ = 0;
  std::vector<Box> boxes_, around_;  // in the tree's order; of its nodes in heap order
  std::vector<std::uint32_t> ids_;
};

}  // namespace gyre::coverage::geometry
