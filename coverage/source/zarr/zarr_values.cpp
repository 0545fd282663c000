#include "coverage/source/zarr/zarr_values.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <type_traits>
#include <utility>

namespace gyre::coverage {
namespace {

std::optional<double> special_number(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

bool all_of_kind(const Json& list, bool (*matches)(const Json&)) {
  return std::all_of(list.begin(), list.end(), matches);
}

}  // namespace

std::optional<Attribute> zarr_attribute(const std::string& name, const Json& value) {
  if (value.is_null()) return std::nullopt;
  if (const auto special = special_number(value)) {
    return Attribute{name, ElementType::Float64, std::vector{*special}};
  }
  if (value.is_string()) return Attribute{name, ElementType::String, value.get<std::string>()};
  if (value.is_boolean()) {
    return Attribute{name, ElementType::String, std::string(value.get<bool>() ? "true" : "false")};
  }
  const Json list = value.is_array() ? value : Json::array({value});
  const auto integer = [](const Json& one) { return one.is_number_integer(); };
  const auto unsigned_large = [](const Json& one) {
    return one.is_number_unsigned() &&
           one.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  };
  const auto number = [](const Json& one) {
    return one.is_number() || special_number(one).has_value();
  };
  const auto text = [](const Json& one) { return one.is_string(); };
  if (value.is_array() && !list.empty() && all_of_kind(list, text)) {
    return Attribute{name, ElementType::String, list.get<std::vector<std::string>>()};
  }
  if (all_of_kind(list, integer)) {
    if (std::any_of(list.begin(), list.end(), unsigned_large)) {
      return Attribute{name, ElementType::UInt64, list.get<std::vector<std::uint64_t>>()};
    }
    return Attribute{name, ElementType::Int64, list.get<std::vector<std::int64_t>>()};
  }
  if (all_of_kind(list, number)) {
    std::vector<double> numbers;
    for (const Json& one : list) {
      const auto special = special_number(one);
      numbers.push_back(special ? *special : one.get<double>());
    }
    return Attribute{name, ElementType::Float64, std::move(numbers)};
  }
  return Attribute{name, ElementType::String,
                   value.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

Attribute in_type(ElementType type, Attribute attribute) {
  if (type == ElementType::String || attribute.type == ElementType::String) return attribute;
  if (is_float(type)) {
    std::vector<double> numbers = Attributes({attribute}).numbers(attribute.name);
    if (type == ElementType::Float32) {
      for (double& number : numbers) number = double{static_cast<float>(number)};
    }
    return {attribute.name, type, std::move(numbers)};
  }
  return with_type(type, [&](auto zero) -> Attribute {
    using T = decltype(zero);
    using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    std::vector<Wide> wide;
    const bool fits = std::visit(
        [&](const auto& values) {
          using Values = std::decay_t<decltype(values)>;
          if constexpr (std::is_same_v<Values, std::vector<std::int64_t>> ||
                        std::is_same_v<Values, std::vector<std::uint64_t>>) {
            for (const auto value : values) wide.push_back(static_cast<Wide>(value));
            return std::all_of(values.begin(), values.end(), [](const auto value) {
              if constexpr (std::is_integral_v<T>) return std::in_range<T>(value);
              return false;
            });
          } else {
            return false;
          }
        },
        attribute.value);
    if (!fits) return attribute;
    return {attribute.name, type, std::move(wide)};
  });
}

std::optional<double> base64_number(const std::string& text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::size_t kLength = 12;  // of eight bytes, with one sign of padding
  if (text.size() != kLength || text.back() != '=') return std::nullopt;
  std::uint64_t number = 0;
  std::uint32_t pending = 0;
  int bits = 0, bytes = 0;
  for (const char c : std::string_view(text).substr(0, kLength - 1)) {
    const std::size_t digit = kDigits.find(c);
    if (digit == kDigits.npos) return std::nullopt;
    pending = (pending << 6) | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    number |= std::uint64_t{(pending >> bits) & 0xff} << (8 * bytes++);
  }
  return std::bit_cast<double>(number);
}

}  // namespace gyre::coverage
