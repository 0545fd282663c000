#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "coverage/base/error.h"

namespace gyre::coverage {

/// The octets of a section, counted from 1 as the WMO's manual does. Reads beyond its end throw
/// Error{MalformedHolding}.
class GribOctets {
 public:
  explicit GribOctets(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::string_view all() const { return bytes_; }
  [[nodiscard]] std::uint64_t number(std::size_t octet, std::size_t count) const {
    if (octet == 0 || octet - 1 + count > bytes_.size()) {
      throw Error(ErrorKind::MalformedHolding, "", "a section of a message is too short");
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      value = value << 8 | static_cast<unsigned char>(bytes_[octet - 1 + i]);
    }
    return value;
  }
  [[nodiscard]] int u1(std::size_t octet) const { return static_cast<int>(number(octet, 1)); }
  [[nodiscard]] int u2(std::size_t octet) const { return static_cast<int>(number(octet, 2)); }
  [[nodiscard]] std::int64_t u4(std::size_t octet) const {
    return static_cast<std::int64_t>(number(octet, 4));
  }
  /// Sign and magnitude, as GRIB has negative numbers.
  [[nodiscard]] std::int64_t signed_number(std::size_t octet, std::size_t count) const {
    const std::uint64_t raw = number(octet, count), sign = std::uint64_t{1} << (8 * count - 1);
    const auto magnitude = static_cast<std::int64_t>(raw & (sign - 1));
    return (raw & sign) != 0 ? -magnitude : magnitude;
  }

 private:
  std::string_view bytes_;
};

}  // namespace gyre::coverage
