#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "coverage/base/error.h"

namespace gyre::coverage {

/// Values one after the other as bytes of this machine.
class ByteWriter {
 public:
  template <typename T>
  requires std::is_arithmetic_v<T>
  void number(T value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value)); }
  void text(std::string_view text) {
    number(std::uint64_t{text.size()});
    bytes_.append(text);
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads them again; believes no length. @throws Error{MalformedHolding} at the end of the bytes
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  requires std::is_arithmetic_v<T>
  [[nodiscard]] T number() {
    T value;
    std::memcpy(&value, raw(sizeof(value)).data(), sizeof(value));
    return value;
  }
  [[nodiscard]] std::string_view text() { return raw(number<std::uint64_t>()); }
  /// How many items follow, each of at least `least` bytes.
  [[nodiscard]] std::size_t count(std::size_t least) {
    const auto value = number<std::uint64_t>();
    if (value > rest_.size() / least) cut_short();
    return static_cast<std::size_t>(value);
  }
  [[nodiscard]] std::string_view raw(std::uint64_t size) {
    if (size > rest_.size()) cut_short();
    const std::string_view part = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(part.size());
    return part;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  [[noreturn]] static void cut_short() {
    throw Error(ErrorKind::MalformedHolding, "", "what is known of it is damaged");
  }
  std::string_view rest_;
};

}  // namespace gyre::coverage
