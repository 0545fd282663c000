#include "coverage/archive/archive_status.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "coverage/archive/holdings.h"
#include "coverage/lint/time_steps.h"

namespace gyre::coverage {
namespace {

namespace fs = std::filesystem;

template <typename One>
std::vector<One> first_of(const std::vector<One>& all) {
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), kMostTold))};
}

void add_holes(const std::vector<AggregateReport::Hole>& holes, DatasetStatus& status) {
  status.missing_steps = 0;
  for (const auto& hole : holes) status.missing_steps += hole.steps;
  status.holes_in_all = holes.size();
  status.holes = first_of(holes);
}

/// What joining found says more than the times that came of it.
void add(const AggregateReport& report, DatasetStatus& status) {
  status.files = report.members;
  add_holes(report.holes, status);
  for (const auto& one : report.duplicates) status.duplicate_steps += one.steps;
  status.duplicates_in_all = report.duplicates.size();
  status.duplicates = first_of(report.duplicates);
  for (const auto& one : report.quarantined) {
    status.quarantined.push_back({one.path, one.variable, one.reason});
  }
}

/// Times of a coverage, or those that any of its runs forecasts, when they are the most so far.
void add_times(const Coverage& coverage, DatasetStatus& status) {
  const bool runs = coverage.forecasts != nullptr;
  const DomainSet& domain =
      runs && coverage.best ? coverage.best->coverages.front().domain_set : coverage.domain_set;
  const auto time = domain.time();
  if (!time) return;
  const Axis& axis = domain.axes()[*time];
  const auto& instants = axis.data().instants;
  if (instants.size() <= status.steps) return;
  status.steps = instants.size();
  status.first = instants.front().iso8601();
  status.last = instants.back().iso8601();
  status.runs = runs ? coverage.forecasts->runs.size() : 0;
  status.leads = runs ? coverage.forecasts->leads : 0;
  std::vector<AggregateReport::Hole> holes;
  if (instants.front() < instants.back()) {
    for (const lint::TimeHole& hole : lint::steps_of(instants).holes) {
      holes.push_back({axis.label(), instants[hole.after].iso8601(),
                       instants[hole.after + 1].iso8601(), hole.missing});
    }
  }
  add_holes(holes, status);
}

DatasetStatus status_of(const Dataset& dataset, const std::vector<std::string>& roots) {
  DatasetStatus status;
  status.id = dataset.id;
  status.path = below_roots(dataset.path, roots);
  status.format = dataset.format;
  status.warnings = dataset.warnings;
  for (const Coverage& coverage : dataset.coverages) add_times(coverage, status);
  if (dataset.aggregate != nullptr) add(*dataset.aggregate, status);
  return status;
}

}  // namespace

std::string in_words(const AggregateReport::Hole& hole) {
  return fmt::format("{}: {} step{} missing between {} and {}", hole.dimension, hole.steps,
                     hole.steps == 1 ? "" : "s", hole.after, hole.before);
}

std::string in_words(const AggregateReport::Duplicate& one) {
  if (one.first.empty()) {  // nothing is joined along
    return fmt::format("{} has variables that {} has too, which is asked for them", one.hidden,
                       one.by);
  }
  const char* const plural = one.steps == 1 ? "" : "s";
  if (one.hidden == one.by) {
    return fmt::format("{} has {} step{} twice: {}", one.by, one.steps, plural, one.first);
  }
  return fmt::format("{} step{} of {} {} told by {}: {}{}", one.steps, plural, one.hidden,
                     one.steps == 1 ? "is" : "are", one.by, one.first,
                     one.last == one.first ? "" : " .. " + one.last);
}

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

ArchiveStatus status_of(const Catalogue& catalogue, const std::vector<std::string>& spelt_roots) {
  const std::vector<std::string> roots = canonical_roots(spelt_roots);
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
