#pragma once

#include <memory>
#include <string>

#include "coverage/base/error.h"
#include "coverage/model/crs.h"
#include "coverage/source/gdal/crs_keys.h"
#include "coverage/source/source.h"

namespace gyre::coverage {

/// What GDAL does for us. It comes with a hundred libraries, whose linking takes longer than all
/// else that a start does, and few requests want it: so it is a module, opened when it is wanted.
struct GdalModule {
  const char* abi;  ///< GYRE_PLUGIN_ABI of the headers it was compiled with
  std::shared_ptr<const Source> (*open_grib)(const std::string& path);
  std::shared_ptr<const Source> (*open_geotiff)(const std::string& path);
  CrsKeys (*crs_keys)(const Crs& crs);
};

/// The module is not there, or of another build: that says nothing of the file that is asked for.
class NoGdalModule : public Error {
 public:
  explicit NoGdalModule(const std::string& why) : Error(ErrorKind::Internal, "", why) {}
};

/// Opened by the first call, and never closed. Thread-safe. @throws NoGdalModule
[[nodiscard]] const GdalModule& gdal_module();

}  // namespace gyre::coverage
