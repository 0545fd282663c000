#include "coverage/geometry/box_tree.h"

#include <algorithm>
#include <numeric>

namespace gyre::coverage::geometry {
namespace {

constexpr std::size_t kLeaf = 4;

std::size_t depth_of(std::size_t boxes) {
  std::size_t depth = 0;
  while ((boxes >> depth) > kLeaf) ++depth;
  return depth;
}

double middle_of(const Box& box, std::size_t dimension) {
  return box.low[dimension] + box.high[dimension];  // twice: only compared
}

/// Sorts places in `boxes`, and finds the boxes around.
class Builder {
 public:
  Builder(const std::vector<Box>& boxes, std::vector<std::uint32_t>& order,
          std::vector<Box>& around)
      : boxes_(boxes), order_(order), around_(around), depth_(depth_of(order.size())) {
    around_.resize((std::size_t{2} << depth_) - 1);
    if (!order.empty()) split(0, 0, order.size(), 0);
  }

 private:
  void split(std::size_t node, std::size_t begin, std::size_t end, std::size_t level) {
    Box& around = around_[node];
    std::array<double, 3> low{9, 9, 9}, high{-9, -9, -9};
    for (std::size_t i = begin; i < end; ++i) {
      const Box& box = boxes_[order_[i]];
      around.add(box);
      for (std::size_t d = 0; d < 3; ++d) {
        low[d] = std::min(low[d], middle_of(box, d));
        high[d] = std::max(high[d], middle_of(box, d));
      }
    }
    if (level == depth_) return;
    std::size_t widest = 0;
    for (std::size_t d = 1; d < 3; ++d) {
      if (high[d] - low[d] > high[widest] - low[widest]) widest = d;
    }
    const std::size_t middle = begin + (end - begin) / 2;
    const auto at = [&](std::size_t i) { return order_.begin() + static_cast<std::ptrdiff_t>(i); };
    std::nth_element(at(begin), at(middle), at(end), [&](std::uint32_t a, std::uint32_t b) {
      return middle_of(boxes_[a], widest) < middle_of(boxes_[b], widest);
    });
    split(2 * node + 1, begin, middle, level + 1);
    split(2 * node + 2, middle, end, level + 1);
  }

  const std::vector<Box>& boxes_;
  std::vector<std::uint32_t>& order_;
  std::vector<Box>& around_;
  std::size_t depth_;
};

}  // namespace

void Box::add(const UnitVector& place) {
  const std::array<double, 3> at{place.x, place.y, place.z};
  for (std::size_t d = 0; d < 3; ++d) {
    low[d] = std::min(low[d], at[d]);
    high[d] = std::max(high[d], at[d]);
  }
}

void Box::add(const Box& other) {
  for (std::size_t d = 0; d < 3; ++d) {
    low[d] = std::min(low[d], other.low[d]);
    high[d] = std::max(high[d], other.high[d]);
  }
}

void Box::grow(double by) {
  for (std::size_t d = 0; d < 3; ++d) {
    low[d] -= by;
    high[d] += by;
  }
}

BoxTreeMemory build_box_tree(const std::vector<Box>& boxes, const std::vector<std::uint32_t>& ids) {
  BoxTreeMemory tree;
  tree.ids.resize(boxes.size());
  std::iota(tree.ids.begin(), tree.ids.end(), 0U);  // places in `boxes`, then names
  const Builder sorted(boxes, tree.ids, tree.around);
  tree.boxes.reserve(boxes.size());
  for (std::uint32_t& id : tree.ids) {
    tree.boxes.push_back(boxes[id]);
    id = ids[id];
  }
  return tree;
}

bool is_whole(const BoxTreeArrays& tree, std::size_t limit) {
  return tree.boxes.size() == tree.ids.size() &&
         tree.around.size() == (std::size_t{2} << depth_of(tree.ids.size())) - 1 &&
         std::all_of(tree.ids.begin(), tree.ids.end(),
                     [&](std::uint32_t id) { return id < limit; });
}

BoxTree::BoxTree(const BoxTreeArrays& arrays)
    : depth_(depth_of(arrays.ids.size())), arrays_(arrays) {}

}  // namespace gyre::coverage::geometry
