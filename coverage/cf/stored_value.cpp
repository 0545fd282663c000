#include "coverage/cf/stored_value.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include "coverage/cf/text.h"

namespace gyre::coverage::cf {
namespace {

std::optional<Scalar> scalar_in(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const auto read = [&](auto number) -> std::optional<Scalar> {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    const std::string suffix = lower(std::string_view(end, text.data() + text.size()));
    for (const char* known : {"", "b", "s", "l", "f", "d", "ub", "us", "u", "ll", "ull"}) {
      if (suffix == known) return Scalar(number);
    }
    return std::nullopt;
  };
  if (const auto integer = read(std::int64_t{})) return integer;
  if (const auto integer = read(std::uint64_t{})) return integer;
  return read(double{});
}

template <typename T>
std::optional<Scalar> integer_as(const Scalar& value, bool reinterpret) {
  using Limits = std::numeric_limits<T>;
  const auto keep = [](auto number) -> Scalar {
    if constexpr (std::is_signed_v<T>) return static_cast<std::int64_t>(number);
    return static_cast<std::uint64_t>(number);
  };
  if (const auto* signed_value = std::get_if<std::int64_t>(&value)) {
    if (std::in_range<T>(*signed_value)) return keep(*signed_value);
    using Signed = std::make_signed_t<T>;
    if (reinterpret && std::in_range<Signed>(*signed_value)) {
      return keep(static_cast<T>(static_cast<Signed>(*signed_value)));
    }
    return std::nullopt;
  }
  if (const auto* unsigned_value = std::get_if<std::uint64_t>(&value)) {
    if (std::in_range<T>(*unsigned_value)) return keep(*unsigned_value);
    return std::nullopt;
  }
  const double real = std::get<double>(value);
  if (!std::isfinite(real) || real != std::trunc(real)) return std::nullopt;
  // 2^63 and 2^64 are doubles, one beyond the largest integer: compare below them.
  const double below = std::ldexp(1.0, Limits::digits);
  if (real >= static_cast<double>(Limits::min()) && real < below) return keep(static_cast<T>(real));
  if (reinterpret && real < 0 && real >= -std::ldexp(1.0, Limits::digits - 1)) {
    return keep(static_cast<T>(static_cast<std::make_signed_t<T>>(real)));
  }
  return std::nullopt;
}

template <typename T>
std::optional<Scalar> float_as(const Scalar& value) {
  const double real = std::visit([](auto number) { return static_cast<double>(number); }, value);
  if (std::isfinite(real) && std::abs(real) > std::numeric_limits<T>::max()) return std::nullopt;
  return Scalar(static_cast<double>(static_cast<T>(real)));
}

}  // namespace

std::vector<Scalar> elements_of(const Attribute& attribute) {
  std::vector<Scalar> found;
  const auto read_text = [&](const std::string& text) {
    for (const std::string& word : words(text)) {
      if (const auto scalar = scalar_in(word)) found.push_back(*scalar);
    }
  };
  std::visit(
      [&](const auto& value) {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::string>) {
          read_text(value);
        } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
          for (const std::string& text : value) read_text(text);
        } else {
          found.assign(value.begin(), value.end());
        }
      },
      attribute.value);
  return found;
}

std::optional<Scalar> as_stored(const Scalar& value, ElementType type, ElementType declared) {
  if (type == ElementType::String) return std::nullopt;
  const bool reinterpret = type != declared;
  return with_type(type, [&](auto zero) -> std::optional<Scalar> {
    using T = decltype(zero);
    if constexpr (std::is_floating_point_v<T>) {
      return float_as<T>(value);
    } else {
      return integer_as<T>(value, reinterpret);
    }
  });
}

std::optional<Scalar> default_fill(ElementType declared) {
  switch (declared) {
    case ElementType::Int16:
      return Scalar(std::int64_t{-32767});
    case ElementType::UInt16:
      return Scalar(std::uint64_t{65535});
    case ElementType::Int32:
      return Scalar(std::int64_t{-2147483647});
    case ElementType::UInt32:
      return Scalar(std::uint64_t{4294967295U});
    case ElementType::Int64:
      return Scalar(std::int64_t{-9223372036854775806});
    case ElementType::UInt64:
      return Scalar(std::uint64_t{18446744073709551614U});
    case ElementType::Float32:
    case ElementType::Float64:
      return Scalar(9.9692099683868690e+36);
    case ElementType::Int8:
    case ElementType::UInt8:
    case ElementType::String:
      break;
  }
  return std::nullopt;
}

}  // namespace gyre::coverage::cf
