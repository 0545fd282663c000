#pragma once

#include <map>
#include <string>

#include "coverage/index/variable_layout.h"
#include "coverage/model/holding_schema.h"

namespace gyre::coverage {

/// Where the variables of numbers of an HDF5 file lie, by name; those that only the library can
/// read (other filters, types or files of their own) are left out. Takes O(log n) a chunk.
[[nodiscard]] std::map<std::string, VariableLayout> hdf5_layouts(const std::string& path,
                                                                 const HoldingSchema& schema);

}  // namespace gyre::coverage
