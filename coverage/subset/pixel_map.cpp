#include "coverage/subset/pixel_map.h"

#include <algorithm>

#include "coverage/base/work.h"
#include "coverage/model/crs.h"
#include "coverage/subset/cell_finder.h"
#include "coverage/subset/sparse_block.h"

namespace gyre::coverage {
namespace {

CellFinder x_finder(const DomainSet& domain_set) {
  const Axis& axis = domain_set.axes()[domain_set.x()];
  return {axis, axis.data().geographic_longitude || domain_set.crs().is_rotated_pole()};
}

CellFinder y_finder(const DomainSet& domain_set) {
  return {domain_set.axes()[domain_set.y()], false};
}

/// [0, count) in parts as even as can be, none larger than `most`.
std::vector<IndexRange> even_parts(std::size_t count, std::size_t most) {
  const std::size_t parts = (count + most - 1) / most;
  std::vector<IndexRange> made;
  for (std::size_t k = 0; k < parts; ++k) {
    made.push_back({k * count / parts, (k + 1) * count / parts});
  }
  return made;
}

std::vector<PixelWindow> in_blocks(const PixelWindow& window, std::size_t most) {
  std::vector<PixelWindow> blocks;
  for (const IndexRange& rows : even_parts(window.height, most)) {
    for (const IndexRange& columns : even_parts(window.width, most)) {
      blocks.push_back(
          {window.column + columns.begin, window.row + rows.begin, columns.size(), rows.size()});
    }
  }
  return blocks;
}

/// The cells of pixels of a window where x and y depend on columns and rows both: from few
/// positions where the transform is smooth (SparseBlock), from those of each pixel elsewhere.
/// Either way the cells are those of the pixels' own positions: where a position is known less well
/// than a cell's border is near, it is asked for.
class BlockMapper {
 public:
  BlockMapper(const DomainSet& domain_set, const TargetGrid& target, const PixelWindow& window,
              std::span<std::int32_t> x, std::span<std::int32_t> y)
      : domain_set_(domain_set),
        transform_(domain_set, target),
        window_(window),
        find_x_(x_finder(domain_set)),
        find_y_(y_finder(domain_set)),
        x_(x),
        y_(y) {
    const Crs& native = domain_set.crs();
    // PROJ's iterations end at 1e-10 radians or so, of which these are some times as many.
    constexpr double kFloor_deg = 2e-8, kFloor_m = 2e-3;
    const double metres = native.metres_per_unit();
    tolerance_ = {find_x_.cell_width(), find_y_.cell_width(),
                  metres > 0 ? kFloor_m / metres : kFloor_deg, find_x_.any_turn()};
    sparse_ = domain_set.geometry() == nullptr && transform_.smooth();
  }

  void map(const PixelWindow& block) {
    if (!sparse_ || SparseBlock::asked_for(block) > block.width * block.height / 2) {
      ask_for_all(block);
      return;
    }
    const SparseBlock sparse(transform_, block, tolerance_);
    if (sparse.fit() == SparseBlock::Fit::Good) {
      map_by(sparse, block);
    } else if (sparse.fit() == SparseBlock::Fit::Nowhere) {
      ask_for_all(block);
    } else {
      const std::size_t half = (std::max(block.width, block.height) + 1) / 2;
      for (const PixelWindow& part : in_blocks(block, half)) map(part);
    }
  }

  /// Asks for what is left.
  void finish() {
    transform_(ask_x_, ask_y_);
    if (const CellGeometry* const geometry = domain_set_.geometry()) {
      std::vector<std::size_t> cells(asked_.size());
      geometry->locate(ask_x_, ask_y_, cells);
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i] == CellGeometry::kNone) continue;
        x_[asked_[i]] = static_cast<std::int32_t>(cells[i] % geometry->columns());
        y_[asked_[i]] = static_cast<std::int32_t>(cells[i] / geometry->columns());
      }
      return;
    }
    for (std::size_t i = 0; i < asked_.size(); ++i) {
      const std::int32_t y = find_y_.find(ask_y_[i]);
      const std::int32_t x = y == CellFinder::kNone ? y : find_x_.find(ask_x_[i]);
      put(asked_[i], x, y);
    }
  }

 private:
  void map_by(const SparseBlock& sparse, const PixelWindow& block) {
    std::vector<double> xs(block.width), ys(block.width);
    for (std::size_t row = 0; row < block.height; ++row) {
      sparse.row(row, xs, ys);
      const std::size_t first = place_of(block.column, block.row + row);
      for (std::size_t i = 0; i < block.width; ++i) {
        const std::int32_t x = find_x_.find_surely(xs[i], sparse.error_x());
        const std::int32_t y = find_y_.find_surely(ys[i], sparse.error_y());
        if (x == CellFinder::kUnsure || y == CellFinder::kUnsure) {
          ask_for(block.column + i, block.row + row);
        } else {
          put(first + i, x, y);
        }
      }
    }
  }

  void ask_for_all(const PixelWindow& block) {
    for (std::size_t row = 0; row < block.height; ++row) {
      for (std::size_t column = 0; column < block.width; ++column) {
        ask_for(block.column + column, block.row + row);
      }
    }
  }
  void ask_for(std::size_t column, std::size_t row) {
    asked_.push_back(place_of(column, row));
    ask_x_.push_back(static_cast<double>(column));
    ask_y_.push_back(static_cast<double>(row));
  }
  [[nodiscard]] std::size_t place_of(std::size_t column, std::size_t row) const {
    return (row - window_.row) * window_.width + column - window_.column;
  }
  void put(std::size_t place, std::int32_t x, std::int32_t y) {
    const bool outside = x == CellFinder::kNone || y == CellFinder::kNone;
    x_[place] = outside ? CellFinder::kNone : x;
    y_[place] = outside ? CellFinder::kNone : y;
  }

  const DomainSet& domain_set_;
  PixelTransform transform_;
  PixelWindow window_;
  CellFinder find_x_, find_y_;
  std::span<std::int32_t> x_, y_;
  SparseBlock::Tolerance tolerance_;
  bool sparse_ = false;
  std::vector<std::size_t> asked_;  ///< places in the window
  std::vector<double> ask_x_, ask_y_;
};

}  // namespace

PixelMap::PixelMap(const DomainSet& domain_set, const TargetGrid& target, const PixelWindow& window)
    : window_(window) {
  const PixelTransform transform(domain_set, target);
  separable_ = transform.separable();
  if (separable_) {
    map_separably(domain_set, transform);
    return;
  }
  x_.assign(window.width * window.height, CellFinder::kNone);
  y_.assign(x_.size(), CellFinder::kNone);
  const std::vector<PixelWindow> blocks = in_blocks(window, SparseBlock::kMostPixels);
  if (blocks.empty()) return;
  // Some blocks are one task, so that they are shared out, and an end comes soon when nobody waits
  // any more.
  constexpr std::size_t kPixelsOfTask = 1u << 14;
  const std::size_t of_block = blocks.front().width * blocks.front().height;
  const std::size_t of_task = std::max<std::size_t>(1, kPixelsOfTask / of_block);
  in_parallel((blocks.size() + of_task - 1) / of_task, [&](std::size_t task) {
    BlockMapper mapper(domain_set, target, window_, x_, y_);  // PROJ's handles are the thread's
    const std::size_t end = std::min(blocks.size(), (task + 1) * of_task);
    for (std::size_t k = task * of_task; k < end; ++k) mapper.map(blocks[k]);
    mapper.finish();
  });
}

void PixelMap::map_separably(const DomainSet& domain_set, const PixelTransform& transform) {
  std::vector<double> xs(window_.width);
  std::vector<double> ys(window_.height);
  transform.separately(window_, xs, ys);
  const CellFinder find_x = x_finder(domain_set);
  const CellFinder find_y = y_finder(domain_set);
  x_.resize(xs.size());
  y_.resize(ys.size());
  std::transform(xs.begin(), xs.end(), x_.begin(), [&](double x) { return find_x.find(x); });
  std::transform(ys.begin(), ys.end(), y_.begin(), [&](double y) { return find_y.find(y); });
}

std::span<const std::int32_t> PixelMap::x_of_row(std::size_t row) const {
  return separable_ ? std::span(x_) : std::span(x_).subspan(row * window_.width, window_.width);
}

std::span<const std::int32_t> PixelMap::y_of_row(std::size_t row) const {
  return separable_ ? std::span(y_).subspan(row, 1)
                    : std::span(y_).subspan(row * window_.width, window_.width);
}

std::pair<std::int32_t, std::int32_t> PixelMap::at(std::size_t column, std::size_t row) const {
  const std::int32_t x = x_of_row(row)[column];
  const std::int32_t y = y_of_row(row)[separable_ ? 0 : column];
  if (x == CellFinder::kNone || y == CellFinder::kNone)
    return {CellFinder::kNone, CellFinder::kNone};
  return {x, y};
}

}  // namespace gyre::coverage
