#include "coverage/subset/gather.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "coverage/source/source.h"
#include "coverage/subset/cell_finder.h"
#include "coverage/subset/sample_bits.h"

namespace gyre::coverage {
namespace {

constexpr std::int32_t kNone = CellFinder::kNone;

/// Ranges of x indices that the picture needs: one, or two where it wraps round the seam and
/// what lies between would be read for nothing.
std::vector<IndexRange> windows_of(const PixelMap& map, std::size_t cells) {
  std::vector<bool> used(cells, false);
  const std::size_t rows = map.separable() ? 1 : map.height();
  for (std::size_t row = 0; row < rows; ++row) {
    for (const std::int32_t x : map.x_of_row(row)) {
      if (x != kNone) used[static_cast<std::size_t>(x)] = true;
    }
  }
  const auto first = std::find(used.begin(), used.end(), true);
  if (first == used.end()) return {};
  const auto begin = static_cast<std::size_t>(first - used.begin());
  std::size_t end = cells;
  while (!used[end - 1]) --end;
  IndexRange gap;  // the widest stretch inside that nothing needs
  for (std::size_t i = begin; i < end;) {
    std::size_t stop = i;
    while (stop < end && !used[stop]) ++stop;
    if (stop - i > gap.size()) gap = {i, stop};
    i = stop + 1;
  }
  if (gap.size() * 4 < end - begin) return {{begin, end}};
  return {{begin, gap.begin}, {gap.end, end}};
}

struct RowSpan {
  std::int32_t low = std::numeric_limits<std::int32_t>::max(), high = -1;
};

/// Lowest and highest y index that each row of pixels needs.
std::vector<RowSpan> row_spans(const PixelMap& map) {
  std::vector<RowSpan> spans(map.height());
  for (std::size_t row = 0; row < map.height(); ++row) {
    for (const std::int32_t y : map.y_of_row(row)) {
      if (y == kNone) continue;
      spans[row].low = std::min(spans[row].low, y);
      spans[row].high = std::max(spans[row].high, y);
    }
  }
  return spans;
}

/// Gathers raw values pixel by pixel from slabs of the grid.
class Gatherer {
 public:
  Gatherer(const View& view, std::size_t field, const PixelMap& map, const AbortToken& abort)
      : view_(view), field_(field), map_(map), abort_(abort), spans_(row_spans(map)) {
    const DomainSet& domain_set = view.coverage().domain_set;
    x_axis_ = domain_set.x();
    y_axis_ = domain_set.y();
    picked_.type = view.field(field).storage;
    picked_.shape = {map.height(), map.width()};
    picked_.bytes.resize(map.height() * map.width() * size_of(picked_.type));
  }

  RawBlock run() {
    std::int32_t low = std::numeric_limits<std::int32_t>::max();
    std::int32_t high = -1;
    for (const RowSpan& span : spans_) {
      low = std::min(low, span.low);
      high = std::max(high, span.high);
    }
    if (high < 0) return std::move(picked_);
    const IndexRange rows{static_cast<std::size_t>(low), static_cast<std::size_t>(high) + 1};
    for (const IndexRange& window : windows_of(map_, view_.query().axes[x_axis_].size())) {
      if (take_picked(window, rows)) continue;
      for (const IndexRange& slab : slabs(window, rows)) take(window, slab);
    }
    return std::move(picked_);
  }

 private:
  /// Rows of the window in pieces of at most kGatheredBytes that end where a chunk ends.
  [[nodiscard]] std::vector<IndexRange> slabs(IndexRange window, IndexRange rows) const {
    const std::vector<std::size_t>& chunks = view_.field(field_).chunk_shape;
    const std::size_t chunk =
        y_axis_ < chunks.size() ? std::max<std::size_t>(1, chunks[y_axis_]) : 1;
    const std::size_t row_bytes = window.size() * size_of(picked_.type);
    std::size_t step =
        std::max<std::size_t>(1, kGatheredBytes / std::max<std::size_t>(1, row_bytes));
    if (step > chunk) step -= step % chunk;
    std::vector<IndexRange> pieces;
    for (std::size_t begin = rows.begin; begin < rows.end;) {
      std::size_t end = begin + step;
      if (step >= chunk) end -= end % chunk;
      end = std::clamp(end, begin + 1, rows.end);
      pieces.push_back({begin, end});
      begin = end;
    }
    return pieces;
  }

  [[nodiscard]] bool needed(IndexRange slab) const {
    return std::any_of(spans_.begin(), spans_.end(), [&](const RowSpan& span) {
      return span.high >= static_cast<std::int32_t>(slab.begin) &&
             span.low < static_cast<std::int32_t>(slab.end);
    });
  }

  void take(IndexRange window, IndexRange slab) {
    if (!needed(slab)) return;
    IndexBox box;
    for (std::size_t a = 0; a < view_.query().axes.size(); ++a)
      box.push_back(a == x_axis_ ? window : a == y_axis_ ? slab : IndexRange{0, 1});
    // Everything but x and y is one sample: strides follow from which of the two comes first.
    const std::size_t x_stride = x_axis_ > y_axis_ ? 1 : slab.size();
    const std::size_t y_stride = x_axis_ > y_axis_ ? window.size() : 1;
    RawBlock block;
    if (view_.dataset().source->computes()) {
      block = view_.read_wanted(field_, box, wanted(window, slab, x_stride, y_stride), abort_);
    } else {
      block = view_.read(field_, box, abort_);
    }
    with_bits(picked_.type,
              [&](auto zero) { pick<decltype(zero)>(block, window, slab, x_stride, y_stride); });
  }

  /// Where a picture shows few of many cells (a world at low zoom), these alone are asked for.
  bool take_picked(IndexRange window, IndexRange rows) {
    if (!map_.separable() || x_axis_ == y_axis_ || view_.dataset().source->computes()) return false;
    std::vector<std::int32_t> ys;
    for (std::size_t row = 0; row < map_.height(); ++row) ys.push_back(map_.y_of_row(row).front());
    const Chosen columns = chosen(map_.x_of_row(0), window), lines = chosen(ys, rows);
    const std::size_t cells = columns.cells.size() * lines.cells.size();
    if (cells == 0 || cells * 2 > window.size() * rows.size()) return false;
    if (cells * size_of(picked_.type) > 4 * kGatheredBytes) return false;
    std::vector<std::vector<std::size_t>> picks(view_.query().axes.size(), {0});
    picks[x_axis_] = columns.cells;
    picks[y_axis_] = lines.cells;
    const auto block = view_.read_picked(field_, picks, abort_);
    if (!block) return false;
    const std::size_t x_stride = x_axis_ > y_axis_ ? 1 : lines.cells.size();
    const std::size_t y_stride = x_axis_ > y_axis_ ? columns.cells.size() : 1;
    with_bits(picked_.type, [&](auto zero) {
      using Bits = decltype(zero);
      const Bits* const from = block->as<Bits>().data();
      Bits* const to = picked_.as<Bits>().data();
      for (const auto& [row, y] : lines.places) {
        for (const auto& [column, x] : columns.places) {
          to[row * map_.width() + column] = from[x * x_stride + y * y_stride];
        }
      }
    });
    return true;
  }

  /// Cells of a range that pixels lie in, and of each such pixel which of them.
  struct Chosen {
    std::vector<std::size_t> cells;  ///< ascending
    std::vector<std::pair<std::size_t, std::size_t>> places;
  };
  static Chosen chosen(std::span<const std::int32_t> of_pixels, IndexRange range) {
    Chosen made;
    for (const std::int32_t cell : of_pixels) {
      if (cell >= 0 && range.contains(static_cast<std::size_t>(cell))) {
        made.cells.push_back(static_cast<std::size_t>(cell));
      }
    }
    std::sort(made.cells.begin(), made.cells.end());
    made.cells.erase(std::unique(made.cells.begin(), made.cells.end()), made.cells.end());
    for (std::size_t i = 0; i < of_pixels.size(); ++i) {
      if (of_pixels[i] < 0 || !range.contains(static_cast<std::size_t>(of_pixels[i]))) continue;
      const auto at = std::lower_bound(made.cells.begin(), made.cells.end(),
                                       static_cast<std::size_t>(of_pixels[i]));
      made.places.emplace_back(i, static_cast<std::size_t>(at - made.cells.begin()));
    }
    return made;
  }

  /// Calls action(pixel, cell of the slab) for each pixel that lies in it, or repeat(row) for a row
  /// of pixels that needs the same as the one above.
  template <typename Action, typename Repeat>
  void each_pixel(IndexRange window, IndexRange slab, std::size_t x_stride, std::size_t y_stride,
                  const Action& action, const Repeat& repeat) const {
    if (map_.separable()) {
      each_pixel_separably(window, slab, x_stride, y_stride, action, repeat);
      return;
    }
    const auto x0 = static_cast<std::int32_t>(window.begin);
    const auto x1 = static_cast<std::int32_t>(window.end);
    const auto y0 = static_cast<std::int32_t>(slab.begin);
    const auto y1 = static_cast<std::int32_t>(slab.end);
    for (std::size_t row = 0; row < map_.height(); ++row) {
      if (spans_[row].high < y0 || spans_[row].low >= y1) continue;
      const auto xs = map_.x_of_row(row);
      const auto ys = map_.y_of_row(row);
      for (std::size_t i = 0; i < xs.size(); ++i) {
        const std::int32_t x = xs[i];
        const std::int32_t y = ys[i];
        if (x < x0 || x >= x1 || y < y0 || y >= y1) continue;  // kNone is below any index
        action(row * map_.width() + i, static_cast<std::size_t>(x - x0) * x_stride +
                                           static_cast<std::size_t>(y - y0) * y_stride);
      }
    }
  }

  /// Which columns lie in the window, and where in it, is the same for all rows.
  template <typename Action, typename Repeat>
  void each_pixel_separably(IndexRange window, IndexRange slab, std::size_t x_stride,
                            std::size_t y_stride, const Action& action,
                            const Repeat& repeat) const {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> columns;  // of the picture, of the slab
    const auto xs = map_.x_of_row(0);
    for (std::size_t i = 0; i < xs.size(); ++i) {
      if (xs[i] < 0 || !window.contains(static_cast<std::size_t>(xs[i]))) continue;
      const std::size_t at = (static_cast<std::size_t>(xs[i]) - window.begin) * x_stride;
      columns.emplace_back(static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(at));
    }
    for (std::size_t row = 0; row < map_.height(); ++row) {
      const std::int32_t y = map_.y_of_row(row).front();
      if (y < 0 || !slab.contains(static_cast<std::size_t>(y))) continue;
      if (row > 0 && map_.y_of_row(row - 1).front() == y) {
        repeat(row);
        continue;
      }
      const std::size_t first = row * map_.width();
      const std::size_t from = (static_cast<std::size_t>(y) - slab.begin) * y_stride;
      for (const auto& [column, at] : columns) action(first + column, from + at);
    }
  }

  /// 1 where a pixel needs the cell.
  [[nodiscard]] std::vector<std::uint8_t> wanted(IndexRange window, IndexRange slab,
                                                 std::size_t x_stride, std::size_t y_stride) const {
    std::vector<std::uint8_t> cells(window.size() * slab.size(), 0);
    each_pixel(
        window, slab, x_stride, y_stride, [&](std::size_t, std::size_t cell) { cells[cell] = 1; },
        [](std::size_t) {});
    return cells;
  }

  template <typename Bits>
  void pick(const RawBlock& block, IndexRange window, IndexRange slab, std::size_t x_stride,
            std::size_t y_stride) {
    const Bits* const from = block.as<Bits>().data();
    Bits* const to = picked_.as<Bits>().data();
    each_pixel(
        window, slab, x_stride, y_stride,
        [&](std::size_t pixel, std::size_t cell) { to[pixel] = from[cell]; },
        [&](std::size_t row) {
          Bits* const here = to + row * map_.width();
          std::copy_n(here - map_.width(), map_.width(), here);
        });
  }

  const View& view_;
  std::size_t field_;
  const PixelMap& map_;
  const AbortToken& abort_;
  std::vector<RowSpan> spans_;
  std::size_t x_axis_ = 0, y_axis_ = 0;
  RawBlock picked_;
};

}  // namespace

RawBlock gather(const View& view, std::size_t field, const PixelMap& map, const AbortToken& abort) {
  return Gatherer(view, field, map, abort).run();
}

}  // namespace gyre::coverage
