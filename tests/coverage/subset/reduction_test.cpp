#include "coverage/subset/reduction.h"

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "coverage/subset/cell_finder.h"

using namespace gyre::coverage;

namespace {

template <typename T>
RawBlock block_of(ElementType type, std::size_t rows, std::size_t columns, std::vector<T> values) {
  RawBlock block{type, {rows, columns}, Bytes(values.size() * sizeof(T))};
  std::copy(values.begin(), values.end(), block.as<T>().begin());
  return block;
}

template <typename T>
std::vector<T> list(const RawBlock& block) {
  const auto values = block.as<T>();
  return {values.begin(), values.end()};
}

Field packed_shorts() {
  Field field;
  field.declared = field.storage = ElementType::Int16;
  field.packing = {0.001, 20, true, ElementType::Float32};
  field.missing.fills = {std::int64_t{-32768}};
  return field;
}

/// Cells of a picture: along x and y, the same distance from pixel to pixel.
PixelMap even_map(std::size_t side, double x_step, double y_step) {
  std::vector<std::int32_t> x, y;
  for (std::size_t row = 0; row < side; ++row) {
    for (std::size_t column = 0; column < side; ++column) {
      x.push_back(static_cast<std::int32_t>(x_step * static_cast<double>(column)));
      y.push_back(static_cast<std::int32_t>(y_step * static_cast<double>(side - row)));
    }
  }
  return {side, side, std::move(x), std::move(y)};
}

}  // namespace

TEST_CASE("blocks are means of what is not missing, as stored", "[subset]") {
  constexpr std::int16_t kFill = -32768;
  const RawBlock cells = block_of<std::int16_t>(
      ElementType::Int16, 3, 5,
      {1, 2, kFill, kFill, 7, 4, 6, kFill, kFill, 9, kFill, 10, -3, -4, kFill});
  const RawBlock made = reduced(packed_shorts(), cells, {2, 2});
  CHECK(made.shape == std::vector<std::size_t>{2, 3});
  // (1+2+4+6)/4 = 3.25; none; (7+9)/2; 10; (-3-4)/2 = -3.5, away from zero; none
  CHECK(list<std::int16_t>(made) == std::vector<std::int16_t>{3, kFill, 8, 10, -4, kFill});
}

TEST_CASE("tables and lists tell the same cells to be missing", "[subset]") {
  Field field = packed_shorts();
  field.missing.valid_min = std::int64_t{-1000};
  field.missing.valid_max = std::int64_t{1000};
  RawBlock cells{ElementType::Int16, {512, 512}, Bytes(2 * 512 * 512)};
  auto values = cells.as<std::int16_t>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<std::int16_t>(i * 7919 % 4001 - 2000);
  }
  const RawBlock all = reduced(field, cells, {512, 512});
  double sum = 0;
  std::size_t count = 0;
  for (const std::int16_t value : values) {
    if (value < -1000 || value > 1000) continue;
    sum += value;
    ++count;
  }
  CHECK(list<std::int16_t>(all).front() ==
        static_cast<std::int16_t>(std::lround(sum / static_cast<double>(count))));
}

TEST_CASE("means of floats leave NaN out, those of large integers are exact", "[subset]") {
  Field field;
  field.declared = field.storage = ElementType::Float32;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const RawBlock made = reduced(
      field, block_of<float>(ElementType::Float32, 2, 4, {1, nan, nan, nan, 2, 4, nan, nan}),
      {2, 2});
  CHECK(list<float>(made)[0] == 7.0F / 3);
  CHECK(std::isnan(list<float>(made)[1]));
  field.declared = field.storage = ElementType::Int64;
  const std::int64_t big = (std::int64_t{1} << 60) + 1;
  CHECK(
      list<std::int64_t>(
          reduced(field, block_of<std::int64_t>(ElementType::Int64, 1, 2, {big, big + 2}), {2, 1}))
          .front() == big + 1);
}

TEST_CASE("blocks of flags are what most cells are", "[subset]") {
  Field field;
  field.declared = field.storage = ElementType::Int8;
  field.missing.fills = {std::int64_t{-1}};
  field.flags = {{1, {}, "land"}, {2, {}, "sea"}, {9, {}, "ice"}};
  const RawBlock cells =
      block_of<std::int8_t>(ElementType::Int8, 2, 6, {9, 1, 9, 2, -1, -1, 9, 1, -1, -1, -1, -1});
  // 9 and 1 twice each: the first; 9 and 2 once each; none
  CHECK(list<std::int8_t>(reduced(field, cells, {2, 2})) == std::vector<std::int8_t>{9, 9, -1});
  const RawBlock third =
      block_of<std::int8_t>(ElementType::Int8, 1, 12, {1, 2, 2, 1, 2, 2, 1, 2, 2, 1, 2, 2});
  CHECK(list<std::int8_t>(reduced(field, third, {2, 1})) ==
        std::vector<std::int8_t>{1, 2, 2, 1, 2, 2});
  CHECK(list<std::int8_t>(reduced(field, third, {4, 1})) == std::vector<std::int8_t>{1, 2, 2});
  field.flags.clear();
  CHECK(list<std::int8_t>(reduced(field, cells, {2, 2})) == std::vector<std::int8_t>{5, 6, -1});
}

TEST_CASE("blocks are about as large as pixels are apart, so that no cell is passed over",
          "[subset]") {
  CHECK(reduction_of(even_map(64, 1, 1)) == Reduction{1, 1});
  CHECK(reduction_of(even_map(64, 1.3, 1.5)) == Reduction{1, 2});
  CHECK(reduction_of(even_map(64, 1.9, 2)) == Reduction{2, 2});
  CHECK(reduction_of(even_map(64, 2.2, 2.4)) == Reduction{2, 3});
  CHECK(reduction_of(even_map(64, 3.8, 4)) == Reduction{4, 4});
  CHECK(reduction_of(even_map(64, 4.9, 7)) == Reduction{6, 8});
  CHECK(reduction_of(even_map(64, 17, 0.3)) == Reduction{16, 1});
  CHECK(reduction_of(even_map(64, 5000, 5000)) == Reduction{256, 256});
  CHECK(reduction_of(even_map(4, 9, 9)) == Reduction{1, 1});  // too few pixels to tell
  const std::vector<std::int32_t> none(64 * 64, CellFinder::kNone);
  CHECK(reduction_of(PixelMap(64, 64, none, none)) == Reduction{1, 1});
}

TEST_CASE("directions are not reduced", "[subset]") {
  Field field;
  field.standard_name = "sea_surface_wave_from_direction";
  field.units = "degree";
  CHECK_FALSE(is_reducible(field));
  field.standard_name = "sea_water_temperature";
  CHECK(is_reducible(field));
}
