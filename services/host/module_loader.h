#pragma once

#include <memory>
#include <string>
#include <vector>

#include "services/ows/service.h"

namespace gyre::host {

/// A service and the module it came from.
struct LoadedService {
  std::string name;
  std::string module_path;
  std::shared_ptr<const ows::Service> service;
};

/// Is there a module of this name (<service>.so) in one of the folders? Opens none.
[[nodiscard]] bool has_module(const std::vector<std::string>& folders, const std::string& service);

/// Loads the modules (*.so) of `folders` and makes their services.
/// @param wanted which, in this order; empty: all there are, home first, then by name
/// @throws std::runtime_error naming the module that cannot be loaded or was built against other
/// headers, and a wanted service that no module offers
[[nodiscard]] std::vector<LoadedService> load_services(const std::vector<std::string>& folders,
                                                       const std::vector<std::string>& wanted);

}  // namespace gyre::host
