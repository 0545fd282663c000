#include "coverage/source/gdal_module.h"

#include <string_view>

#include <dlfcn.h>
#include <fmt/format.h>

#include "coverage/base/build_files.h"
#include "gyre/abi.h"

namespace gyre::coverage {
namespace {

const GdalModule& open_module() {
  const auto cannot = [](const std::string& why) {
    return NoGdalModule(
        fmt::format("the module for GRIB and GeoTIFF, {}, cannot be used: {}. Install Gyre whole, "
                    "with the libraries it names, and start it again",
                    build_file_path(BuildFile::GdalModule), why));
  };
  void* const handle = ::dlopen(openable(BuildFile::GdalModule).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const why = ::dlerror();
    throw cannot(why == nullptr ? "no reason given" : why);
  }
  using Entry = const GdalModule* (*)();
  const auto entry = reinterpret_cast<Entry>(::dlsym(handle, "gyre_gdal_module"));
  if (entry == nullptr) throw cannot("it has no gyre_gdal_module");
  const GdalModule& module = *entry();
  if (std::string_view(module.abi) != GYRE_PLUGIN_ABI) {
    throw cannot(fmt::format("it is of another build ({}, not {})", module.abi, GYRE_PLUGIN_ABI));
  }
  return module;
}

}  // namespace

const GdalModule& gdal_module() {
  static const GdalModule& module = open_module();
  return module;
}

}  // namespace gyre::coverage
