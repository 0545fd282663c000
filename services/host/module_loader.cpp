#include "services/host/module_loader.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/base/log.h"
#include "services/ows/plugin.h"

namespace gyre::host {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> modules_in(const std::vector<std::string>& folders) {
  std::vector<fs::path> modules;
  for (const std::string& folder : folders) {
    std::error_code error;
    std::vector<fs::path> here;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      if (entry.path().extension() == ".so") here.push_back(entry.path());
    }
    if (error) {
      throw std::runtime_error(
          fmt::format("modules: the folder {} cannot be read: {}", folder, error.message()));
    }
    std::sort(here.begin(), here.end());
    modules.insert(modules.end(), here.begin(), here.end());
  }
  return modules;
}

/// Never closed: caches, threads and vtables of a module may outlive any point where that would be
/// safe.
const PluginV1& open_module(const fs::path& path) {
  void* const handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const why = ::dlerror();
    throw std::runtime_error(fmt::format("module {} cannot be loaded: {}", path.string(),
                                         why == nullptr ? "no reason given" : why));
  }
  using Entry = const PluginV1* (*)();
  const auto entry = reinterpret_cast<Entry>(::dlsym(handle, "gyre_plugin"));
  const PluginV1* const plugin = entry == nullptr ? nullptr : entry();
  if (plugin == nullptr || plugin->abi == nullptr) {
    throw std::runtime_error(
        fmt::format("module {} has no gyre_plugin: it is no module of Gyre", path.string()));
  }
  if (std::string_view(plugin->abi) != GYRE_PLUGIN_ABI) {
    throw std::runtime_error(
        fmt::format("module {} was built against other headers of Gyre; build it again.\n"
                    "  module: {}\n  server: {}",
                    path.string(), plugin->abi, GYRE_PLUGIN_ABI));
  }
  return *plugin;
}

bool is_wanted(const std::vector<std::string>& wanted, std::string_view name) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

/// A module is named after its service, so those that are not wanted need not be opened.
bool may_be_wanted(const std::vector<std::string>& wanted, const fs::path& path) {
  return is_wanted(wanted, path.stem().string());
}

}  // namespace

bool has_module(const std::vector<std::string>& folders, const std::string& service) {
  return std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) {
    std::error_code error;
    return fs::is_regular_file(fs::path(folder) / (service + ".so"), error);
  });
}

std::vector<LoadedService> load_services(const std::vector<std::string>& folders,
                                         const std::vector<std::string>& wanted) {
  std::vector<LoadedService> loaded;
  for (const fs::path& path : modules_in(folders)) {
    if (!may_be_wanted(wanted, path)) continue;
    const PluginV1& plugin = open_module(path);
    if (!is_wanted(wanted, plugin.name)) continue;
    const auto twin = std::find_if(loaded.begin(), loaded.end(),
                                   [&](const auto& one) { return one.name == plugin.name; });
    if (twin != loaded.end()) {
      throw std::runtime_error(fmt::format("modules {} and {} both offer the service {}",
                                           twin->module_path, path.string(), plugin.name));
    }
    loaded.push_back({plugin.name, path.string(), plugin.make()});
  }
  const auto place = [&](const LoadedService& one) -> std::size_t {
    if (wanted.empty()) return one.name == "home" ? 0 : 1;
    return static_cast<std::size_t>(std::find(wanted.begin(), wanted.end(), one.name) -
                                    wanted.begin());
  };
  std::stable_sort(loaded.begin(), loaded.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
  for (const std::string& name : wanted) {
    if (std::none_of(loaded.begin(), loaded.end(),
                     [&](const auto& one) { return one.name == name; })) {
      throw std::runtime_error(
          fmt::format("services: no module {}.so in {}", name, fmt::join(folders, ", ")));
    }
  }
  return loaded;
}

}  // namespace gyre::host
