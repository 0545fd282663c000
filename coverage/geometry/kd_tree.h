#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/geometry/unit_vector.h"

namespace gyre::coverage::geometry {

/// A point of a tree as a search found it.
struct Neighbour {
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t id = kNone;
  double squared = std::numeric_limits<double>::infinity();  ///< squared chord to the query
  UnitVector at;
};

/// The arrays of a tree, in memory or mapped from a file: points in the tree's order, and for each
/// inner node (heap order) where and across which of x, y, z it splits.
struct KdTreeArrays {
  std::span<const double> x, y, z;
  std::span<const std::uint32_t> ids;
  std::span<const double> splits;
  std::span<const std::uint8_t> dimensions;
};

/// What build_kd_tree() makes, owned.
struct KdTreeMemory {
  std::vector<double> x, y, z;
  std::vector<std::uint32_t> ids;
  std::vector<double> splits;
  std::vector<std::uint8_t> dimensions;
  [[nodiscard]] KdTreeArrays arrays() const { return {x, y, z, ids, splits, dimensions}; }
};

/// Is this a tree that can be searched: sizes that fit each other, ids below `limit`?
[[nodiscard]] GYRE_API bool is_whole(const KdTreeArrays& tree, std::size_t limit);

/// Levels of inner nodes above leaves of about 16 points.
[[nodiscard]] GYRE_API std::size_t kd_tree_depth(std::size_t points);

/// Cost: n log n, on two threads above 10^5 points. @pre fewer than 2^32 - 1 points
[[nodiscard]] GYRE_API KdTreeMemory build_kd_tree(std::span<const UnitVector> points,
                                                  std::span<const std::uint32_t> ids);

/// The nearest of many points on the sphere, by implicit balanced k-d tree (Bentley 1975) with the
/// incremental distances of Arya and Mount (1993). Exact: of equal distances the lowest id.
class GYRE_API KdTree {
 public:
  KdTree() = default;
  explicit KdTree(const KdTreeArrays& arrays);

  /// @param known a neighbour found before, perhaps of another query: bounds the search
  [[nodiscard]] Neighbour nearest(const UnitVector& query, const Neighbour& known = {}) const;
  /// The `count` nearest, nearest first.
  [[nodiscard]] std::vector<Neighbour> nearest(const UnitVector& query, std::size_t count) const;
  [[nodiscard]] std::size_t size() const { return arrays_.ids.size(); }

 private:
  KdTreeArrays arrays_;
  std::size_t depth_ = 0;
};

}  // namespace gyre::coverage::geometry
