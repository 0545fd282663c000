#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"

namespace gyre::coverage::dap {

/// Reads what DAP2 makes of XDR (RFC 4506; ESE-RFC-004 1.2, 7.3): big-endian, in steps of four
/// bytes. Nothing is believed: each length is held against what is left.
class GYRE_API XdrReader {
 public:
  explicit XdrReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t left() const { return bytes_.size(); }
  /// @throws Error{MalformedHolding} when there are fewer, as all below
  std::span<const std::byte> take(std::size_t size);
  std::uint32_t number();
  /// The length of an array, told `times` times. @throws when it is another
  void length(std::size_t expected, int times);
  /// A text and the bytes that fill it up.
  std::string_view text();
  void skip_text() { text(); }

 private:
  std::span<const std::byte> bytes_;
};

/// The bytes with `size` more to the next multiple of four.
[[nodiscard]] constexpr std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

}  // namespace gyre::coverage::dap
