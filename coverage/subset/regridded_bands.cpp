#include "coverage/subset/regridded_bands.h"

#include <algorithm>
#include <cstring>

#include "coverage/subset/pixel_map.h"

namespace gyre::coverage {

LookedUp looked_up(Interpolation interpolation) {
  constexpr std::size_t kPlaces = 4;  // of each cell of a stencil
  // Two positions and a place, later a place and samples; of stencils four places, weights and
  // samples.
  constexpr LookedUp kNearest{kMostMapPixels, 24}, kLinear{kMostMapPixels / kPlaces, 112};
  return interpolation == Interpolation::Linear ? kLinear : kNearest;
}

std::size_t rows_at_once(Interpolation interpolation, const IndexBox& box) {
  const std::size_t width = std::max<std::size_t>(1, box.back().size());
  return std::max<std::size_t>(1, looked_up(interpolation).cells_at_once / width);
}

RawBlock read_in_bands(const IndexBox& box, std::size_t rows,
                       const std::function<RawBlock(const IndexBox& band)>& read) {
  const std::size_t y = box.size() - 2;
  RawBlock whole;
  for (std::size_t begin = box[y].begin; begin < box[y].end; begin += rows) {
    IndexBox part = box;
    part[y] = {begin, std::min(begin + rows, box[y].end)};
    const RawBlock band = read(part);
    if (whole.shape.empty()) {
      whole.type = band.type;
      for (const IndexRange& range : box) whole.shape.push_back(range.size());
      whole.bytes.resize(whole.cells() * size_of(whole.type));
    }
    // The other dimensions come before: of each of their places some rows.
    const std::size_t row = box.back().size() * size_of(whole.type);
    const std::size_t piece = part[y].size() * row, section = box[y].size() * row;
    std::byte* to = whole.bytes.data() + (begin - box[y].begin) * row;
    for (std::size_t from = 0; from < band.bytes.size(); from += piece, to += section) {
      std::memcpy(to, band.bytes.data() + from, piece);
    }
  }
  return whole;
}

}  // namespace gyre::coverage
