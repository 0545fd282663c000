#include "coverage/archive/archive_status.h"

#include <filesystem>

#include "coverage/lint/time_steps.h"
#include "coverage/model/aggregate_report.h"

namespace gyre::coverage {
namespace {

namespace fs = std::filesystem;

/// What joining found says more than the times that came of it.
void add(const AggregateReport& report, DatasetStatus& status) {
  status.files = report.members;
  status.missing_steps = 0;
  for (const auto& hole : report.holes) status.missing_steps += hole.steps;
  for (const auto& one : report.duplicates) status.duplicate_steps += one.steps;
  for (const auto& one : report.quarantined) {
    status.quarantined.push_back({one.path, one.variable, one.reason});
  }
}

DatasetStatus status_of(const Dataset& dataset, const std::vector<std::string>& roots) {
  DatasetStatus status;
  status.id = dataset.id;
  status.path = below_roots(dataset.path, roots);
  status.format = dataset.format;
  status.warnings = dataset.warnings;
  for (const Coverage& coverage : dataset.coverages) {
    const auto time = coverage.domain_set.time();
    if (!time) continue;
    const auto& instants = coverage.domain_set.axes()[*time].data().instants;
    if (instants.size() <= status.steps) continue;
    status.steps = instants.size();
    status.first = instants.front().iso8601();
    status.last = instants.back().iso8601();
    if (instants.front() < instants.back()) {
      status.missing_steps = lint::steps_of(instants).missing();
    }
  }
  if (dataset.aggregate != nullptr) add(*dataset.aggregate, status);
  return status;
}

}  // namespace

std::string below_roots(const std::string& path, const std::vector<std::string>& roots) {
  if (!path.starts_with('/')) return path;  // below its root already
  for (const std::string& one : roots) {
    fs::path root = fs::path(one).lexically_normal();
    if (!root.has_filename()) root = root.parent_path();
    const std::string start = root.string() + "/";
    if (path.starts_with(start) && path.size() > start.size()) return path.substr(start.size());
  }
  fs::path last(path);
  if (!last.has_filename()) last = last.parent_path();
  return last.filename().string();
}

ArchiveStatus status_of(const Catalogue& catalogue, const std::vector<std::string>& roots) {
  ArchiveStatus status;
  status.generation = catalogue.generation();
  status.warnings = catalogue.warnings();
  for (const auto& dataset : catalogue.datasets()) {
    status.datasets.push_back(status_of(*dataset, roots));
  }
  for (NotServed one : catalogue.not_served()) {
    one.path = below_roots(one.path, roots);
    status.not_served.push_back(std::move(one));
  }
  return status;
}

}  // namespace gyre::coverage
