#include "coverage/aggregate/value_form.h"

#include <cmath>

#include "tests/coverage/aggregate/members.h"

using namespace gyre::coverage;
using namespace gyre::coverage::aggregation;
using testing::Members;

namespace {

VariableSchema packed(ElementType type, std::vector<Attribute> list) {
  VariableSchema made = Members::variable("v", type, {"x"}, {3}, Attributes(std::move(list)));
  return made;
}
Attribute real(const char* name, ElementType type, double value) {
  return {name, type, std::vector<double>{value}};
}
Attribute whole(const char* name, ElementType type, std::int64_t value) {
  return {name, type, std::vector<std::int64_t>{value}};
}
template <typename T>
RawBlock block(ElementType type, std::vector<T> values) {
  RawBlock made{type, {values.size()}, {}};
  made.bytes.resize(values.size() * sizeof(T));
  std::memcpy(made.bytes.data(), values.data(), made.bytes.size());
  return made;
}

}  // namespace

TEST_CASE("values packed in several ways become what unpacking gives", "[aggregate]") {
  const auto kShort = ElementType::Int16, kFloat = ElementType::Float32;
  const VariableSchema one =
      packed(kShort, {real("scale_factor", kFloat, 0.5), whole("_FillValue", kShort, -1)});
  const VariableSchema other =
      packed(kShort, {real("scale_factor", kFloat, 0.25), real("add_offset", kFloat, 10),
                      whole("_FillValue", kShort, 7)});
  const CommonForm common = common_form(one, {form_of(one), form_of(other)}, false);
  CHECK(common.converts);
  CHECK(common.schema.type == kFloat);
  CHECK_FALSE(common.schema.attributes.has("scale_factor"));
  const RawBlock made = converted(block<std::int16_t>(kShort, {4, 7, -1}), other, common);
  CHECK(made.as<float>()[0] == 11.0F);
  CHECK(std::isnan(made.as<float>()[1]));
  CHECK(made.as<float>()[2] == 9.75F);

  VariableSchema exact = other;
  exact.attributes.set(real("scale_factor", ElementType::Float64, 0.25));
  CHECK(common_form(one, {form_of(one), form_of(exact)}, false).schema.type ==
        ElementType::Float64);
}

TEST_CASE("integers keep their type where one fill serves all", "[aggregate]") {
  const auto kShort = ElementType::Int16;
  const VariableSchema one =
      packed(kShort, {whole("_FillValue", kShort, -1), whole("missing_value", kShort, -9)});
  const VariableSchema other = packed(kShort, {whole("_FillValue", kShort, -9)});
  const CommonForm common = common_form(one, {form_of(one), form_of(other)}, false);
  CHECK(common.schema.type == kShort);
  CHECK(std::get<std::int64_t>(common.fill) == -9);
  CHECK(converted(block<std::int16_t>(kShort, {5, -1, -9}), one, common).as<std::int16_t>()[1] ==
        -9);

  const VariableSchema third = packed(kShort, {whole("_FillValue", kShort, 0)});
  const CommonForm wider = common_form(one, {form_of(one), form_of(third)}, false);
  CHECK(wider.schema.type == ElementType::Int32);
  const RawBlock made = converted(block<std::int16_t>(kShort, {0, -1, -9}), third, wider);
  CHECK(made.as<std::int32_t>()[0] == std::numeric_limits<std::int32_t>::min());
  CHECK(made.as<std::int32_t>()[1] == -1);
}

TEST_CASE("values stored alike pass through", "[aggregate]") {
  const VariableSchema one = packed(ElementType::Int16, {});
  CHECK_FALSE(common_form(one, {form_of(one)}, true).converts);
  CHECK(common_form(one, {form_of(one)}, false).schema == one);
  // All values of a byte may be data: a cell that nobody has needs more room.
  const VariableSchema byte = packed(ElementType::UInt8, {});
  const CommonForm common = common_form(byte, {form_of(byte)}, true);
  CHECK(common.converts);
  CHECK(common.schema.type == ElementType::Int16);
  CHECK(converted(block<std::uint8_t>(ElementType::UInt8, {0, 255, 9}), byte, common)
            .as<std::int16_t>()[1] == 255);
}
