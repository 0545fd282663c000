#include "coverage/encode/geotiff_values.h"

#include <cstdint>
#include <span>
#include <vector>

namespace gyre::coverage {
namespace {

/// Stored values of rows x columns in the raster's type and direction; what is missing becomes
/// nodata.
template <typename To>
void put_samples(const Field& field, const RawBlock& block, const GeotiffLayout& layout,
                 std::size_t rows, std::size_t columns, bool x_first, std::span<To> out) {
  std::vector<std::uint8_t> missing(block.cells());
  find_missing(field, block, missing);
  const To nodata = layout.nodata ? static_cast<To>(*layout.nodata) : To{};
  with_type(block.type, [&](auto zero) {
    using From = decltype(zero);
    const auto in = block.as<From>();
    for (std::size_t row = 0; row < rows; ++row) {
      const std::size_t j = layout.flip_y ? rows - 1 - row : row;
      for (std::size_t column = 0; column < columns; ++column) {
        const std::size_t i = layout.flip_x ? columns - 1 - column : column;
        const std::size_t from = x_first ? i * rows + j : j * columns + i;
        out[row * columns + column] = missing[from] != 0 ? nodata : static_cast<To>(in[from]);
      }
    }
  });
}

}  // namespace

RawBlock read_raster(const View& view, const GeotiffLayout& layout, const IndexBox& box,
                     const AbortToken& abort) {
  const DomainSet& domain_set = view.coverage().domain_set;
  const auto turned = [](IndexRange range, std::size_t size, bool flip) {
    return flip ? IndexRange{size - range.end, size - range.begin} : range;
  };
  RawBlock all{layout.type, {box[0].size(), box[1].size(), box[2].size()}, {}};
  all.bytes.resize(all.cells() * size_of(layout.type));
  const std::size_t cells = box[1].size() * box[2].size();
  for (std::size_t b = box[0].begin; b < box[0].end; ++b) {
    abort.check();
    const GeotiffBand& band = layout.bands[b];
    IndexBox part;
    for (const std::size_t at : band.at) part.push_back({at, at + 1});
    part[domain_set.x()] = turned(box[2], layout.width, layout.flip_x);
    part[domain_set.y()] = turned(box[1], layout.height, layout.flip_y);
    const RawBlock block = view.read(band.field, part, abort);
    with_type(layout.type, [&](auto zero) {
      using To = decltype(zero);
      put_samples<To>(view.field(band.field), block, layout, box[1].size(), box[2].size(),
                      domain_set.x() < domain_set.y(),
                      all.as<To>().subspan((b - box[0].begin) * cells, cells));
    });
  }
  return all;
}

}  // namespace gyre::coverage
