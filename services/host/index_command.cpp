#include "services/host/index_command.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "coverage/base/log.h"
#include "coverage/metadata/description.h"
#include "coverage/model/aggregate_report.h"
#include "services/host/archive_set_up.h"
#include "services/host/progress_line.h"
#include "services/host/state_directory.h"

namespace gyre::host {
namespace {

using coverage::Catalogue;
using coverage::Dataset;
using coverage::NotServed;
using Json = nlohmann::ordered_json;

/// Steps of the principal coverage's time; 0: it has none.
std::size_t steps_of(const Dataset& dataset) {
  const coverage::DomainSet& domain = dataset.coverages.front().domain_set;
  const auto time = domain.time();
  return time ? domain.axes()[*time].size() : 0;
}

Json as_json(const Catalogue& catalogue, std::size_t files) {
  Json datasets = Json::array(), not_served = Json::array();
  for (const auto& dataset : catalogue.datasets()) {
    Json one{{"id", dataset->id}, {"steps", steps_of(*dataset)}};
    if (const auto& report = dataset->aggregate) {
      one["files"] = report->members;
      one["holes"] = report->holes.size();
      one["duplicates"] = report->duplicates.size();
      one["quarantined"] = report->quarantined.size();
    }
    datasets.push_back(std::move(one));
  }
  for (const NotServed& one : catalogue.not_served()) {
    not_served.push_back({{"path", one.path}, {"variable", one.variable}, {"reason", one.reason}});
  }
  return {{"files", files},
          {"datasets", datasets},
          {"not_served", not_served},
          {"warnings", catalogue.warnings()}};
}

void as_text(const Catalogue& catalogue, std::size_t files, std::ostream& out) {
  out << fmt::format("{} files known, {} datasets, {} not served\n", files,
                     catalogue.datasets().size(), catalogue.not_served().size());
  for (const auto& dataset : catalogue.datasets()) {
    const std::size_t steps = steps_of(*dataset);
    out << fmt::format("  {}{}\n", dataset->id,
                       steps == 0 ? std::string() : fmt::format(": {} steps", steps));
    if (const auto& report = dataset->aggregate) {
      out << fmt::format("    of {} files; {} holes, {} duplicates, {} quarantined\n",
                         report->members, report->holes.size(), report->duplicates.size(),
                         report->quarantined.size());
    }
  }
  for (const std::string& one : catalogue.warnings()) out << "  warning: " << one << '\n';
  for (const NotServed& one : catalogue.not_served()) {
    out << fmt::format("  not served: {}{}: {}\n", one.path,
                       one.variable.empty() ? "" : " '" + one.variable + "'", one.reason);
  }
}

}  // namespace

int run_index(const Configuration& configuration, std::ostream& out) {
  coverage::set_log_level(coverage::LogLevel::Error);
  const StateDirectory state(configuration.state_directory, configuration.archive.roots);
  const coverage::ArchiveParts parts = archive_parts(configuration);
  coverage::Archive archive(archive_settings(configuration), 1, parts);
  ProgressLine line("looking into files:");
  const auto catalogue =
      archive.scan({}, [&line](const auto&, const coverage::IndexProgress& progress) {
        line.show(progress.done, progress.total);
      });
  out << fmt::format("{} files known, {} datasets, {} not served\n",
                     parts.index->snapshot()->size(), catalogue->datasets().size(),
                     catalogue->not_served().size());
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
  const auto nothing = [&](const char* why) {
    out << fmt::format("nothing is known yet of these data in {}{}\n",
                       configuration.state_directory, why);
    return 1;
  };
  coverage::ArchiveParts parts;
  try {
    parts = archive_parts(configuration, coverage::HoldingIndex::Access::Read);
  } catch (const std::runtime_error&) {
    return nothing(": it has no index, or one that cannot be read");
  }
  coverage::Archive archive(archive_settings(configuration), 1, parts);
  const auto known = archive.known();
  if (!known) return nothing("");
  const std::size_t files = parts.index->snapshot()->size();
  if (json) {
    out << as_json(*known, files).dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  } else {
    as_text(*known, files, out);
  }
  return 0;
}

}  // namespace gyre::host
