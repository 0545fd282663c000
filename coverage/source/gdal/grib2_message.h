#pragma once

#include <string>

#include "coverage/source/gdal/grib_field.h"

namespace gyre::coverage {

/// The sections that hold for a field of GRIB 2.
struct Grib2Sections {
  int discipline = 255;
  std::string identification, grid, product;                  ///< sections 1, 3 and 4
  std::uint64_t packing_at = 0, data_at = 0, data_bytes = 0;  ///< section 5; the packed values
  std::string packing;                                        ///< the begin of section 5
  std::uint64_t bitmap_at = 0, bitmap_bytes = 0;              ///< the last one of the message
  bool has_bitmap = false;                                    ///< it holds for the field
  bool known_bitmap = true;  ///< false: it is one by a number, of the centre's own
};

/// Source: WMO No. 306, Manual on Codes, volume I.2, FM 92 GRIB edition 2.
/// @returns why the field is left out; empty: it is not. @throws Error{MalformedHolding}
[[nodiscard]] std::string read_grib2(const Grib2Sections& sections, GribField& field,
                                     GribGrid& grid);

}  // namespace gyre::coverage
