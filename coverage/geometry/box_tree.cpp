#include "coverage/geometry/box_tree.h"

#include <algorithm>
#include <numeric>

namespace gyre::coverage::geometry {
namespace {

constexpr std::size_t kLeaf = 4;

double middle_of(const Box& box, std::size_t dimension) {
  return box.low[dimension] + box.high[dimension];  // twice: only compared
}

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

BoxTree::BoxTree(const std::vector<Box>& boxes, std::vector<std::uint32_t> ids)
    : boxes_(boxes), ids_(std::move(ids)) {
  while ((ids_.size() >> depth_) > kLeaf) ++depth_;
  around_.resize((std::size_t{2} << depth_) - 1);
  if (ids_.empty()) return;
  // Sorted by places in `boxes`, then told by name.
  std::vector<std::uint32_t> names = std::move(ids_);
  ids_.resize(names.size());
  std::iota(ids_.begin(), ids_.end(), 0U);
  split(0, 0, ids_.size(), 0);
  std::vector<Box> sorted;
  sorted.reserve(ids_.size());
  for (std::uint32_t& id : ids_) {
    sorted.push_back(boxes_[id]);
    id = names[id];
  }
  boxes_ = std::move(sorted);
}

void BoxTree::split(std::size_t node, std::size_t begin, std::size_t end, std::size_t level) {
  Box& around = around_[node];
  std::array<double, 3> low{9, 9, 9}, high{-9, -9, -9};
  for (std::size_t i = begin; i < end; ++i) {
    const Box& box = boxes_[ids_[i]];
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
  const auto at = [&](std::size_t i) { return ids_.begin() + static_cast<std::ptrdiff_t>(i); };
  std::nth_element(at(begin), at(middle), at(end), [&](std::uint32_t a, std::uint32_t b) {
    return middle_of(boxes_[a], widest) < middle_of(boxes_[b], widest);
  });
  split(2 * node + 1, begin, middle, level + 1);
  split(2 * node + 2, middle, end, level + 1);
}

}  // namespace gyre::coverage::geometry
