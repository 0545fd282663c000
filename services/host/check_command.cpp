#include "services/host/check_command.h"

#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "coverage/base/build_files.h"
#include "coverage/base/log.h"
#include "services/host/archive_set_up.h"
#include "services/host/remote_configuration.h"
#include "services/host/state_directory.h"
#include "services/host/surroundings.h"

namespace gyre::host {
namespace {

/// What the index tells of the data below the roots; null: it knows none.
std::shared_ptr<const coverage::Catalogue> known_data(const Configuration& configuration) {
  try {
    const coverage::ArchiveParts parts =
        archive_parts(configuration, coverage::HoldingIndex::Access::Read);
    return coverage::Archive(archive_settings(configuration), 1, parts).known();
  } catch (const std::exception&) {  // no index yet
    return nullptr;
  }
}

/// Of all that is told of the data, what is the configuration's.
std::vector<std::string> without_meaning(const coverage::Catalogue& catalogue,
                                         const Configuration& configuration) {
  std::vector<std::string> found = catalogue.warnings();
  const std::string file =
      std::filesystem::path(configuration.file).filename().string() + ":";  // gyre.yaml:12: ...
  for (const auto& dataset : catalogue.datasets()) {
    for (const std::string& warning : dataset->warnings) {
      if (warning.starts_with(file)) found.push_back(warning);
    }
  }
  for (const auto& overlay : configuration.datasets) {  // joins that join nothing
    if (!overlay.aggregation) continue;
    for (const coverage::NotServed& one : catalogue.not_served()) {
      if (one.path != overlay.path || !one.variable.empty()) continue;
      found.push_back(fmt::format("{}: datasets.{}: {}", overlay.where, overlay.path, one.reason));
    }
  }
  return found;
}

/// What this build needs beside the program, and lacks.
std::vector<std::string> missing_of_this_build() {
  std::vector<std::string> missing;
  for (const coverage::BuildFile file : coverage::kBuildFiles) {
    const std::string path = coverage::build_file_path(file);
    if (::access(path.c_str(), R_OK) == 0) continue;
    missing.push_back(fmt::format("{}: {}; install the whole of gyre, and for everyone to read",
                                  path, std::generic_category().message(errno)));
  }
  return missing;
}

}  // namespace

int run_check_config(const ServeOptions& options, std::ostream& out, std::ostream& errors) {
  coverage::set_log_level(coverage::LogLevel::Error);
  const Configuration alone = load_configuration(options.config_file);
  std::optional<Configuration> whole;  // with the state directory, where there are data
  if (!alone.archive.roots.empty()) whole = configuration_of(options);
  auto missing = missing_around(whole.value_or(alone), options.program_folder);
  for (std::string& one : missing_of_this_build()) missing.push_back(std::move(one));
  if (whole) {
    try {
      check_state_directory(whole->state_directory, whole->archive.roots);
    } catch (const std::exception& error) {
      missing.emplace_back(error.what());
    }
  }
  for (const std::string& one : missing) errors << one << '\n';
  if (!missing.empty()) return 1;
  Configuration without_environment = whole.value_or(alone);  // the server has one of its own
  std::erase_if(without_environment.stores, [](const auto& one) { return one.from_environment; });
  static_cast<void>(remote_settings(without_environment, {}));
  const auto catalogue = whole ? known_data(*whole) : nullptr;
  if (catalogue) {
    for (const std::string& one : without_meaning(*catalogue, *whole)) {
      out << "warning: " << one << '\n';
    }
  } else if (!alone.datasets.empty()) {
    out << "note: no index knows these data yet, so that `datasets` were not compared with them "
           "(--state tells where it is)\n";
  }
  if (alone.archive.roots.empty()) {
    out << "note: archive.roots names no data: gyre serve will want --data\n";
  }
  out << fmt::format("{}: fine ({} data roots, {} datasets described)\n", options.config_file,
                     alone.archive.roots.size(), alone.datasets.size());
  return 0;
}

}  // namespace gyre::host
