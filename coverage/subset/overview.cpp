#include "coverage/subset/overview.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "coverage/base/fingerprint.h"
#include "coverage/base/work.h"
#include "coverage/source/source.h"
#include "coverage/subset/cell_finder.h"
#include "coverage/subset/sample_bits.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kTile = 256;  ///< blocks of a tile's side
constexpr std::size_t kSlabBytes = 4u << 20;
constexpr std::int32_t kNone = CellFinder::kNone;

std::size_t blocks_in(std::size_t cells, std::size_t of) { return (cells + of - 1) / of; }

/// One plane of a field, coarser, in tiles.
class Overview {
 public:
  Overview(const View& view, std::size_t field, const Reduction& reduction, DecodedChunks* kept,
           const AbortToken& abort)
      : view_(view),
        field_(field),
        by_(reduction),
        kept_(kept),
        abort_(abort),
        x_axis_(view.coverage().domain_set.x()),
        y_axis_(view.coverage().domain_set.y()),
        columns_(view.query().axes[x_axis_].size()),
        rows_(view.query().axes[y_axis_].size()) {
    std::string told = view.field(field).name;
    const auto add = [&](std::uint64_t number) {
      told.append(reinterpret_cast<const char*>(&number), sizeof(number));
    };
    add(view.dataset().source->serial());
    add(by_.x);
    add(by_.y);
    for (std::size_t a = 0; a < view.query().axes.size(); ++a) {
      if (a != x_axis_ && a != y_axis_) add(view.query().axes[a].runs.front().range.begin);
    }
    const Fingerprint hash = fingerprint_of(told);
    plane_ = {hash.high, hash.low, 0, 0};
  }

  [[nodiscard]] std::size_t tiles_across() const {
    return blocks_in(blocks_in(columns_, by_.x), kTile);
  }
  [[nodiscard]] std::size_t tiles_down() const { return blocks_in(blocks_in(rows_, by_.y), kTile); }
  /// Blocks from one row of a tile to the next.
  [[nodiscard]] std::size_t width_of(std::size_t across) const {
    return std::min(kTile, blocks_in(columns_, by_.x) - across * kTile);
  }

  /// Null: it is not kept.
  [[nodiscard]] DecodedChunks::Plane kept_tile(std::size_t across, std::size_t down) const {
    if (kept_ == nullptr) return nullptr;
    const std::vector<DecodedChunks::Plane> found = kept_->find(key_of(across, down), {0});
    return found.empty() ? nullptr : found.front();
  }
  [[nodiscard]] DecodedChunks::Plane tile(std::size_t across, std::size_t down) const {
    if (kept_ == nullptr) return std::make_shared<const Bytes>(make(across, down));
    const auto decode = [&]() -> PlaneMaker {
      const auto made = std::make_shared<Bytes>(make(across, down));
      return [made](std::size_t) { return std::move(*made); };
    };
    return kept_->get(key_of(across, down), 1, {0}, decode).front();
  }
  /// The block that a cell is in. Shape: 1 x 1.
  [[nodiscard]] RawBlock block_of(std::size_t x, std::size_t y) const {
    const std::size_t column = x / by_.x, row = y / by_.y;
    const DecodedChunks::Plane tile = kept_tile(column / kTile, row / kTile);
    if (tile == nullptr) {
      const IndexRange xs{column * by_.x, std::min(columns_, (column + 1) * by_.x)};
      const IndexRange ys{row * by_.y, std::min(rows_, (row + 1) * by_.y)};
      return reduced(view_.field(field_), cells_of(xs, ys), by_);
    }
    const ElementType type = view_.field(field_).storage;
    const std::size_t place = row % kTile * width_of(column / kTile) + column % kTile;
    const auto* const at = tile->data() + place * size_of(type);
    RawBlock block{type, {1, 1}, {}};
    block.bytes.assign(at, at + size_of(type));
    return block;
  }

 private:
  [[nodiscard]] ChunkKey key_of(std::size_t across, std::size_t down) const {
    ChunkKey key = plane_;
    key.number = down << 32U | across;
    if (view_.dataset().may_change_unseen()) {
      const auto state = view_.state_of(field_, box_of(columns_of(across), rows_of(down)));
      if (state) {
        key.high ^= state->high;
        key.low ^= state->low;
      }
    }
    return key;
  }
  [[nodiscard]] IndexRange columns_of(std::size_t across) const {
    return {across * kTile * by_.x, std::min(columns_, (across + 1) * kTile * by_.x)};
  }
  [[nodiscard]] IndexRange rows_of(std::size_t down) const {
    return {down * kTile * by_.y, std::min(rows_, (down + 1) * kTile * by_.y)};
  }
  [[nodiscard]] IndexBox box_of(IndexRange xs, IndexRange ys) const {
    IndexBox box(view_.query().axes.size(), IndexRange{0, 1});
    box[x_axis_] = xs;
    box[y_axis_] = ys;
    return box;
  }
  /// Slab by slab; each ends where a block ends, where a chunk does if there is one near.
  [[nodiscard]] Bytes make(std::size_t across, std::size_t down) const {
    const IndexRange xs = columns_of(across), ys = rows_of(down);
    const std::size_t item = size_of(view_.field(field_).storage);
    Bytes made;
    made.resize(blocks_in(xs.size(), by_.x) * blocks_in(ys.size(), by_.y) * item);
    const std::size_t blocks = std::max<std::size_t>(1, kSlabBytes / (xs.size() * by_.y * item));
    std::byte* to = made.data();
    for (std::size_t begin = ys.begin; begin < ys.end; begin += blocks * by_.y) {
      abort_.check();
      const IndexRange slab{begin, std::min(ys.end, begin + blocks * by_.y)};
      const RawBlock part = reduced(view_.field(field_), cells_of(xs, slab), by_);
      to = std::copy(part.bytes.begin(), part.bytes.end(), to);
    }
    return made;
  }

  /// Shape: rows x columns.
  [[nodiscard]] RawBlock cells_of(IndexRange xs, IndexRange ys) const {
    RawBlock block = view_.read(field_, box_of(xs, ys), abort_);
    if (x_axis_ < y_axis_) {
      RawBlock turned{block.type, {}, Bytes(block.bytes.size())};
      with_bits(block.type, [&](auto zero) {
        using Bits = decltype(zero);
        const auto from = block.as<Bits>();
        auto to = turned.as<Bits>();
        for (std::size_t x = 0; x < xs.size(); ++x) {
          for (std::size_t y = 0; y < ys.size(); ++y) {
            to[y * xs.size() + x] = from[x * ys.size() + y];
          }
        }
      });
      block = std::move(turned);
    }
    block.shape = {ys.size(), xs.size()};
    return block;
  }

  const View& view_;
  std::size_t field_;
  Reduction by_;
  DecodedChunks* kept_;
  const AbortToken& abort_;
  std::size_t x_axis_, y_axis_, columns_, rows_;
  ChunkKey plane_;
};

/// Which tiles a picture meets.
std::vector<std::vector<bool>> tiles_met(const PixelMap& map, const Overview& overview,
                                         std::size_t tile_columns, std::size_t tile_rows) {
  std::vector<std::vector<bool>> met(overview.tiles_down(),
                                     std::vector<bool>(overview.tiles_across(), false));
  if (map.separable()) {
    std::vector<bool> across(overview.tiles_across(), false);
    for (const std::int32_t x : map.x_of_row(0)) {
      if (x != kNone) across[static_cast<std::size_t>(x) / tile_columns] = true;
    }
    for (std::size_t row = 0; row < map.height(); ++row) {
      const std::int32_t y = map.y_of_row(row).front();
      if (y != kNone) met[static_cast<std::size_t>(y) / tile_rows] = across;
    }
    return met;
  }
  for (std::size_t row = 0; row < map.height(); ++row) {
    const auto xs = map.x_of_row(row), ys = map.y_of_row(row);
    std::size_t last_across = met.front().size(), last_down = met.size();
    for (std::size_t i = 0; i < xs.size(); ++i) {
      const std::int32_t x = xs[i], y = ys[i];
      if (x == kNone || y == kNone) continue;
      const std::size_t across = static_cast<std::size_t>(x) / tile_columns;
      const std::size_t down = static_cast<std::size_t>(y) / tile_rows;
      if (across == last_across && down == last_down) continue;
      met[down][across] = true;
      last_across = across;
      last_down = down;
    }
  }
  return met;
}

/// Of a row of tiles, those that a picture meets; null: it does not.
using TileRow = std::vector<DecodedChunks::Plane>;

/// Where the pixels of a row of a separable picture find their blocks: runs of pixels in one tile.
struct TileRun {
  std::size_t across = 0, first = 0;     ///< the tile; the first pixel
  std::vector<std::uint32_t> in_tile{};  ///< of each pixel: the block's column in the tile
};

std::vector<TileRun> runs_of(std::span<const std::int32_t> xs, std::uint32_t cells) {
  std::vector<TileRun> runs;
  bool joined = false;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (xs[i] == kNone) {
      joined = false;
      continue;
    }
    const std::size_t block = static_cast<std::uint32_t>(xs[i]) / cells;
    if (!joined || runs.back().across != block / kTile) runs.push_back({block / kTile, i});
    runs.back().in_tile.push_back(static_cast<std::uint32_t>(block % kTile));
    joined = true;
  }
  return runs;
}

/// What a row of tiles gives to a picture. @param down which row of tiles
class TilePicker {
 public:
  TilePicker(const PixelMap& map, const Overview& overview, const Reduction& by)
      : map_(map),
        overview_(overview),
        x_cells_(static_cast<std::uint32_t>(by.x)),
        y_cells_(static_cast<std::uint32_t>(by.y)) {
    if (map.separable()) runs_ = runs_of(map.x_of_row(0), x_cells_);
  }

  template <typename Bits>
  void pick(const TileRow& tiles, std::size_t down, Bits* to) const {
    for (std::size_t row = 0; row < map_.height(); ++row, to += map_.width()) {
      if (map_.separable()) {
        pick_row(tiles, down, row, to);
      } else {
        pick_each(tiles, down, row, to);
      }
    }
  }

 private:
  template <typename Bits>
  void pick_row(const TileRow& tiles, std::size_t down, std::size_t row, Bits* to) const {
    const std::int32_t y = map_.y_of_row(row).front();
    const std::int32_t above = row > 0 ? map_.y_of_row(row - 1).front() : kNone;
    const std::size_t block = static_cast<std::uint32_t>(y) / y_cells_;
    if (y == kNone || block / kTile != down) return;
    if (above != kNone && static_cast<std::uint32_t>(above) / y_cells_ == block) {
      std::copy_n(to - map_.width(), map_.width(), to);
      return;
    }
    for (const TileRun& run : runs_) {
      const Bits* const from = reinterpret_cast<const Bits*>(tiles[run.across]->data()) +
                               block % kTile * overview_.width_of(run.across);
      Bits* pixel = to + run.first;
      for (const std::uint32_t column : run.in_tile) *pixel++ = from[column];
    }
  }
  template <typename Bits>
  void pick_each(const TileRow& tiles, std::size_t down, std::size_t row, Bits* to) const {
    const auto xs = map_.x_of_row(row), ys = map_.y_of_row(row);
    for (std::size_t i = 0; i < xs.size(); ++i) {
      if (xs[i] == kNone || ys[i] == kNone) continue;
      const std::size_t x = static_cast<std::uint32_t>(xs[i]) / x_cells_;
      const std::size_t y = static_cast<std::uint32_t>(ys[i]) / y_cells_;
      if (y / kTile != down) continue;
      const std::size_t across = x / kTile;
      to[i] = reinterpret_cast<const Bits*>(
          tiles[across]->data())[y % kTile * overview_.width_of(across) + x % kTile];
    }
  }

  const PixelMap& map_;
  const Overview& overview_;
  std::uint32_t x_cells_, y_cells_;  ///< of a block; divided by in 32 bits, which is quick
  std::vector<TileRun> runs_;        ///< of a separable picture
};

}  // namespace

RawBlock gather_reduced(const View& view, std::size_t field, const PixelMap& map,
                        const Reduction& reduction, DecodedChunks* kept, const AbortToken& abort) {
  RawBlock picked{view.field(field).storage, {map.height(), map.width()}, {}};
  picked.bytes.resize(map.height() * map.width() * size_of(picked.type));
  const Overview overview(view, field, reduction, kept, abort);
  const TilePicker picker(map, overview, reduction);
  const auto met = tiles_met(map, overview, kTile * reduction.x, kTile * reduction.y);
  // A row of tiles at a time, so that however large the picture is, few are held.
  for (std::size_t down = 0; down < met.size(); ++down) {
    std::vector<std::size_t> missing;
    if (std::find(met[down].begin(), met[down].end(), true) == met[down].end()) continue;
    TileRow tiles(met[down].size());
    for (std::size_t across = 0; across < tiles.size(); ++across) {
      if (!met[down][across]) continue;
      tiles[across] = overview.kept_tile(across, down);
      if (tiles[across] == nullptr) missing.push_back(across);
    }
    in_parallel(missing.size(),
                [&](std::size_t i) { tiles[missing[i]] = overview.tile(missing[i], down); });
    with_bits(picked.type, [&](auto zero) {
      using Bits = decltype(zero);
      picker.pick(tiles, down, picked.as<Bits>().data());
    });
  }
  return picked;
}

RawBlock block_of_cell(const View& view, std::size_t field, std::size_t x, std::size_t y,
                       const Reduction& reduction, DecodedChunks* kept, const AbortToken& abort) {
  return Overview(view, field, reduction, kept, abort).block_of(x, y);
}

}  // namespace gyre::coverage
