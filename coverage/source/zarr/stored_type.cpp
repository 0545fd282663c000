#include "coverage/source/zarr/stored_type.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace gyre::coverage {
namespace {

using Kind = StoredType::Kind;

constexpr std::size_t kLongestText = 1u << 20;

std::optional<StoredType> number(char kind, std::size_t size, bool big) {
  const auto of = [&](ElementType type) { return StoredType{Kind::Number, type, size, big}; };
  if (kind == 'b' && size == 1) return of(ElementType::UInt8);
  if (kind == 'f') {
    if (size == 2) return StoredType{Kind::Half, ElementType::Float32, 2, big};
    if (size == 4) return of(ElementType::Float32);
    if (size == 8) return of(ElementType::Float64);
  }
  const bool is_signed = kind == 'i';
  if (!is_signed && kind != 'u') return std::nullopt;
  switch (size) {
    case 1:
      return of(is_signed ? ElementType::Int8 : ElementType::UInt8);
    case 2:
      return of(is_signed ? ElementType::Int16 : ElementType::UInt16);
    case 4:
      return of(is_signed ? ElementType::Int32 : ElementType::UInt32);
    case 8:
      return of(is_signed ? ElementType::Int64 : ElementType::UInt64);
    default:
      return std::nullopt;
  }
}

std::optional<StoredType> fixed_text(Kind kind, std::size_t bytes, bool big) {
  if (bytes == 0 || bytes > kLongestText) return std::nullopt;
  if (kind == Kind::FixedUtf32 && bytes % 4 != 0) return std::nullopt;
  return StoredType{kind, ElementType::String, bytes, big};
}

std::optional<double> special_float(const StoredType& type, const std::string& text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  if (!text.starts_with("0x") || text.size() != 2 + 2 * type.size) return std::nullopt;
  std::uint64_t bits = 0;  // Zarr v3: the bits, most significant first
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), bits, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (type.size == 8) return std::bit_cast<double>(bits);
  if (type.size == 4) return double{std::bit_cast<float>(static_cast<std::uint32_t>(bits))};
  return double{from_half(static_cast<std::uint16_t>(bits))};
}

template <typename T>
Bytes item_of(T value) {
  Bytes item(sizeof(T));
  std::memcpy(item.data(), &value, sizeof(T));
  return item;
}

template <typename T>
std::optional<Bytes> integer_item(const Json& value) {
  if (value.is_boolean()) return item_of<T>(value.get<bool>() ? 1 : 0);
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    return std::in_range<T>(number) ? std::optional(item_of(static_cast<T>(number))) : std::nullopt;
  }
  if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    return std::in_range<T>(number) ? std::optional(item_of(static_cast<T>(number))) : std::nullopt;
  }
  if (value.is_number_float()) {  // "fill_value": 0.0 of an integer array
    const double number = value.get<double>();
    if (number != std::floor(number) || std::abs(number) > 9e15) return std::nullopt;
    const auto whole = static_cast<std::int64_t>(number);
    return std::in_range<T>(whole) ? std::optional(item_of(static_cast<T>(whole))) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

float from_half(std::uint16_t bits) {
  const std::uint32_t sign = std::uint32_t{bits & 0x8000U} << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1fU, fraction = bits & 0x3ffU;
  if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000U | (fraction << 13));
  if (exponent != 0) {
    return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (fraction << 13));
  }
  const float tiny = std::ldexp(static_cast<float>(fraction), -24);
  return sign != 0 ? -tiny : tiny;
}

float rounded_to_half(double value) {
  if (!std::isfinite(value) || value == 0) return static_cast<float>(value);
  int exponent = 0;
  static_cast<void>(std::frexp(value, &exponent));
  const int unit = std::max(exponent - 11, -24);  // 11 bits; of subnormals fewer
  const double rounded = std::ldexp(std::nearbyint(std::ldexp(value, -unit)), unit);
  if (std::abs(rounded) > 65504) {
    return std::copysign(std::numeric_limits<float>::infinity(), static_cast<float>(value));
  }
  return static_cast<float>(rounded);
}

std::optional<StoredType> stored_type_v2(const Json& dtype) {
  if (!dtype.is_string()) return std::nullopt;
  const auto& text = dtype.get_ref<const std::string&>();
  if (text == "|O") return StoredType{Kind::AnyLength, ElementType::String, 0, false};
  if (text.size() < 3 || std::string_view("<>|").find(text[0]) == std::string_view::npos) {
    return std::nullopt;
  }
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  const bool big = text[0] == '>';
  if (text[1] == 'S') return fixed_text(Kind::FixedBytes, count, false);
  if (text[1] == 'U') {
    return count > kLongestText ? std::nullopt : fixed_text(Kind::FixedUtf32, 4 * count, big);
  }
  return number(text[1], count, big);
}

std::optional<StoredType> stored_type_v3(const Json& data_type) {
  if (data_type.is_object()) {
    const auto name = data_type.find("name"), how = data_type.find("configuration");
    if (name == data_type.end() || how == data_type.end() || !how->is_object()) {
      return std::nullopt;
    }
    const auto length = how->find("length_bytes");
    if (length == how->end() || !length->is_number_unsigned()) return std::nullopt;
    const auto bytes = length->get<std::size_t>();
    if (*name == "fixed_length_utf32") return fixed_text(Kind::FixedUtf32, bytes, false);
    if (*name == "null_terminated_bytes") return fixed_text(Kind::FixedBytes, bytes, false);
    return std::nullopt;
  }
  if (!data_type.is_string()) return std::nullopt;
  const auto& text = data_type.get_ref<const std::string&>();
  if (text == "string") return StoredType{Kind::AnyLength, ElementType::String, 0, false};
  if (text == "bool") return number('b', 1, false);
  if (text == "int8") return number('i', 1, false);
  if (text == "int16") return number('i', 2, false);
  if (text == "int32") return number('i', 4, false);
  if (text == "int64") return number('i', 8, false);
  if (text == "uint8") return number('u', 1, false);
  if (text == "uint16") return number('u', 2, false);
  if (text == "uint32") return number('u', 4, false);
  if (text == "uint64") return number('u', 8, false);
  if (text == "float16") return number('f', 2, false);
  if (text == "float32") return number('f', 4, false);
  if (text == "float64") return number('f', 8, false);
  return std::nullopt;
}

std::optional<Bytes> fill_item(const StoredType& type, const Json& value) {
  if (type.type == ElementType::String || value.is_null())
    return Bytes(type.item_size(), std::byte{});
  if (!is_float(type.type)) {
    return with_type(type.type, [&](auto zero) -> std::optional<Bytes> {
      if constexpr (std::is_integral_v<decltype(zero)>) {
        return integer_item<decltype(zero)>(value);
      }
      return std::nullopt;
    });
  }
  std::optional<double> number;
  if (value.is_number()) number = value.get<double>();
  if (value.is_string()) number = special_float(type, value.get_ref<const std::string&>());
  if (!number) return std::nullopt;
  if (type.kind == Kind::Half) return item_of(rounded_to_half(*number));
  if (type.type == ElementType::Float32) return item_of(static_cast<float>(*number));
  return item_of(*number);
}

std::optional<Attribute> fill_attribute(const StoredType& type, const Bytes& item) {
  if (type.type == ElementType::String) return std::nullopt;
  return with_type(type.type, [&](auto number) -> Attribute {
    using T = decltype(number);
    using Wide =
        std::conditional_t<std::is_floating_point_v<T>, double,
                           std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>;
    std::memcpy(&number, item.data(), sizeof(T));
    return {"_FillValue", type.type, std::vector<Wide>{static_cast<Wide>(number)}};
  });
}

}  // namespace gyre::coverage
