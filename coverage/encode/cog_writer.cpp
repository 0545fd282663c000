#include "coverage/encode/cog_writer.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "coverage/base/work.h"
#include "coverage/encode/chunk_encoder.h"
#include "coverage/encode/deflate.h"
#include "coverage/encode/geotiff_tags.h"
#include "coverage/encode/geotiff_values.h"
#include "coverage/encode/overviews.h"
#include "coverage/encode/scratch_file.h"
#include "coverage/encode/tiff_file.h"
#include "coverage/source/reading.h"
#include "coverage/source/zarr/strided_copy.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kTile = kOverviewTile;
/// Of values in one row of tiles: overviews of a row or two of them are held.
constexpr std::size_t kRowBytes = 16u << 20;

/// Cells a side of the squares that a raster is gone through in: 2^n tiles.
std::size_t square_side(std::size_t item) {
  std::size_t side = kTile;
  while (2 * side * kTile * item <= kRowBytes) side *= 2;
  return side;
}

/// Visits the squares of `side` that lie in the raster along a Z: a tile of an overview is done
/// before the next one beside it is begun, however wide the raster.
void along_z(const RasterLevel& raster, std::size_t side, std::size_t top, std::size_t left,
             std::size_t extent, const std::function<void(IndexRange, IndexRange)>& visit) {
  if (top >= raster.height || left >= raster.width) return;
  if (extent == side) {
    return visit({top, std::min(raster.height, top + side)},
                 {left, std::min(raster.width, left + side)});
  }
  const std::size_t half = extent / 2;
  for (const std::size_t y : {top, top + half}) {
    for (const std::size_t x : {left, left + half}) along_z(raster, side, y, x, half, visit);
  }
}

/// Tiles at the edges are as large as the others: zeros lie over them.
Bytes deflated_tile(const RawBlock& cells) {
  const std::size_t item = size_of(cells.type);
  if (cells.shape == std::vector<std::size_t>{kTile, kTile}) return deflated(cells.bytes);
  Bytes whole(kTile * kTile * item);
  std::memset(whole.data(), 0, whole.size());
  copy_strided(Strided<const std::byte*>{cells.bytes.data(), row_major_strides(cells.shape, item)},
               {whole.data(), row_major_strides({kTile, kTile}, item)}, cells.shape, item);
  return deflated(whole);
}

class CogWriter {
 public:
  CogWriter(const View& view, const GeotiffLayout& layout, const std::optional<std::string>& path,
            const AbortToken& abort)
      : view_(view),
        layout_(layout),
        path_(path),
        abort_(abort),
        levels_(raster_levels(layout.width, layout.height)),
        scratch_(path),
        overviews_(view, layout, [this](const LevelTile& at, const RawBlock& cells) {
          abort_.check();
          piece(at) = scratch_.append(deflated_tile(cells));
        }) {
    for (const RasterLevel& level : levels_) {
      pieces_.emplace_back(layout.bands.size() * level.down() * level.across());
    }
  }

  void make_tiles() {
    const RasterLevel& raster = levels_.front();
    const std::size_t side = square_side(size_of(layout_.type));
    if (raster.width <= side) {
      return make_tiles({{0, layout_.bands.size()}, {0, raster.height}, {0, raster.width}});
    }
    std::size_t extent = side;
    while (extent < std::max(raster.width, raster.height)) extent *= 2;
    for (std::size_t band = 0; band < layout_.bands.size(); ++band) {
      along_z(raster, side, 0, 0, extent, [&](IndexRange rows, IndexRange columns) {
        make_tiles({{band, band + 1}, rows, columns});
      });
    }
  }

  [[nodiscard]] std::string put_together(const Provenance& provenance) const {
    std::vector<TiffImage> images;
    std::uint64_t end = 0;
    for (std::size_t l = 0; l < levels_.size(); ++l) {
      TiffImage image{l == 0 ? raster_tags(view_, layout_, provenance)
                             : image_tags(layout_, levels_[l].width, levels_[l].height),
                      kTileOffsets,
                      kTileByteCounts,
                      std::vector<std::uint64_t>(pieces_[l].size()),
                      {}};
      if (l > 0) image.tags.set_longs(kNewSubfileType, {1});  // a smaller version of the raster
      image.tags.set_longs(kTileWidth, {kTile});
      image.tags.set_longs(kTileLength, {kTile});
      for (const ScratchFile::Piece& piece : pieces_[l]) {
        image.counts.push_back(static_cast<std::uint32_t>(piece.bytes));
        end += piece.bytes + piece.bytes % 2;
      }
      images.push_back(std::move(image));
    }
    // All sizes are known here, and so is whether 32 bits reach.
    const bool big =
        tiff_head(images, false).size() + end > std::numeric_limits<std::uint32_t>::max();
    end = tiff_head(images, big).size();
    OutputFile file(path_);
    for (std::size_t l = levels_.size(); l-- > 0;) {
      for (std::size_t i = 0; i < pieces_[l].size(); ++i) {
        abort_.check();
        images[l].offsets[i] = end;
        scratch_.copy(pieces_[l][i], file, end);
        end += pieces_[l][i].bytes + pieces_[l][i].bytes % 2;  // on a word's boundary
      }
    }
    const std::string head = tiff_head(images, big);
    file.write_at(0, std::as_bytes(std::span(head)));
    return file.close();
  }

 private:
  ScratchFile::Piece& piece(const LevelTile& at) {
    const RasterLevel& level = levels_[at.level];
    return pieces_[at.level].at((at.band * level.down() + at.row) * level.across() + at.column);
  }

  /// @param box bands, rows and columns of the raster, whole tiles
  void make_tiles(const IndexBox& box) {
    ChunkedValues values;
    values.item = size_of(layout_.type);
    values.shuffled = false;
    values.shape = {box[0].size(), box[1].size(), box[2].size()};
    values.chunk_shape = {1, kTile, kTile};
    values.read = [&](const IndexBox& part) {
      IndexBox own;
      for (std::size_t d = 0; d < part.size(); ++d) {
        own.push_back({box[d].begin + part[d].begin, box[d].begin + part[d].end});
      }
      RawBlock block = read_raster(view_, layout_, own, abort_);
      if (levels_.size() > 1) add_overviews(own, block);
      return block;
    };
    encode_chunks(values, abort_,
                  [&](const std::vector<std::size_t>& corner, const StoredChunk& chunk) {
                    piece({0, box[0].begin + corner[0], (box[1].begin + corner[1]) / kTile,
                           (box[2].begin + corner[2]) / kTile}) = scratch_.append(chunk.bytes);
                  });
  }

  void add_overviews(const IndexBox& box, const RawBlock& block) {
    const std::size_t across = (box[2].size() + kTile - 1) / kTile;
    const std::size_t down = (box[1].size() + kTile - 1) / kTile;
    in_parallel(box[0].size() * down * across, [&](std::size_t i) {
      abort_.check();
      const std::size_t band = i / (down * across);
      const std::size_t row = i / across % down * kTile, column = i % across * kTile;
      RawBlock cells = part_of(block, {{band, band + 1},
                                       {row, std::min(row + kTile, box[1].size())},
                                       {column, std::min(column + kTile, box[2].size())}});
      cells.shape.erase(cells.shape.begin());
      overviews_.add(
          {0, box[0].begin + band, (box[1].begin + row) / kTile, (box[2].begin + column) / kTile},
          cells);
    });
  }

  const View& view_;
  const GeotiffLayout& layout_;
  const std::optional<std::string>& path_;
  const AbortToken& abort_;
  std::vector<RasterLevel> levels_;
  ScratchFile scratch_;
  std::vector<std::vector<ScratchFile::Piece>> pieces_;  ///< per level, as tiles are counted
  Overviews overviews_;
};

}  // namespace

std::string write_cog(const View& view, const GeotiffLayout& layout,
                      const std::optional<std::string>& path, const Provenance& provenance,
                      const AbortToken& abort) {
  CogWriter writer(view, layout, path, abort);
  writer.make_tiles();
  return writer.put_together(provenance);
}

std::size_t cog_bytes_held(std::size_t values_bytes) {
  return std::min(values_bytes, 2 * kRowBytes);
}

}  // namespace gyre::coverage
