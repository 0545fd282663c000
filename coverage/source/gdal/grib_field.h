#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coverage/index/holding_record.h"

namespace gyre::coverage {

/// What a field is of: WMO discipline, category and number; or, where GRIB 1 has a table of its own
/// for which none are known, discipline 255 with table, centre and number.
struct GribParameter {
  int discipline = 255, category = 255, number = 255;
  int table = 0, centre = 0;  ///< of what is local
  auto operator<=>(const GribParameter&) const = default;
};

/// A level as GRIB 2 tells it (code table 4.5), values in its units.
struct GribLevel {
  int type = 255, second_type = 255;  ///< the second of a layer; 255: none
  double value = 0, second_value = 0;
};

/// The grid of a field, as far as GDAL does not tell it.
struct GribGrid {
  Fingerprint fingerprint;  ///< of what the message says of it
  std::string refusal;      ///< why it is not served; empty: it is
  bool along_grid = false;  ///< components of vectors are along its x and y
  int parallels = 0;        ///< of a Gaussian grid: between a pole and the equator
  double first_latitude = 0, last_latitude = 0;  ///< of a Gaussian grid: degrees
  struct Rotation {
    double south_latitude = 0, south_longitude = 0, angle = 0;  ///< degrees
  };
  std::optional<Rotation> rotation;
  std::size_t columns = 0, rows = 0;
  int scanning = 0;  ///< of GRIB 2: flag table 3.4
};

/// One field of a GRIB file: what its message says of it, and where that lies.
struct GribField {
  std::uint64_t offset = 0, length = 0;  ///< of its message
  int within = 0;                        ///< which field of the message, from 0
  int edition = 2;
  GribParameter parameter;
  GribLevel level;
  std::size_t grid = 0;                       ///< in GribContent::grids
  std::int64_t reference_s = 0, valid_s = 0;  ///< seconds since 1970; the end of an interval
  std::int64_t begin_s = 0;                   ///< of the interval; valid_s of an instant
  int statistics = -1;          ///< code table 4.10: over the interval; -1: an instant
  int member = -1;              ///< perturbation number; -1: none
  std::uint64_t bitmap_at = 0;  ///< of GRIB 2: where in the file; 0: none
  std::uint64_t ccsds_at =
      0;  ///< of GRIB 2 packed by CCSDS 121.0: its section 5; 0: packed otherwise
  std::uint64_t data_at = 0, data_bytes = 0;  ///< of these: the packed values
  std::uint64_t points = 0;                   ///< of these: of the grid
  bool missing_by_value = false;  ///< of GRIB 2: the packing tells what is missing, as GDAL does
  std::string variant;            ///< "spread", "p90" ...: made of an ensemble
};

struct GribContent {
  std::vector<GribField> fields;
  std::vector<GribGrid> grids;
  std::vector<std::string> remarks;  ///< what was left out, and why
  int edition = 2;
};

/// Where the cell of a raster (rows from the north, columns from the west) is among the points of a
/// grid of GRIB 2.
[[nodiscard]] std::size_t point_of(const GribGrid& grid, std::size_t row, std::size_t column);

/// Which points of a field of GRIB 2 have values by its bitmap, in the order of the file; 1: it
/// has. Without a bitmap: all. @throws Error{MalformedHolding}
[[nodiscard]] std::vector<std::uint8_t> bitmap_of(const std::string& path, const GribField& field,
                                                  const GribGrid& grid);

/// The values of a field packed by CCSDS 121.0-B (data representation template 5.42), which GDAL
/// 3.6 does not read: in the order of the file, NaN where its bitmap has none.
/// @pre field.ccsds_at != 0. @throws Error{MalformedHolding}
[[nodiscard]] std::vector<float> ccsds_values(const std::string& path, const GribField& field,
                                              const GribGrid& grid);

/// A message of the same grid and parameter without values, to ask GDAL where the grid lies and
/// what the parameter is called. @pre field.ccsds_at != 0
[[nodiscard]] std::string message_without_values(const std::string& path, const GribField& field);

/// Reads the headers of all messages; no values. Believes no length.
/// @throws Error{MalformedHolding}
[[nodiscard]] GribContent scan_grib(const std::string& path);

}  // namespace gyre::coverage
