#include "coverage/subset/sparse_block.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace gyre::coverage {
namespace {

constexpr std::size_t kNodes = 8;
/// What a curved rim of a map cuts off between two nodes is narrower than this, pixels.
constexpr double kBeyond = 2;
/// The error is taken for so many times the largest that was seen.
constexpr double kSafety = 8;
/// Positions must be as near as this, of the grid's cell and of the pixel.
constexpr double kShare = 1.0 / 64;

/// Nodes along a side of so many pixels, and what each counts for elsewhere. Of few pixels each is
/// a node.
class Side {
 public:
  explicit Side(std::size_t pixels) : pixels_(pixels) {
    if (pixels <= kNodes) {
      for (std::size_t i = 0; i < pixels; ++i) nodes_.push_back(static_cast<double>(i));
      places_ = nodes_;
      within_ = pixels;
    } else {
      const double middle = (static_cast<double>(pixels) - 1) / 2;
      const auto at = [&](double k) {
        return middle - (middle + kBeyond) * std::cos(k * M_PI / (kNodes - 1));
      };
      for (std::size_t k = 0; k < kNodes; ++k) nodes_.push_back(at(static_cast<double>(k)));
      within_ = kNodes - 1;
      for (std::size_t k = 0; k < within_; ++k) places_.push_back(at(static_cast<double>(k) + 0.5));
      places_.push_back(nodes_.front());
      places_.push_back(nodes_.back());
    }
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
      for (std::size_t i = 0; i < pixels; ++i) {
        at_pixels_.push_back(share(k, static_cast<double>(i)));
      }
      for (const double place : places_) at_places_.push_back(share(k, place));
    }
  }

  [[nodiscard]] std::size_t count() const { return nodes_.size(); }
  [[nodiscard]] const std::vector<double>& nodes() const { return nodes_; }
  /// What the value at node k counts for at each pixel.
  [[nodiscard]] const double* at_pixels(std::size_t k) const { return &at_pixels_[k * pixels_]; }

  /// Where polynomials are checked: so many places half way between nodes, where they are worst,
  /// and the ends.
  [[nodiscard]] std::size_t within() const { return within_; }
  [[nodiscard]] std::size_t first() const { return within_ < places_.size() ? within_ : 0; }
  [[nodiscard]] std::size_t last() const { return places_.size() - 1; }
  [[nodiscard]] double place(std::size_t index) const { return places_[index]; }
  [[nodiscard]] double at_place(std::size_t k, std::size_t index) const {
    return at_places_[k * places_.size() + index];
  }

  static const Side& of(std::size_t pixels) {
    static const std::vector<Side> all = [] {
      std::vector<Side> made;
      for (std::size_t n = 1; n <= SparseBlock::kMostPixels; ++n) made.emplace_back(n);
      return made;
    }();
    return all[pixels - 1];
  }

 private:
  /// Lagrange's polynomial of node k at a position.
  [[nodiscard]] double share(std::size_t k, double at) const {
    double product = 1;
    for (std::size_t other = 0; other < nodes_.size(); ++other) {
      if (other != k) product *= (at - nodes_[other]) / (nodes_[k] - nodes_[other]);
    }
    return product;
  }

  std::size_t pixels_, within_ = 0;
  std::vector<double> nodes_, places_;
  std::vector<double> at_pixels_, at_places_;  ///< node by node
};

/// A place of each side.
using Check = std::pair<std::size_t, std::size_t>;

/// Where the polynomials are held against the truth: along both diagonals, and at the sides, since
/// one side is nearest to whatever singularity there is.
std::set<Check> checks_of(const Side& across, const Side& down) {
  const std::size_t columns = across.within(), rows = down.within();
  std::set<Check> checks;
  for (std::size_t k = 0; k < std::max(columns, rows); ++k) {
    checks.insert({k % columns, k % rows});
    checks.insert({k % columns, rows - 1 - k % rows});
  }
  for (const std::size_t side : {down.first(), down.last()}) {
    checks.insert({columns / 4, side});
    checks.insert({columns - 1 - columns / 4, side});
  }
  for (const std::size_t side : {across.first(), across.last()}) {
    checks.insert({side, rows / 4});
    checks.insert({side, rows - 1 - rows / 4});
  }
  return checks;
}

bool is_finite(double value) { return std::isfinite(value); }

double range_of(const std::vector<double>& values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return *most - *least;
}

}  // namespace

std::size_t SparseBlock::asked_for(const PixelWindow& block) {
  const Side &across = Side::of(block.width), &down = Side::of(block.height);
  return across.count() * down.count() + checks_of(across, down).size();
}

SparseBlock::SparseBlock(const PixelTransform& transform, const PixelWindow& block,
                         const Tolerance& tolerance)
    : block_(block) {
  const Side &across = Side::of(block.width), &down = Side::of(block.height);
  const std::set<Check> checks = checks_of(across, down);
  std::vector<double> x, y;
  const auto ask_for = [&](double column, double row) {
    x.push_back(static_cast<double>(block.column) + column);
    y.push_back(static_cast<double>(block.row) + row);
  };
  for (const double row : down.nodes()) {
    for (const double column : across.nodes()) ask_for(column, row);
  }
  for (const auto& [column, row] : checks) ask_for(across.place(column), down.place(row));
  transform(x, y);
  if (!std::all_of(x.begin(), x.end(), is_finite) || !std::all_of(y.begin(), y.end(), is_finite)) {
    if (std::none_of(x.begin(), x.end(), is_finite)) fit_ = Fit::Nowhere;
    return;
  }
  if (tolerance.x_any_turn) {
    for (double& one : x) one -= 360 * std::round((one - x.front()) / 360);
  }

  const auto nodes = static_cast<std::ptrdiff_t>(x.size() - checks.size());
  x_.assign(x.begin(), x.begin() + nodes);
  y_.assign(y.begin(), y.begin() + nodes);
  double worst_x = 0, worst_y = 0;
  std::size_t truth = x_.size();
  for (const auto& [column, row] : checks) {
    double at_x = 0, at_y = 0;
    for (std::size_t node = 0; node < x_.size(); ++node) {
      const double share = across.at_place(node % across.count(), column) *
                           down.at_place(node / across.count(), row);
      at_x += share * x_[node];
      at_y += share * y_[node];
    }
    worst_x = std::max(worst_x, std::abs(at_x - x[truth]));
    worst_y = std::max(worst_y, std::abs(at_y - y[truth]));
    ++truth;
  }
  const double pixel = std::max(range_of(x_), range_of(y_)) /
                       static_cast<double>(std::max(block.width, block.height));
  error_x_ = kSafety * worst_x;
  error_y_ = kSafety * worst_y;
  const auto near = [&](double error, double cell) {
    return error <= std::max(tolerance.floor, kShare * std::min(cell, pixel));
  };
  if (near(error_x_, tolerance.x) && near(error_y_, tolerance.y)) fit_ = Fit::Good;
  error_x_ += tolerance.floor;
  error_y_ += tolerance.floor;
}

void SparseBlock::row(std::size_t row, std::span<double> x, std::span<double> y) const {
  const Side &across = Side::of(block_.width), &down = Side::of(block_.height);
  const std::size_t columns = across.count();
  std::fill(x.begin(), x.end(), 0.0);
  std::fill(y.begin(), y.end(), 0.0);
  for (std::size_t k = 0; k < columns; ++k) {
    double of_x = 0, of_y = 0;  // of node column k in this row
    for (std::size_t node = 0; node < down.count(); ++node) {
      const double share = down.at_pixels(node)[row];
      of_x += share * x_[node * columns + k];
      of_y += share * y_[node * columns + k];
    }
    const double* const shares = across.at_pixels(k);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] += shares[i] * of_x;
      y[i] += shares[i] * of_y;
    }
  }
}

}  // namespace gyre::coverage
