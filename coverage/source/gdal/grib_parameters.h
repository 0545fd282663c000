#pragma once

#include <string>

#include "coverage/source/gdal/grib_field.h"

namespace gyre::coverage {

/// What CF calls a parameter.
struct GribMeaning {
  const char* name;           ///< of the variable: the usual short name
  const char* standard_name;  ///< of CF; may be empty
  const char* units;
  const char* long_name;
  /// Of a component of a vector that is along the grid's x or y rather than east or north; empty:
  /// it is none.
  const char* along_grid = "";
};

/// Null: it is not one of the common ones.
[[nodiscard]] const GribMeaning* meaning_of(const GribParameter& parameter);

/// The parameter of GRIB 1 by the WMO's table, NCEP's or ECMWF's, as GRIB 2 has it where it means
/// the same in the same units; else as it is.
[[nodiscard]] GribParameter parameter_of_grib1(int table, int centre, int number);

/// "height_above_ground" for code table 4.5; "level_200" for what has no name here. Empty: the
/// surface, which goes without saying.
[[nodiscard]] std::string name_of_level(const GribLevel& level);

/// The vertical axis that levels of a type are positions on.
struct GribVertical {
  const char* name;
  const char* standard_name;
  const char* units;
  const char* positive;
};
/// Null: levels of this type have no positions.
[[nodiscard]] const GribVertical* vertical_of(const GribLevel& level);

/// "sum" for code table 4.10; empty: not known.
[[nodiscard]] std::string name_of_statistics(int statistics);

}  // namespace gyre::coverage
