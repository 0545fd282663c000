#pragma once

#include <string>

#include "coverage/source/netcdf_lock.h"

namespace gyre::coverage {

/// The bytes of an HDF5 file that is open in memory, as if it were closed; empty: HDF5 refuses.
/// @pre the netCDF lock is held
[[nodiscard]] std::string hdf5_image(hid_t file);

/// The file of that name that this process has open, whoever opened it; invalid: none.
/// @pre the netCDF lock is held
[[nodiscard]] hid_t open_hdf5_file(const std::string& name);

}  // namespace gyre::coverage
