#include "coverage/source/gdal/crs_keys.h"
#include "coverage/source/gdal/geotiff_source.h"
#include "coverage/source/gdal/grib_source.h"
#include "coverage/source/gdal_module.h"
#include "gyre/abi.h"

namespace {

using namespace gyre::coverage;

template <class Kind>
std::shared_ptr<const Source> open(const std::string& path) {
  return std::make_shared<const Kind>(path);
}

}  // namespace

extern "C" GYRE_API const GdalModule* gyre_gdal_module() {
  static constexpr GdalModule kModule{GYRE_PLUGIN_ABI, open<GribSource>, open<GeotiffSource>,
                                      crs_keys};
  return &kModule;
}
