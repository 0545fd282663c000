#include "coverage/source/zarr/strided_copy.h"

#include <cstdint>
#include <cstring>

namespace gyre::coverage {
namespace {

template <std::size_t kItem>
void copy_row(const std::byte* from, std::size_t from_stride, std::byte* to, std::size_t to_stride,
              std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    std::memcpy(to + i * to_stride, from + i * from_stride, kItem);
  }
}

void copy_row(const std::byte* from, std::size_t from_stride, std::byte* to, std::size_t to_stride,
              std::size_t count, std::size_t item) {
  if (from_stride == item && to_stride == item) {
    std::memcpy(to, from, count * item);
    return;
  }
  switch (item) {
    case 1:
      return copy_row<1>(from, from_stride, to, to_stride, count);
    case 2:
      return copy_row<2>(from, from_stride, to, to_stride, count);
    case 4:
      return copy_row<4>(from, from_stride, to, to_stride, count);
    case 8:
      return copy_row<8>(from, from_stride, to, to_stride, count);
    default:
      for (std::size_t i = 0; i < count; ++i) {
        std::memcpy(to + i * to_stride, from + i * from_stride, item);
      }
  }
}

}  // namespace

void copy_strided(const Strided<const std::byte*>& from, const Strided<std::byte*>& to,
                  const std::vector<std::size_t>& extents, std::size_t item) {
  const std::size_t rank = extents.size();
  if (rank == 0) {
    std::memcpy(to.first, from.first, item);
    return;
  }
  const std::byte* source = from.first;
  std::byte* target = to.first;
  std::vector<std::size_t> at(rank, 0);
  while (true) {
    copy_row(source, from.strides[rank - 1], target, to.strides[rank - 1], extents[rank - 1], item);
    std::size_t d = rank - 1;
    while (d > 0) {  // the next row, as an odometer counts
      --d;
      source += from.strides[d];
      target += to.strides[d];
      if (++at[d] < extents[d]) break;
      source -= from.strides[d] * extents[d];
      target -= to.strides[d] * extents[d];
      at[d] = 0;
      if (d == 0) return;
    }
    if (rank == 1) return;
  }
}

std::vector<std::size_t> row_major_strides(const std::vector<std::size_t>& shape,
                                           std::size_t item) {
  std::vector<std::size_t> strides(shape.size());
  for (std::size_t d = shape.size(); d-- > 0; item *= shape[d]) strides[d] = item;
  return strides;
}

}  // namespace gyre::coverage
