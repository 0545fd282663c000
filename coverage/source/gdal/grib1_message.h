#pragma once

#include <string>

#include "coverage/source/gdal/grib_field.h"

namespace gyre::coverage {

/// A field of GRIB 1 by its product and grid definition sections.
/// Source: WMO No. 306, Manual on Codes, volume I.2, FM 92-XII Ext. GRIB.
/// @returns why it is left out; empty: it is not. @throws Error{MalformedHolding}
[[nodiscard]] std::string read_grib1(const std::string& product, const std::string& grid_section,
                                     GribField& field, GribGrid& grid);

}  // namespace gyre::coverage
