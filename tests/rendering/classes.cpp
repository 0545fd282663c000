#include "rendering/classes.h"

#include <cmath>
#include <cstring>
#include <random>

#include <catch2/catch.hpp>

using namespace gyre;
using rendering::Classes;
using rendering::Style;

namespace {

/// Each sample the slow way.
Classes one_by_one(const Style& style, const coverage::Field& field,
                   const coverage::RawBlock& block) {
  std::vector<double> values(block.cells());
  unpack(field, block, values);
  Classes classes;
  for (const double value : values) {
    classes.push_back(static_cast<std::uint8_t>(rendering::class_of(style, value) + 1));
  }
  return classes;
}

coverage::RawBlock every_pattern(coverage::ElementType type) {
  const std::size_t item = coverage::size_of(type);
  const std::size_t cells = item == 1 ? 256 : 65536;
  coverage::RawBlock block{type, {cells}, coverage::Bytes(cells * item)};
  std::mt19937_64 random(7);
  for (std::size_t i = 0; i < cells; ++i) {
    const std::uint64_t bits = item <= 2 ? i : random();
    std::memcpy(block.bytes.data() + i * item, &bits, item);
  }
  return block;
}

}  // namespace

TEST_CASE("classes of stored samples are those of their values", "[rendering]") {
  using coverage::ElementType;
  Style linear;
  linear.palette.colours.resize(32);
  linear.low = -3.7;
  linear.high = 41.3;
  Style beyond = linear;
  beyond.below = beyond.above = rendering::Colour{1, 2, 3, 255};
  Style logarithmic = linear;
  logarithmic.low = 0.01;
  logarithmic.logarithmic = true;
  Style flags = linear;
  flags.categories = {0, 1, 2, 40};
  flags.palette.colours.resize(4);
  for (const ElementType type :
       {ElementType::Int8, ElementType::UInt8, ElementType::Int16, ElementType::UInt16,
        ElementType::Int32, ElementType::Float32, ElementType::Float64}) {
    coverage::Field field;
    field.declared = field.storage = type;
    field.missing.fills = {coverage::Scalar(std::int64_t{-99})};
    const coverage::RawBlock block = every_pattern(type);
    for (const bool packed : {false, true}) {
      field.packing = {0.01, 20, packed, ElementType::Float32};
      for (const Style& style : {linear, beyond, logarithmic, flags}) {
        CAPTURE(static_cast<int>(type), packed, style.logarithmic);
        CHECK(rendering::classes_of(style, field, block) == one_by_one(style, field, block));
      }
    }
    field.packing = {};
    field.missing.valid_max = coverage::Scalar(std::int64_t{30});
    CHECK(rendering::classes_of(linear, field, block) == one_by_one(linear, field, block));
  }
}
