#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "coverage/base/bytes.h"
#include "coverage/model/element_type.h"

namespace gyre::coverage {

/// Stored values of one field, exactly as the file declares them (packed, not masked).
/// Shape: as asked, row-major (last dimension fastest), native byte order.
struct RawBlock {
  ElementType type = ElementType::Float32;
  std::vector<std::size_t> shape;
  Bytes bytes;

  [[nodiscard]] std::size_t cells() const {
    std::size_t n = 1;
    for (const std::size_t extent : shape) n *= extent;
    return n;
  }
  template <typename T>
  [[nodiscard]] std::span<const T> as() const {
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  template <typename T>
  [[nodiscard]] std::span<T> as() {
    return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  bool operator==(const RawBlock&) const = default;
};

}  // namespace gyre::coverage
