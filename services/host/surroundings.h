#pragma once

#include <string>
#include <vector>

#include "services/host/configuration.h"

namespace gyre::host {

/// Where modules are: the installed ones beside the program, and those of the configuration.
[[nodiscard]] std::vector<std::string> module_folders(const std::string& program_folder,
                                                      const Configuration& configuration);

/// What a configuration names must be there: data roots, folders of modules, services.
/// @returns what is not, each by file and line and with what to do; empty: all is
[[nodiscard]] std::vector<std::string> missing_around(const Configuration& configuration,
                                                      const std::string& program_folder);

/// @throws ConfigError with the first of them
void check_surroundings(const Configuration& configuration, const std::string& program_folder);

}  // namespace gyre::host
