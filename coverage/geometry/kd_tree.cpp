#include "coverage/geometry/kd_tree.h"

#include <algorithm>
#include <array>
#include <thread>

namespace gyre::coverage::geometry {
namespace {

constexpr std::size_t kLeaf = 16;
constexpr std::size_t kWorthAThread = 100'000;
constexpr std::size_t kDeepest = 48;  ///< levels: more than 2^32 points have

struct Point {
  std::array<double, 3> at;
  std::uint32_t id;
};

/// Sorts points into the tree's order, level by level.
class Builder {
 public:
  Builder(std::vector<Point>& points, KdTreeMemory& tree, std::size_t depth)
      : points_(points), tree_(tree), depth_(depth) {}

  void split(std::size_t node, std::size_t begin, std::size_t end, std::size_t level) {
    if (level == depth_) {
      // Lowest id first, so that of equal distances it is met first.
      std::sort(at(begin), at(end), [](const Point& a, const Point& b) { return a.id < b.id; });
      return;
    }
    const std::size_t dimension = widest(begin, end);
    const std::size_t middle = begin + (end - begin) / 2;
    std::nth_element(at(begin), at(middle), at(end), [dimension](const Point& a, const Point& b) {
      return a.at[dimension] < b.at[dimension];
    });
    tree_.dimensions[node] = static_cast<std::uint8_t>(dimension);
    tree_.splits[node] = points_[middle].at[dimension];
    if (level == 0 && end - begin > kWorthAThread) {
      std::thread left([&] { split(2 * node + 1, begin, middle, level + 1); });
      split(2 * node + 2, middle, end, level + 1);
      left.join();
      return;
    }
    split(2 * node + 1, begin, middle, level + 1);
    split(2 * node + 2, middle, end, level + 1);
  }

 private:
  [[nodiscard]] std::vector<Point>::iterator at(std::size_t i) {
    return points_.begin() + static_cast<std::ptrdiff_t>(i);
  }

  [[nodiscard]] std::size_t widest(std::size_t begin, std::size_t end) const {
    std::array<double, 3> low{2, 2, 2};
    std::array<double, 3> high{-2, -2, -2};
    for (std::size_t i = begin; i < end; ++i) {
      for (std::size_t d = 0; d < 3; ++d) {
        low[d] = std::min(low[d], points_[i].at[d]);
        high[d] = std::max(high[d], points_[i].at[d]);
      }
    }
    std::size_t best = 0;
    for (std::size_t d = 1; d < 3; ++d) {
      if (high[d] - low[d] > high[best] - low[best]) best = d;
    }
    return best;
  }

  std::vector<Point>& points_;
  KdTreeMemory& tree_;
  std::size_t depth_;
};

bool nearer(double squared, std::uint32_t id, const Neighbour& than) {
  return squared < than.squared || (squared == than.squared && id < than.id);
}

/// One nearest neighbour.
class BestOne {
 public:
  explicit BestOne(const Neighbour& known) : best_(known) {}
  [[nodiscard]] double worst() const { return best_.squared; }
  void meet(double squared, std::uint32_t id, const UnitVector& at) {
    if (nearer(squared, id, best_)) best_ = {id, squared, at};
  }
  [[nodiscard]] const Neighbour& best() const { return best_; }

 private:
  Neighbour best_;
};

/// Several, in a small sorted list.
class BestFew {
 public:
  explicit BestFew(std::size_t count) : count_(count) {}
  [[nodiscard]] double worst() const {
    return found_.size() < count_ ? std::numeric_limits<double>::infinity() : found_.back().squared;
  }
  void meet(double squared, std::uint32_t id, const UnitVector& at) {
    if (found_.size() == count_ && !nearer(squared, id, found_.back())) return;
    const auto place = std::find_if(found_.begin(), found_.end(),
                                    [&](const Neighbour& one) { return nearer(squared, id, one); });
    found_.insert(place, {id, squared, at});
    if (found_.size() > count_) found_.pop_back();
  }
  [[nodiscard]] std::vector<Neighbour> take() { return std::move(found_); }

 private:
  std::size_t count_;
  std::vector<Neighbour> found_;
};

template <typename Best>
class Search {
 public:
  Search(const KdTreeArrays& tree, std::size_t depth, const UnitVector& query, Best& best)
      : tree_(tree), depth_(depth), query_{query.x, query.y, query.z}, best_(best) {}

  /// Down to the query's own leaf, then back through what may hold something nearer.
  void run() {
    std::array<Part, kDeepest> waiting;
    std::size_t count = 0;
    waiting[count++] = {0, 0, tree_.ids.size(), 0, 0, {}};
    while (count > 0) {
      Part part = waiting[--count];
      if (part.squared > best_.worst()) continue;
      for (; part.level < depth_; ++part.level) {
        const std::size_t dimension = tree_.dimensions[part.node];
        const double away = query_[dimension] - tree_.splits[part.node];
        const double offset = part.offsets[dimension];
        const std::size_t middle = part.begin + (part.end - part.begin) / 2;
        const bool left = away < 0;
        const double squared = part.squared - offset * offset + away * away;
        if (squared <= best_.worst()) {
          Part& other = waiting[count++];
          other = {2 * part.node + (left ? 2 : 1),
                   left ? middle : part.begin,
                   left ? part.end : middle,
                   part.level + 1,
                   squared,
                   part.offsets};
          other.offsets[dimension] = away;
        }
        part.node = 2 * part.node + (left ? 1 : 2);
        (left ? part.end : part.begin) = middle;
      }
      scan(part.begin, part.end);
    }
  }

 private:
  /// A part of the tree still to be looked at; `squared`: of the distance from the query to its
  /// box, made up of `offsets` along x, y, z.
  struct Part {
    std::size_t node, begin, end, level;
    double squared;
    std::array<double, 3> offsets;
  };

  void scan(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const double dx = tree_.x[i] - query_[0];
      const double dy = tree_.y[i] - query_[1];
      const double dz = tree_.z[i] - query_[2];
      const double squared = dx * dx + dy * dy + dz * dz;
      if (squared <= best_.worst()) {
        best_.meet(squared, tree_.ids[i], {tree_.x[i], tree_.y[i], tree_.z[i]});
      }
    }
  }

  const KdTreeArrays& tree_;
  std::size_t depth_;
  std::array<double, 3> query_;
  Best& best_;
};

}  // namespace

std::size_t kd_tree_depth(std::size_t points) {
  std::size_t depth = 0;
  while ((points >> depth) > kLeaf) ++depth;
  return depth;
}

KdTreeMemory build_kd_tree(std::span<const UnitVector> points, std::span<const std::uint32_t> ids) {
  std::vector<Point> sorted(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    sorted[i] = {{points[i].x, points[i].y, points[i].z}, ids[i]};
  }
  KdTreeMemory tree;
  const std::size_t depth = kd_tree_depth(points.size());
  tree.splits.resize((std::size_t{1} << depth) - 1);
  tree.dimensions.resize(tree.splits.size());
  Builder(sorted, tree, depth).split(0, 0, sorted.size(), 0);
  tree.x.reserve(sorted.size());
  tree.y.reserve(sorted.size());
  tree.z.reserve(sorted.size());
  tree.ids.reserve(sorted.size());
  for (const Point& point : sorted) {
    tree.x.push_back(point.at[0]);
    tree.y.push_back(point.at[1]);
    tree.z.push_back(point.at[2]);
    tree.ids.push_back(point.id);
  }
  return tree;
}

bool is_whole(const KdTreeArrays& tree, std::size_t limit) {
  const std::size_t points = tree.ids.size();
  const std::size_t nodes = (std::size_t{1} << kd_tree_depth(points)) - 1;
  return tree.x.size() == points && tree.y.size() == points && tree.z.size() == points &&
         tree.splits.size() == nodes && tree.dimensions.size() == nodes &&
         std::all_of(tree.ids.begin(), tree.ids.end(),
                     [&](std::uint32_t id) { return id < limit; }) &&
         std::all_of(tree.dimensions.begin(), tree.dimensions.end(),
                     [](std::uint8_t dimension) { return dimension < 3; });
}

KdTree::KdTree(const KdTreeArrays& arrays)
    : arrays_(arrays), depth_(kd_tree_depth(arrays.ids.size())) {}

Neighbour KdTree::nearest(const UnitVector& query, const Neighbour& known) const {
  Neighbour start = known;
  if (start.id != Neighbour::kNone) start.squared = squared_chord(query, start.at);
  BestOne best(start);
  if (size() > 0) Search<BestOne>(arrays_, depth_, query, best).run();
  return best.best();
}

std::vector<Neighbour> KdTree::nearest(const UnitVector& query, std::size_t count) const {
  BestFew best(count);
  if (size() > 0 && count > 0) Search<BestFew>(arrays_, depth_, query, best).run();
  return best.take();
}

}  // namespace gyre::coverage::geometry
