#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "coverage/encode/encoder.h"

namespace gyre::coverage {

/// Passes on what lies within [begin, end) of a file that is written front to back.
class ByteWindow {
 public:
  /// All of it.
  explicit ByteWindow(PutBytes put)
      : ByteWindow(0, std::numeric_limits<std::uint64_t>::max(), std::move(put)) {}
  ByteWindow(std::uint64_t begin, std::uint64_t end, PutBytes put)
      : begin_(begin), end_(end), put_(std::move(put)) {}

  /// Goes past the next `size` bytes where none of them is wanted: they need not be made.
  [[nodiscard]] bool skip(std::uint64_t size) {
    if (at_ + size > begin_ && at_ < end_) return false;
    at_ += size;
    return true;
  }
  /// The next bytes.
  void put(std::span<const std::byte> bytes) {
    const std::uint64_t first = std::clamp(begin_, at_, at_ + bytes.size()) - at_;
    const std::uint64_t last = std::clamp(end_, at_, at_ + bytes.size()) - at_;
    at_ += bytes.size();
    if (first < last) put_(bytes.subspan(first, last - first));
  }

 private:
  std::uint64_t begin_, end_, at_ = 0;
  PutBytes put_;
};

}  // namespace gyre::coverage
