#pragma once

#include <map>
#include <string>
#include <vector>

#include "coverage/index/variable_layout.h"
#include "coverage/model/holding_schema.h"
#include "coverage/source/netcdf/hdf5_foreign.h"

namespace gyre::coverage {

/// What HDF5 says of a file beyond its schema.
struct Hdf5Storage {
  /// Where the variables of numbers lie, by name; those that only the library can read (other
  /// filters, types or files of their own) are left out.
  std::map<std::string, VariableLayout> layouts;
  /// What neither a layout nor the library gives: filters that it does not have, and types that
  /// netCDF-C passes over in silence.
  std::vector<LeftOut> left_out;
};

/// Takes O(log n) a chunk where their index is a B-tree of version 1, O(n) elsewhere.
[[nodiscard]] Hdf5Storage hdf5_storage(const std::string& path, const HoldingSchema& schema);

}  // namespace gyre::coverage
