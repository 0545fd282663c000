#include "coverage/source/dap/dap_attributes.h"

#include <charconv>
#include <cmath>
#include <string_view>

#include "coverage/source/dap/dap_text.h"

namespace gyre::coverage::dap {
namespace {

constexpr double kExact = 9007199254740992;  // 2^53: integers below are exact in a double

std::optional<double> real(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (!rest.empty() && !same_word(rest, "f")) return std::nullopt;
  return value;
}

std::optional<std::int64_t> integral(double value) {
  if (!(std::abs(value) <= kExact) || value != std::trunc(value)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::optional<std::int64_t> integer(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  const std::string_view digits = hexadecimal ? text.substr(2) : text;
  std::int64_t value = 0;
  const char* const last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, value, hexadecimal ? 16 : 10);
  if (error == std::errc() && end == last) return value;
  const auto number = real(text);  // "-32768.0"
  return number ? integral(*number) : std::nullopt;
}

/// As a value of an integer type of `size_of(type)` bytes, or the same bits of the other
/// signedness.
std::optional<std::int64_t> wrapped(std::int64_t value, ElementType type) {
  const std::int64_t all = std::int64_t{1} << (8 * size_of(type)), half = all / 2;
  if (value < -half || value >= all) return std::nullopt;
  const bool is_unsigned =
      type == ElementType::UInt8 || type == ElementType::UInt16 || type == ElementType::UInt32;
  if (is_unsigned) return value < 0 ? value + all : value;
  return value >= half ? value - all : value;
}

/// @pre they fit the type
Attribute of_integers(std::string name, ElementType type, const std::vector<std::int64_t>& values) {
  if (type == ElementType::UInt8 || type == ElementType::UInt16 || type == ElementType::UInt32) {
    return {std::move(name), type, std::vector<std::uint64_t>(values.begin(), values.end())};
  }
  return {std::move(name), type, values};
}

double in_precision(double value, ElementType type) {
  return type == ElementType::Float32 ? double{static_cast<float>(value)} : value;
}

/// Its values as doubles, all of which are exact: DAP2 has no integers of 64 bits.
std::vector<double> numbers_of(const Attribute& attribute) {
  return std::visit(
      [](const auto& values) -> std::vector<double> {
        using Values = std::decay_t<decltype(values)>;
        if constexpr (std::is_same_v<Values, std::string> ||
                      std::is_same_v<Values, std::vector<std::string>>) {
          return {};
        } else {
          return {values.begin(), values.end()};
        }
      },
      attribute.value);
}

}  // namespace

ElementType element_type_of(DapType type) {
  switch (type) {
    case DapType::Byte:
      return ElementType::Int8;
    case DapType::Int16:
      return ElementType::Int16;
    case DapType::UInt16:
      return ElementType::UInt16;
    case DapType::Int32:
      return ElementType::Int32;
    case DapType::UInt32:
      return ElementType::UInt32;
    case DapType::Float32:
      return ElementType::Float32;
    case DapType::Float64:
      return ElementType::Float64;
    default:
      return ElementType::String;
  }
}

std::optional<Attribute> attribute_of(const DasAttribute& attribute) {
  const ElementType type = element_type_of(attribute.type);
  if (type == ElementType::String) {
    std::string text;
    for (std::size_t i = 0; i < attribute.values.size(); ++i) {
      text += (i == 0 ? "" : "\n") + attribute.values[i];
    }
    text.erase(text.find_last_not_of('\0') + 1);
    return Attribute{attribute.name, type, std::move(text)};
  }
  if (attribute.values.empty()) return std::nullopt;
  if (is_float(type)) {
    std::vector<double> values;
    for (const std::string& text : attribute.values) {
      const auto value = real(text);
      if (!value) return std::nullopt;
      values.push_back(in_precision(*value, type));
    }
    return Attribute{attribute.name, type, std::move(values)};
  }
  std::vector<std::int64_t> values;
  for (const std::string& text : attribute.values) {
    const auto value = integer(text);
    const auto fitting = value ? wrapped(*value, type) : std::nullopt;
    if (!fitting) return std::nullopt;
    values.push_back(*fitting);
  }
  return of_integers(attribute.name, type, values);
}

Attribute in_type_of_variable(Attribute attribute, ElementType type) {
  if (attribute.type == type || attribute.type == ElementType::String ||
      type == ElementType::String) {
    return attribute;
  }
  std::vector<double> reals = numbers_of(attribute);
  if (is_float(type)) {
    for (double& value : reals) value = in_precision(value, type);
    return {attribute.name, type, std::move(reals)};
  }
  std::vector<std::int64_t> integers;
  for (const double value : reals) {
    const auto number = integral(value);
    const auto fitting = number ? wrapped(*number, type) : std::nullopt;
    if (!fitting) return attribute;
    integers.push_back(*fitting);
  }
  return of_integers(attribute.name, type, integers);
}

}  // namespace gyre::coverage::dap
