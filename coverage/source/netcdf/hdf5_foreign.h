#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "coverage/model/holding_schema.h"
#include "coverage/source/netcdf_lock.h"

namespace gyre::coverage {

/// A variable that nobody here can read, and why: a phrase about it.
struct LeftOut {
  std::string variable, why;
};

/// netCDF-4 calls the dataset of a variable so before its own name when that is the name of a
/// dimension that it is no coordinate of.
inline constexpr std::string_view kNoCoordinatePrefix = "_nc4_non_coord_";

/// Adds the gridded datasets of an open file that its schema has not, since netCDF-C passes in
/// silence over types that it does not know.
void note_foreign(hid_t file, const HoldingSchema& schema, std::vector<LeftOut>& left_out);

}  // namespace gyre::coverage
