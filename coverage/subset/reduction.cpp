#include "coverage/subset/reduction.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numeric>
#include <span>
#include <type_traits>
#include <vector>

#include "coverage/subset/cell_finder.h"

namespace gyre::coverage {
namespace {

constexpr std::int32_t kNone = CellFinder::kNone;
/// Few, so that pictures of about one scale share what is kept, and close together, so that a pixel
/// is never much smaller than its block.
constexpr std::array<std::size_t, 16> kFactors{1,  2,  3,  4,  6,  8,   12,  16,
                                               24, 32, 48, 64, 96, 128, 192, 256};

/// Over several pixels, since from one to the next it is 3 or 4 where it is 3.5.
constexpr std::size_t kStride = 8;

std::size_t factor(std::size_t cells_in_stride) {
  constexpr std::size_t kSingle = kStride + kStride * 3 / 8;  // below it single cells stay sharp
  if (cells_in_stride < kSingle) return 1;
  const auto wide_enough = [&](std::size_t one) {
    return cells_in_stride <= one * kStride + one * kStride / 8;
  };
  const auto found = std::find_if(kFactors.begin() + 1, kFactors.end(), wide_enough);
  return found != kFactors.end() ? *found : kFactors.back();
}

/// From one row or column of pixels that tells of its neighbours to the next.
std::size_t apart(std::size_t lines) {
  constexpr std::size_t kLines = 16;
  return std::max<std::size_t>(1, lines / kLines);
}

/// The median distance between cells so many pixels apart that both lie in one, seams left out.
class Steps {
 public:
  /// @param cells along a row or column of pixels
  void add(std::span<const std::int32_t> cells) {
    for (std::size_t i = 0; i + kStride < cells.size(); ++i) {
      const std::int32_t from = cells[i], to = cells[i + kStride];
      if (from != kNone && to != kNone) steps_.push_back(std::abs(to - from));
    }
  }
  [[nodiscard]] std::size_t median() {
    if (steps_.empty()) return 0;
    const auto middle = steps_.begin() + static_cast<std::ptrdiff_t>(steps_.size() / 2);
    std::nth_element(steps_.begin(), middle, steps_.end());
    return static_cast<std::size_t>(*middle);
  }

 private:
  std::vector<std::int32_t> steps_;
};

/// Of each axis, the steps along rows and those along columns of pixels.
struct AllSteps {
  Steps x_along, y_along, x_down, y_down;

  void add_row(const PixelMap& map, std::size_t row) {
    x_along.add(map.x_of_row(row));
    if (!map.separable()) y_along.add(map.y_of_row(row));
  }
  void add_column(const PixelMap& map, std::size_t column) {
    std::vector<std::int32_t> x, y;
    for (std::size_t row = 0; row < map.height(); ++row) {
      if (!map.separable()) x.push_back(map.x_of_row(row)[column]);
      y.push_back(map.y_of_row(row)[map.separable() ? 0 : column]);
    }
    x_down.add(x);
    y_down.add(y);
  }
  [[nodiscard]] Reduction reduction() {
    return {factor(std::max(x_along.median(), x_down.median())),
            factor(std::max(y_along.median(), y_down.median()))};
  }
};

/// 1 where a value is missing. For what has two bytes a table tells.
std::vector<std::uint8_t> missing_in(const Field& field, const RawBlock& cells) {
  std::vector<std::uint8_t> missing(cells.cells());
  if (size_of(cells.type) != 2 || cells.cells() < (std::size_t{1} << 16)) {
    find_missing(field, cells, missing);
    return missing;
  }
  constexpr std::size_t kPatterns = std::size_t{1} << 16;
  RawBlock all{cells.type, {kPatterns}, Bytes(2 * kPatterns)};
  std::iota(all.as<std::uint16_t>().begin(), all.as<std::uint16_t>().end(), std::uint16_t{0});
  std::vector<std::uint8_t> table(kPatterns);
  find_missing(field, all, table);
  const auto patterns = cells.as<std::uint16_t>();
  std::transform(patterns.begin(), patterns.end(), missing.begin(),
                 [&](std::uint16_t pattern) { return table[pattern]; });
  return missing;
}

/// Calls action(block, first cell, rows, columns) for each block.
struct Blocks {
  std::size_t rows, columns;
  Reduction by;

  [[nodiscard]] std::size_t down() const { return (rows + by.y - 1) / by.y; }
  [[nodiscard]] std::size_t across() const { return (columns + by.x - 1) / by.x; }
};

template <typename T>
T stored_mean(std::conditional_t<std::is_integral_v<T> && sizeof(T) < 8, std::int64_t,
                                 std::conditional_t<std::is_integral_v<T>, long double, double>>
                  sum,
              std::size_t count) {
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(sum / static_cast<double>(count));
  } else {
    const auto mean = static_cast<long double>(sum) / static_cast<long double>(count);
    return static_cast<T>(std::round(mean));
  }
}

template <typename T>
void means(std::span<const T> cells, std::span<const std::uint8_t> missing, const Blocks& blocks,
           std::span<T> into) {
  using Sum = std::conditional_t<std::is_integral_v<T> && sizeof(T) < 8, std::int64_t,
                                 std::conditional_t<std::is_integral_v<T>, long double, double>>;
  const std::size_t across = blocks.across();
  std::vector<Sum> sums(across);
  std::vector<std::uint32_t> counts(across);
  for (std::size_t down = 0; down < blocks.down(); ++down) {
    std::fill(sums.begin(), sums.end(), Sum{0});
    std::fill(counts.begin(), counts.end(), 0);
    const std::size_t end = std::min(blocks.rows, (down + 1) * blocks.by.y);
    for (std::size_t row = down * blocks.by.y; row < end; ++row) {
      const T* const from = &cells[row * blocks.columns];
      const std::uint8_t* const gone = &missing[row * blocks.columns];
      for (std::size_t block = 0, i = 0; block < across; ++block) {
        const std::size_t stop = std::min(blocks.columns, i + blocks.by.x);
        Sum sum = 0;
        std::uint32_t count = 0;
        for (; i < stop; ++i) {
          if (gone[i] != 0) continue;
          sum += static_cast<Sum>(from[i]);
          ++count;
        }
        sums[block] += sum;
        counts[block] += count;
      }
    }
    for (std::size_t block = 0; block < across; ++block) {
      into[down * across + block] =
          counts[block] > 0
              ? stored_mean<T>(sums[block], counts[block])
              : cells[down * blocks.by.y * blocks.columns + block * blocks.by.x];  // missing
    }
  }
}

/// Of equally frequent ones the first: the least would fill pictures of stripes with one flag.
/// @param sorted room to work in
template <typename T>
T most_frequent(const std::vector<T>& values, std::vector<T>& sorted) {
  sorted = values;
  std::sort(sorted.begin(), sorted.end());
  std::size_t most = 0;
  std::size_t tied = 0;  // at the front of `sorted`, where nothing is looked at any more
  for (auto begin = sorted.begin(); begin != sorted.end();) {
    const auto end = std::upper_bound(begin, sorted.end(), *begin);
    const auto count = static_cast<std::size_t>(end - begin);
    if (count > most) tied = 0;
    most = std::max(most, count);
    if (count == most) sorted[tied++] = *begin;
    begin = end;
  }
  sorted.resize(tied);
  return *std::find_first_of(values.begin(), values.end(), sorted.begin(), sorted.end());
}

template <typename T>
void majorities(std::span<const T> cells, std::span<const std::uint8_t> missing,
                const Blocks& blocks, std::span<T> into) {
  std::vector<T> values, sorted;
  for (std::size_t down = 0; down < blocks.down(); ++down) {
    for (std::size_t block = 0; block < blocks.across(); ++block) {
      values.clear();
      const std::size_t bottom = std::min(blocks.rows, (down + 1) * blocks.by.y);
      const std::size_t right = std::min(blocks.columns, (block + 1) * blocks.by.x);
      for (std::size_t row = down * blocks.by.y; row < bottom; ++row) {
        for (std::size_t column = block * blocks.by.x; column < right; ++column) {
          const std::size_t cell = row * blocks.columns + column;
          if (missing[cell] == 0) values.push_back(cells[cell]);
        }
      }
      into[down * blocks.across() + block] =
          values.empty() ? cells[down * blocks.by.y * blocks.columns + block * blocks.by.x]
                         : most_frequent(values, sorted);
    }
  }
}

}  // namespace

Reduction reduction_of(const PixelMap& map) {
  const std::size_t height = map.separable() ? 1 : map.height();
  const std::size_t width = map.separable() ? 1 : map.width();
  AllSteps steps;
  for (std::size_t row = 0; row < height; row += apart(map.height())) steps.add_row(map, row);
  for (std::size_t column = 0; column < width; column += apart(map.width())) {
    steps.add_column(map, column);
  }
  return steps.reduction();
}

Reduction reduction_of(const DomainSet& domain_set, const TargetGrid& target) {
  if (target.width == 0 || target.height == 0) return {};
  AllSteps steps;
  for (std::size_t row = 0; row < target.height; row += apart(target.height)) {
    steps.add_row(PixelMap(domain_set, target, {0, row, target.width, 1}), 0);
  }
  for (std::size_t column = 0; column < target.width; column += apart(target.width)) {
    steps.add_column(PixelMap(domain_set, target, {column, 0, 1, target.height}), 0);
  }
  return steps.reduction();
}

bool is_reducible(const Field& field) {
  return !is_direction(field) && field.storage != ElementType::String;
}

RawBlock reduced(const Field& field, const RawBlock& cells, const Reduction& reduction) {
  const Blocks blocks{cells.shape.at(0), cells.shape.at(1), reduction};
  RawBlock made{cells.type, {blocks.down(), blocks.across()}, {}};
  made.bytes.resize(made.cells() * size_of(made.type));
  if (made.bytes.empty()) return made;
  const std::vector<std::uint8_t> missing = missing_in(field, cells);
  with_type(cells.type, [&](auto zero) {
    using T = decltype(zero);
    if (field.flags.empty()) {
      means<T>(cells.as<T>(), missing, blocks, made.as<T>());
    } else {
      majorities<T>(cells.as<T>(), missing, blocks, made.as<T>());
    }
  });
  return made;
}

}  // namespace gyre::coverage
