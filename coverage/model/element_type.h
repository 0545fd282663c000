#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

namespace gyre::coverage {

/// The type of one stored value. `String` occurs in coordinates and attributes only.
enum class ElementType : std::uint8_t {
  Int8,
  UInt8,
  Int16,
  UInt16,
  Int32,
  UInt32,
  Int64,
  UInt64,
  Float32,
  Float64,
  String
};

[[nodiscard]] constexpr std::size_t size_of(ElementType type) {
  switch (type) {
    case ElementType::Int8:
    case ElementType::UInt8:
      return 1;
    case ElementType::Int16:
    case ElementType::UInt16:
      return 2;
    case ElementType::Int32:
    case ElementType::UInt32:
    case ElementType::Float32:
      return 4;
    case ElementType::Int64:
    case ElementType::UInt64:
    case ElementType::Float64:
      return 8;
    case ElementType::String:
      return 0;
  }
  return 0;
}

[[nodiscard]] constexpr std::string_view name_of(ElementType type) {
  switch (type) {
    case ElementType::Int8:
      return "int8";
    case ElementType::UInt8:
      return "uint8";
    case ElementType::Int16:
      return "int16";
    case ElementType::UInt16:
      return "uint16";
    case ElementType::Int32:
      return "int32";
    case ElementType::UInt32:
      return "uint32";
    case ElementType::Int64:
      return "int64";
    case ElementType::UInt64:
      return "uint64";
    case ElementType::Float32:
      return "float32";
    case ElementType::Float64:
      return "float64";
    case ElementType::String:
      return "string";
  }
  return "?";
}

[[nodiscard]] constexpr bool is_float(ElementType type) {
  return type == ElementType::Float32 || type == ElementType::Float64;
}
[[nodiscard]] constexpr bool is_integer(ElementType type) {
  return !is_float(type) && type != ElementType::String;
}

/// Calls `action(T{})` with the C++ type that stores `type`: the one place where the runtime type
/// becomes a compile-time one. @throws std::logic_error for String.
template <typename Action>
decltype(auto) with_type(ElementType type, Action&& action) {
  switch (type) {
    case ElementType::Int8:
      return std::forward<Action>(action)(std::int8_t{});
    case ElementType::UInt8:
      return std::forward<Action>(action)(std::uint8_t{});
    case ElementType::Int16:
      return std::forward<Action>(action)(std::int16_t{});
    case ElementType::UInt16:
      return std::forward<Action>(action)(std::uint16_t{});
    case ElementType::Int32:
      return std::forward<Action>(action)(std::int32_t{});
    case ElementType::UInt32:
      return std::forward<Action>(action)(std::uint32_t{});
    case ElementType::Int64:
      return std::forward<Action>(action)(std::int64_t{});
    case ElementType::UInt64:
      return std::forward<Action>(action)(std::uint64_t{});
    case ElementType::Float32:
      return std::forward<Action>(action)(float{});
    case ElementType::Float64:
      return std::forward<Action>(action)(double{});
    case ElementType::String:
      break;
  }
  throw std::logic_error("with_type: strings have no numeric representation");
}

}  // namespace gyre::coverage
