#include "coverage/source/netcdf_lock.h"

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace gyre::coverage {
namespace {

/// HDF5 locks every file it opens: whoever writes the data could not replace one in place while we
/// have it open, and some network file systems refuse locks altogether. It reads this variable
/// when it starts; set while the library is loaded, when no thread can be reading the environment.
/// An operator's own setting stays. That a file changed under a read is noticed by file_identity.
[[gnu::constructor]] void let_others_write() { ::setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0); }

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

std::string name_in_memory() {
  static std::atomic<std::uint64_t> count = 0;
  return "in memory " + std::to_string(++count);
}

NetcdfLock::NetcdfLock() : lock_(netcdf_mutex()) { silence_hdf5_on_this_thread(); }

}  // namespace gyre::coverage
