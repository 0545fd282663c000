#pragma once

#include <memory>

#include "gyre/abi.h"
#include "services/ows/service.h"

namespace gyre {

/// What a service module exports: `extern "C" const gyre::PluginV1* gyre_plugin()`.
/// `abi` is checked before anything else is touched; a mismatch is refused by name.
struct PluginV1 {
  const char* abi;   ///< GYRE_PLUGIN_ABI of the headers the module was compiled with
  const char* name;  ///< "wcs"
  std::unique_ptr<ows::Service> (*make)();
};

}  // namespace gyre

/// Declares a module's entry point. `GYRE_PLUGIN_ABI` comes from the generated header: version,
/// compiler ABI and a hash of the public headers.
#define GYRE_PLUGIN(plugin_name, ServiceType)                                                     \
  extern "C" __attribute__((visibility("default"))) const gyre::PluginV1* gyre_plugin() {         \
    static constexpr gyre::PluginV1 kPlugin{                                                      \
        GYRE_PLUGIN_ABI, plugin_name,                                                             \
        []() -> std::unique_ptr<gyre::ows::Service> { return std::make_unique<ServiceType>(); }}; \
    return &kPlugin;                                                                              \
  }
