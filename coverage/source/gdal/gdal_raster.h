#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gdal.h>

#include "coverage/model/holding_schema.h"
#include "coverage/source/gdal/kept_variables.h"

namespace gyre::coverage {

/// A raster that GDAL has open. One thread at a time.
class GdalRaster {
 public:
  /// @param driver the only one that is tried: "GRIB", "GTiff"
  /// @throws Error{MalformedHolding}
  GdalRaster(const std::string& path, const char* driver);
  /// Of a file that is in memory. @throws Error{MalformedHolding}
  [[nodiscard]] static GdalRaster in_memory(std::string bytes, const char* driver);
  GdalRaster(GdalRaster&&) = default;

  [[nodiscard]] std::size_t columns() const;
  [[nodiscard]] std::size_t rows() const;
  [[nodiscard]] int bands() const;
  [[nodiscard]] GDALRasterBandH band(int number) const;  ///< from 1
  [[nodiscard]] GDALDatasetH handle() const { return dataset_.get(); }
  /// Metadata of the raster (0) or a band; empty: it has none such.
  [[nodiscard]] std::string metadata(int band, const char* key, const char* domain = "") const;
  /// What follows `prefix` in the keys of the metadata of the raster (0) or a band.
  [[nodiscard]] std::vector<std::string> keys_with(int band, const std::string& prefix) const;
  /// 0 where the mask of a band says that nothing is known. @throws Error{MalformedHolding}
  void read_mask(int band, std::size_t row, std::size_t column, std::size_t rows,
                 std::size_t columns, std::uint8_t* into) const;
  /// The value that stands for a missing one.
  [[nodiscard]] std::optional<double> nodata(int band) const;
  /// Of a spherical earth, in metres; 0: it is none, or not told.
  [[nodiscard]] double earth_radius() const;
  /// Reads a window as values of `type`. @throws Error{MalformedHolding}
  void read(int band, std::size_t row, std::size_t column, std::size_t rows, std::size_t columns,
            GDALDataType type, void* into) const;

 private:
  void read_window(GDALRasterBandH from, std::size_t row, std::size_t column, std::size_t rows,
                   std::size_t columns, GDALDataType type, void* into) const;
  /// A file of GDAL's own file system, as long as this lives.
  struct MemoryFile;
  std::shared_ptr<const MemoryFile> memory_;  ///< outlives the dataset
  struct Close {
    void operator()(void* dataset) const;
  };
  std::unique_ptr<void, Close> dataset_;
};

/// What GDAL says is the place of a raster's cells.
struct RasterPlace {
  std::array<double, 6> transform{};  ///< x = t0 + column t1 + row t2; y = t3 + column t4 + row t5
  std::string wkt;                    ///< of its CRS; empty: not told
  bool geographic = false;
  std::string linear_unit = "m";  ///< udunits
  /// @throws Error{MalformedHolding} when it has no place, or one that axes cannot tell
  static RasterPlace of(const GdalRaster& raster);
};

/// Dimensions and coordinates of a raster, as CF has them, by the names they got.
struct RasterAxes {
  std::string y, x;
  std::string grid_mapping;  ///< may be empty
  std::string coordinates;   ///< two-dimensional ones; mostly empty

  /// What a variable on the raster says of its place.
  void tell(Attributes& attributes, std::string more_coordinates) const;
};

/// Adds them, with `suffix` to their names ("" for the first grid of a holding).
/// @param latitudes of rows, where they are not evenly spaced; empty: they are
/// @param mapping attributes of the grid mapping instead of the CRS; empty: the CRS
[[nodiscard]] RasterAxes add_axes(HoldingSchema& schema, KeptVariables& kept,
                                  const RasterPlace& place, std::size_t rows, std::size_t columns,
                                  const std::string& suffix,
                                  const std::vector<double>& latitudes = {},
                                  const Attributes& mapping = {});

}  // namespace gyre::coverage
