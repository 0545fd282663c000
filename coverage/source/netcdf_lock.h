#pragma once

#include <mutex>
#include <string>

#include <hdf5.h>
#include <netcdf.h>

#include "coverage/base/export.h"

namespace gyre::coverage {

/// The one lock around netCDF-C, HDF5 and GDAL's drivers on top of them. They share state and are
/// not thread-safe: every call that can reach them, close and destructors included, is made while
/// it is held, and nothing is sent to a client meanwhile (DESIGN 5). Recursive, so that a wrapper
/// may hold it across several calls. This is the only file that includes netcdf.h and hdf5.h.
[[nodiscard]] GYRE_API std::recursive_mutex& netcdf_mutex();

/// A name for a file in memory: HDF5 takes two of one name for one file.
[[nodiscard]] GYRE_API std::string name_in_memory();

/// Holds the lock for a scope, and keeps HDF5 from printing its error stack on this thread.
class GYRE_API NetcdfLock {
 public:
  NetcdfLock();

 private:
  std::lock_guard<std::recursive_mutex> lock_;
};

}  // namespace gyre::coverage
