#include "services/host/surroundings.h"

#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/source/remote/address.h"
#include "services/host/module_loader.h"

namespace gyre::host {

namespace fs = std::filesystem;

std::vector<std::string> module_folders(const std::string& program_folder,
                                        const Configuration& configuration) {
  // Beside the executable in the build tree as in the installed one.
  std::vector<std::string> folders{
      (fs::path(program_folder) / "../lib/gyre/modules").lexically_normal().string()};
#ifdef GYRE_MODULE_FOLDER
  if (!fs::is_directory(folders.front())) {
    folders = {(fs::path(program_folder) / GYRE_MODULE_FOLDER).lexically_normal().string()};
  }
#endif
  folders.insert(folders.end(), configuration.module_paths.begin(),
                 configuration.module_paths.end());
  return folders;
}

std::vector<std::string> missing_around(const Configuration& configuration,
                                        const std::string& program_folder) {
  std::vector<std::string> missing;
  std::error_code error;
  /// Where an item stands, or the option that told it.
  const auto at = [&](const char* key, std::size_t item, const char* option) {
    const std::string of_item = fmt::format("{}[{}]", key, item);
    return configuration.lines.contains(of_item) ? configuration.at(of_item)
                                                 : fmt::format("{}: ", option);
  };
  const auto& roots = configuration.archive.roots;
  for (std::size_t i = 0; i < roots.size(); ++i) {
    if (coverage::remote::is_address(roots[i]) || fs::exists(roots[i], error)) continue;
    missing.push_back(
        fmt::format("{}there is no file or folder {}; create or mount it, or take it out",
                    at("archive.roots", i, "--data"), roots[i]));
  }
  const auto& paths = configuration.module_paths;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (fs::is_directory(paths[i], error)) continue;
    missing.push_back(fmt::format("{}there is no folder {}; create it, or take it out",
                                  at("modules.path", i, "--modules"), paths[i]));
  }
  const std::vector<std::string> folders = module_folders(program_folder, configuration);
  for (std::size_t i = 0; i < configuration.services.size(); ++i) {
    const std::string& service = configuration.services[i];
    if (has_module(folders, service)) continue;
    missing.push_back(
        fmt::format("{}there is no service {} (no {}.so in {}); correct its name, or take it out",
                    at("services", i, "services"), service, service, fmt::join(folders, ", ")));
  }
  return missing;
}

void check_surroundings(const Configuration& configuration, const std::string& program_folder) {
  const auto missing = missing_around(configuration, program_folder);
  if (!missing.empty()) throw ConfigError(missing.front());
}

}  // namespace gyre::host
