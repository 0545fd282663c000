#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "coverage/encode/geotiff_layout.h"
#include "coverage/model/raw_block.h"
#include "coverage/subset/view.h"

namespace gyre::coverage {

constexpr std::size_t kOverviewTile = 512;  ///< cells a side

/// A raster, or one of its overviews: how large it is, in cells and in tiles.
struct RasterLevel {
  std::size_t width = 0, height = 0;
  [[nodiscard]] std::size_t across() const { return (width + kOverviewTile - 1) / kOverviewTile; }
  [[nodiscard]] std::size_t down() const { return (height + kOverviewTile - 1) / kOverviewTile; }
};

/// The raster first, then overviews of half the size each, until one fits into one tile.
[[nodiscard]] std::vector<RasterLevel> raster_levels(std::size_t width, std::size_t height);

/// A tile of one band at one level.
struct LevelTile {
  std::size_t level = 0, band = 0, row = 0, column = 0;
  auto operator<=>(const LevelTile&) const = default;
};

/// Overviews of a raster, made while its tiles come by: blocks of two by two cells count as one, as
/// maps count them (reduced()): numbers by their mean, flags and directions by the most frequent,
/// and nodata only where there is nothing else. Memory: of each level the tiles begun; where tiles
/// come row by row, at most as many of all levels together as lie in a row or two of the raster.
class Overviews {
 public:
  /// @param put gets each finished tile (rows x columns, ending at the raster's edges), on the
  /// thread that added the last part of it; thread-safe
  Overviews(const View& view, const GeotiffLayout& layout,
            std::function<void(const LevelTile& at, const RawBlock& cells)> put);

  /// Each tile of the raster (level 0) once, in any order. Thread-safe.
  void add(const LevelTile& at, const RawBlock& cells);

 private:
  struct Begun {
    RawBlock cells;
    std::size_t wanted = 0;  ///< tiles of the level below
  };
  [[nodiscard]] Begun begin(const LevelTile& at) const;
  [[nodiscard]] RawBlock halved(const RawBlock& cells, std::size_t band) const;

  const GeotiffLayout& layout_;
  std::vector<RasterLevel> levels_;
  std::vector<Field> rules_;  ///< per field of the view: how cells of the raster are reduced
  std::function<void(const LevelTile& at, const RawBlock& cells)> put_;
  std::mutex mutex_;
  std::map<LevelTile, Begun> begun_;
};

}  // namespace gyre::coverage
