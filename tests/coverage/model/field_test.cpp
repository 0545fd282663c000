#include "coverage/model/field.h"

#include <cmath>
#include <cstring>
#include <limits>

#include <catch2/catch.hpp>

using namespace gyre::coverage;

namespace {

template <typename T>
RawBlock block_of(ElementType type, const std::vector<T>& values) {
  RawBlock block{type, {values.size()}, Bytes(values.size() * sizeof(T))};
  std::memcpy(block.bytes.data(), values.data(), block.bytes.size());
  return block;
}

std::vector<double> unpacked(const Field& field, const RawBlock& block) {
  std::vector<double> values(block.cells());
  unpack(field, block, values);
  return values;
}

}  // namespace

TEST_CASE("raw values are masked before they are scaled, once", "[model][field]") {
  Field field;
  field.storage = field.declared = ElementType::Int16;
  field.packing = {0.5, 10, true, ElementType::Float32};
  field.missing.fills = {std::int64_t{-32768}, std::int64_t{7}};
  field.missing.valid_max = std::int64_t{100};
  const auto values =
      unpacked(field, block_of<std::int16_t>(ElementType::Int16, {0, 7, -32768, 100, 101, 3}));
  CHECK(values[0] == 10);
  CHECK(std::isnan(values[1]));
  CHECK(std::isnan(values[2]));
  CHECK(values[3] == 60);
  CHECK(std::isnan(values[4]));
  CHECK(values[5] == 11.5);
}

TEST_CASE("integers beyond 2^53 are compared and printed exactly", "[model][field]") {
  Field field;
  field.storage = field.declared = ElementType::Int64;
  const std::int64_t big = (std::int64_t{1} << 53) + 1;
  field.missing.fills = {big};
  const RawBlock block = block_of<std::int64_t>(ElementType::Int64, {big, big - 1, big + 1});
  CHECK(format_sample(field, block, 0) == "NaN");
  CHECK(format_sample(field, block, 1) == "9007199254740992");
  CHECK(format_sample(field, block, 2) == "9007199254740994");
}

TEST_CASE("NaN is missing; infinity and negative zero are values", "[model][field]") {
  Field field;
  const float inf = std::numeric_limits<float>::infinity();
  const auto block = block_of<float>(ElementType::Float32, {std::nanf(""), inf, -0.0F, 0.1F});
  const auto values = unpacked(field, block);
  CHECK(std::isnan(values[0]));
  CHECK(std::isinf(values[1]));
  CHECK(std::signbit(values[2]));
  CHECK(format_sample(field, block, 3) == "0.1");
}
