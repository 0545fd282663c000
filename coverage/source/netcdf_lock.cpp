#include "coverage/source/netcdf_lock.h"

namespace gyre::coverage {

std::recursive_mutex& netcdf_mutex() {
  // Never destroyed: handles may be closed by static destructors.
  static auto* const mutex = new std::recursive_mutex;
  return *mutex;
}

}  // namespace gyre::coverage
