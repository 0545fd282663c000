#include "coverage/source/netcdf_lock.h"

#include <hdf5.h>

namespace gyre::coverage {
namespace {

/// HDF5 keeps an error stack a thread and prints it to stderr unless told otherwise on each.
void silence_hdf5_on_this_thread() {
  thread_local const bool silent = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
  static_cast<void>(silent);
}

}  // namespace

std::recursive_mutex& netcdf_mutex() {
  // Never destroyed: handles may be closed by static destructors.
  static auto* const mutex = new std::recursive_mutex;
  return *mutex;
}

NetcdfLock::NetcdfLock() : lock_(netcdf_mutex()) { silence_hdf5_on_this_thread(); }

}  // namespace gyre::coverage
