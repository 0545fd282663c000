#include "services/host/index_command.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "coverage/archive/status_json.h"
#include "coverage/base/log.h"
#include "services/host/archive_set_up.h"
#include "services/host/progress_line.h"
#include "services/host/state_directory.h"

namespace gyre::host {
namespace {

using coverage::DatasetStatus;
using coverage::NotServed;
using Json = nlohmann::ordered_json;

Json json_of(const coverage::ArchiveStatus& status, std::size_t files) {
  Json json{{"files", files}, {"datasets", Json::array()}};
  for (const DatasetStatus& one : status.datasets) {
    json["datasets"].push_back(coverage::as_json(one));
  }
  json["not_served"] = coverage::as_json(status.not_served);
  json["warnings"] = status.warnings;
  return json;
}

/// A line for each of a list's first, and how many more there are; a name may hold anything.
template <typename Line>
void list(std::ostream& out, const char* what, std::size_t there, std::size_t in_all,
          const Line& line_of) {
  constexpr std::size_t kShown = 10;
  for (std::size_t i = 0; i < std::min(there, kShown); ++i) {
    std::string line = line_of(i);
    std::replace(line.begin(), line.end(), '\n', ' ');
    out << fmt::format("    {:<11} {}\n", what, line);
  }
  if (in_all > kShown) {
    out << fmt::format("    {:<11} and {} more (--json tells them)\n", what, in_all - kShown);
  }
}

std::string line_of(const NotServed& one) {
  return fmt::format("{}{}: {}", one.path, one.variable.empty() ? "" : " '" + one.variable + "'",
                     one.reason);
}

void write(const DatasetStatus& one, std::ostream& out) {
  out << "  " << one.id;
  if (one.steps > 0) out << fmt::format(": {} steps, {} .. {}", one.steps, one.first, one.last);
  if (one.runs > 0) out << fmt::format(" ({} runs x {} leads)", one.runs, one.leads);
  out << '\n';
  if (one.files > 1 || !one.quarantined.empty()) {
    out << fmt::format("    of {} files; {} steps missing, {} double, {} quarantined\n", one.files,
                       one.missing_steps, one.duplicate_steps, one.quarantined.size());
  }
  list(out, "missing", one.holes.size(), one.holes_in_all,
       [&](std::size_t i) { return coverage::in_words(one.holes[i]); });
  list(out, "double", one.duplicates.size(), one.duplicates_in_all,
       [&](std::size_t i) { return coverage::in_words(one.duplicates[i]); });
  list(out, "quarantined", one.quarantined.size(), one.quarantined.size(),
       [&](std::size_t i) { return line_of(one.quarantined[i]); });
  list(out, "warning", one.warnings.size(), one.warnings.size(),
       [&](std::size_t i) { return one.warnings[i]; });
}

void write(const coverage::ArchiveStatus& status, std::size_t files, std::ostream& out) {
  out << fmt::format("{} files known, {} datasets, {} not served\n", files, status.datasets.size(),
                     status.not_served.size());
  for (const DatasetStatus& one : status.datasets) write(one, out);
  for (const std::string& one : status.warnings) out << "  warning: " << one << '\n';
  for (const NotServed& one : status.not_served) {
    out << "  not served: " << line_of(one) << '\n';
  }
}

/// Why the index cannot be kept, and what to do.
std::string trouble_text(const std::string& trouble, const Configuration& configuration) {
  const std::string& folder = configuration.state_directory;
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  return fmt::format(
      "the index in {}/index cannot be kept: {}{}; make room, or give another folder "
      "by --state",
      folder, trouble,
      error
          ? std::string()
          : fmt::format(" ({:.1f} MB are free there)", static_cast<double>(space.available) / 1e6));
}

}  // namespace

int run_index(const Configuration& configuration, std::ostream& out) {
  coverage::set_log_level(coverage::LogLevel::Error);
  const StateDirectory state(configuration.state_directory, configuration.archive.roots);
  const coverage::ArchiveParts parts = archive_parts(configuration);
  if (const std::string trouble = parts.index->figures().trouble; !trouble.empty()) {
    throw std::runtime_error(trouble_text(trouble, configuration));  // before a look in vain
  }
  coverage::Archive archive(archive_settings(configuration), 1, parts);
  ProgressLine line("looking into files:");
  const auto catalogue =
      archive.scan({}, [&line](const auto&, const coverage::IndexProgress& progress) {
        line.show(progress.done, progress.total);
      });
  out << fmt::format("{} files known, {} datasets, {} not served\n",
                     parts.index->snapshot()->holdings(), catalogue->datasets().size(),
                     catalogue->not_served().size());
  if (const std::string trouble = parts.index->figures().trouble; !trouble.empty()) {
    throw std::runtime_error(trouble_text(trouble, configuration));
  }
  bool reached = true;
  for (const std::string& root : configuration.archive.roots) {
    const auto& all = catalogue->not_served();
    const auto lost = std::find_if(all.begin(), all.end(),
                                   [&](const NotServed& one) { return one.path == root; });
    if (lost == all.end() || !lost->variable.empty()) continue;
    out << fmt::format("{}: {}\n", root, lost->reason);
    reached = false;
  }
  return reached ? 0 : 1;
}

int run_index_status(const Configuration& configuration, bool json, std::ostream& out) {
  coverage::set_log_level(coverage::LogLevel::Error);
  const auto nothing = [&](const std::string& why) {
    out << fmt::format("nothing is known yet of these data in {}{}\n",
                       configuration.state_directory, why);
    return 1;
  };
  coverage::ArchiveParts parts;
  try {
    parts = archive_parts(configuration, coverage::HoldingIndex::Access::Read);
  } catch (const std::runtime_error& error) {
    return nothing(fmt::format(": it has no index, or one that cannot be read ({})", error.what()));
  }
  coverage::Archive archive(archive_settings(configuration), 1, parts);
  const auto known = archive.known();
  if (!known) return nothing("");
  const std::size_t files = parts.index->snapshot()->holdings();
  const auto status = coverage::status_of(*known, configuration.archive.roots);
  if (json) {
    out << json_of(status, files).dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  } else {
    write(status, files, out);
  }
  return 0;
}

}  // namespace gyre::host
