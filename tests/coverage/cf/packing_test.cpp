#include "coverage/cf/packing.h"

#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "tests/coverage/cf/fixture.h"

using namespace gyre::coverage;
using namespace gyre::coverage::test;

namespace {

VariableSchema variable(ElementType type, std::vector<Attribute> attributes) {
  VariableSchema made;
  made.name = "v";
  made.type = type;
  made.attributes = Attributes(std::move(attributes));
  return made;
}

Field field(ElementType type, std::vector<Attribute> attributes) {
  std::vector<std::string> warnings;
  return field_of(variable(type, std::move(attributes)), warnings);
}

template <typename T>
std::vector<double> unpacked(const Field& field, const std::vector<T>& raw) {
  RawBlock block{field.storage, {raw.size()}, {}};
  block.bytes.resize(raw.size() * sizeof(T));
  std::memcpy(block.bytes.data(), raw.data(), block.bytes.size());
  std::vector<double> values(raw.size());
  unpack(field, block, values);
  return values;
}

using T = ElementType;

}  // namespace

TEST_CASE("_Unsigned makes signed types unsigned, or unsigned ones signed, and no others",
          "[cf][packing]") {
  const auto with = [](T type, const char* value) {
    return storage_type_of(variable(type, {text("_Unsigned", value)}));
  };
  CHECK(with(T::Int8, "true") == T::UInt8);
  CHECK(with(T::Int16, "True") == T::UInt16);
  CHECK(with(T::Int32, "true") == T::UInt32);
  CHECK(with(T::Int64, "true") == T::UInt64);
  CHECK(with(T::Int8, "false") == T::Int8);
  CHECK(with(T::UInt16, "true") == T::UInt16);
  CHECK(with(T::Float32, "true") == T::Float32);
  CHECK(with(T::UInt8, "false") == T::Int8);
  CHECK(with(T::UInt64, "FALSE") == T::Int64);
}

TEST_CASE("the unpacked type is that of scale_factor and add_offset when they agree",
          "[cf][packing]") {
  struct Row {
    const char* why;
    std::vector<Attribute> attributes;
    bool packed;
    T unpacked;
  };
  const std::vector<Row> rows{
      {"not packed", {}, false, T::Int16},
      {"float scale alone", {number("scale_factor", 0.01F, T::Float32)}, true, T::Float32},
      {"double offset alone", {number("add_offset", 273.15)}, true, T::Float64},
      {"both float",
       {number("scale_factor", 0.5, T::Float32), number("add_offset", 20, T::Float32)},
       true,
       T::Float32},
      {"mixed",
       {number("scale_factor", 0.5, T::Float32), number("add_offset", 20)},
       true,
       T::Float64},
      {"integers", {integers("scale_factor", {10}, T::Int32)}, true, T::Float64},
      {"text", {text("scale_factor", "0.5")}, true, T::Float64},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const Field made = field(T::Int16, row.attributes);
    CHECK(made.packing.packed == row.packed);
    CHECK(made.packing.unpacked == row.unpacked);
  }
}

TEST_CASE("every _FillValue and missing_value is missing, in the storage type", "[cf][packing]") {
  struct Row {
    const char* why;
    T type;
    std::vector<Attribute> attributes;
    std::vector<Scalar> fills;
  };
  const auto i = [](std::int64_t value) { return Scalar(value); };
  const auto u = [](std::uint64_t value) { return Scalar(value); };
  const std::vector<Row> rows{
      {"both",
       T::Int16,
       {integers("_FillValue", {-1}, T::Int16), integers("missing_value", {-2, -3, -1}, T::Int16)},
       {i(-1), i(-2), i(-3)}},
      {"the default fill of the type", T::Int32, {}, {i(-2147483647)}},
      {"bytes have none", T::Int8, {}, {}},
      {"a default fill read unsigned", T::Int16, {text("_Unsigned", "true")}, {u(32769)}},
      {"signed attribute of an unsigned byte",
       T::Int8,
       {text("_Unsigned", "true"), integers("_FillValue", {-1}, T::Int8)},
       {u(255)}},
      {"int64 beyond a double",
       T::Int64,
       {integers("_FillValue", {-9223372036854775807}, T::Int64)},
       {i(-9223372036854775807)}},
      {"a double that is an integer", T::Int16, {number("missing_value", -9999)}, {i(-9999)}},
      {"a double that no integer is", T::Int16, {number("missing_value", -9999.5)}, {}},
      {"one that the type cannot hold", T::Int16, {number("missing_value", 1e20)}, {}},
      {"NaN for integers", T::Int16, {number("_FillValue", std::nan(""))}, {}},
      {"text", T::Int16, {text("missing_value", "-999")}, {i(-999)}},
      {"text of CDL", T::Int16, {text("missing_value", "-999s, -998s")}, {i(-999), i(-998)}},
      {"a double of a float field",
       T::Float32,
       {number("missing_value", -999.9)},
       {Scalar(static_cast<double>(-999.9F))}},
      {"uint64", T::UInt64, {}, {u(18446744073709551614U)}},
      {"words are no number", T::Int16, {text("missing_value", "none")}, {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(field(row.type, row.attributes).missing.fills == row.fills);
  }
}

TEST_CASE("valid_range limits raw values, its ends are valid", "[cf][packing]") {
  const std::vector<Attribute> packed{number("scale_factor", 0.1), number("add_offset", 100)};
  SECTION("of the stored type: packed units") {
    auto attributes = packed;
    attributes.push_back(integers("valid_range", {10, 20}, T::Int16));
    const auto values = unpacked<std::int16_t>(field(T::Int16, attributes), {9, 10, 20, 21});
    CHECK(std::isnan(values[0]));
    CHECK(values[1] == 101);
    CHECK(values[2] == 102);
    CHECK(std::isnan(values[3]));
  }
  SECTION("floating, of packed integers: unpacked units (NetCDF Users' Guide)") {
    auto attributes = packed;
    attributes.push_back(numbers("valid_range", {101, 102}));
    const auto values = unpacked<std::int16_t>(field(T::Int16, attributes), {9, 10, 20, 21});
    CHECK(std::isnan(values[0]));
    CHECK(values[1] == 101);
    CHECK(values[2] == 102);
    CHECK(std::isnan(values[3]));
  }
  SECTION("one limit alone") {
    const auto values = unpacked<float>(field(T::Float32, {number("valid_max", 5.25, T::Float32)}),
                                        {5.5F, 5.25F, -1e30F});
    CHECK(std::isnan(values[0]));
    CHECK(values[1] == 5.25);
    CHECK(values[2] == static_cast<double>(-1e30F));
  }
  SECTION("limits beyond the type bind nothing on that side") {
    const Field made = field(T::Int16, {numbers("valid_range", {-1e9, 100})});
    CHECK_FALSE(made.missing.valid_min);
    CHECK(made.missing.valid_max == Scalar(std::int64_t{100}));
  }
  SECTION("an unsigned byte's limits written signed") {
    const Field made =
        field(T::Int8, {text("_Unsigned", "true"), integers("valid_range", {0, -2}, T::Int8)});
    CHECK(made.missing.valid_max == Scalar(std::uint64_t{254}));
  }
}

TEST_CASE("a scale of another kind than a number is left out with a warning", "[cf][packing]") {
  std::vector<std::string> warnings;
  const Packing packing =
      packing_of(variable(T::Int16, {text("scale_factor", "one tenth")}), warnings);
  CHECK_FALSE(packing.packed);
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings.front(), Catch::Contains("scale_factor"));
}

TEST_CASE("flags have a value, a mask or both, and a meaning", "[cf][packing]") {
  const Field values = field(T::Int8, {integers("flag_values", {1, 2, 4}, T::Int8),
                                       text("flag_meanings", "sea land  ice")});
  REQUIRE(values.flags.size() == 3);
  CHECK(values.flags[2] == Flag{4, std::nullopt, "ice"});

  const Field both = field(T::Int16, {integers("flag_masks", {1, 12, 12}, T::Int16),
                                      integers("flag_values", {1, 4, 8}, T::Int16),
                                      text("flag_meanings", "valid low high")});
  REQUIRE(both.flags.size() == 3);
  CHECK(both.flags[1] == Flag{4, 12, "low"});

  const Field written =
      field(T::Int8, {text("flag_values", "0b, 1b"), text("flag_meanings", "a b")});
  REQUIRE(written.flags.size() == 2);
  CHECK(written.flags[1].value == 1);

  std::vector<std::string> warnings;
  CHECK(flags_of(variable(T::Int8, {integers("flag_values", {1, 2}, T::Int8),
                                    text("flag_meanings", "sea land ice")}),
                 warnings)
            .empty());
  CHECK(warnings.size() == 1);
}
