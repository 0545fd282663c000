#include "coverage/source/picked_copy.h"

#include <cstdint>
#include <cstring>

namespace gyre::coverage {
namespace {

template <typename Item>
void pick_row(const std::byte* from, std::size_t from_stride, std::byte* to, std::size_t to_stride,
              std::span<const std::size_t> picks) {
  for (const std::size_t index : picks) {
    std::memcpy(to, from + index * from_stride, sizeof(Item));
    to += to_stride;
  }
}

void pick_row(const std::byte* from, std::size_t from_stride, std::byte* to, std::size_t to_stride,
              std::span<const std::size_t> picks, std::size_t item) {
  switch (item) {
    case 1:
      return pick_row<std::uint8_t>(from, from_stride, to, to_stride, picks);
    case 2:
      return pick_row<std::uint16_t>(from, from_stride, to, to_stride, picks);
    case 4:
      return pick_row<std::uint32_t>(from, from_stride, to, to_stride, picks);
    case 8:
      return pick_row<std::uint64_t>(from, from_stride, to, to_stride, picks);
    default:
      for (const std::size_t index : picks) {
        std::memcpy(to, from + index * from_stride, item);
        to += to_stride;
      }
  }
}

struct Picking {
  const std::vector<std::size_t>&from_strides, &to_strides;
  const PickedSpans& picks;
  std::size_t item;

  void run(std::size_t d, const std::byte* from, std::byte* to) const {
    if (d + 1 == picks.size()) {
      pick_row(from, from_strides[d], to, to_strides[d], picks[d], item);
      return;
    }
    for (std::size_t i = 0; i < picks[d].size(); ++i) {
      run(d + 1, from + picks[d][i] * from_strides[d], to + i * to_strides[d]);
    }
  }
};

}  // namespace

void copy_picked(const Strided<const std::byte*>& from, const Strided<std::byte*>& to,
                 const PickedSpans& picks, std::size_t item) {
  if (picks.empty()) {
    std::memcpy(to.first, from.first, item);
    return;
  }
  Picking{from.strides, to.strides, picks, item}.run(0, from.first, to.first);
}

}  // namespace gyre::coverage
