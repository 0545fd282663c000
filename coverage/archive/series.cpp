#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "coverage/archive/archive.h"
#include "coverage/archive/name_tokens.h"

namespace gyre::coverage {
namespace {

/// "nemo_201501.nc" -> "nemo_{6 digits}.nc"; members and leads may have any number of digits; empty
/// without digits.
std::string pattern_of(const std::string& name) {
  std::string pattern;
  const std::vector<NameToken> tokens = tokens_of(name);
  auto token = tokens.begin();
  for (std::size_t i = 0; i < name.size();) {
    while (token != tokens.end() && token->begin < i) ++token;
    if (token != tokens.end() && token->begin == i && token->kind == NameToken::Kind::Member) {
      pattern += "{member}";
      i = token->end;
      continue;
    }
    if (token != tokens.end() && token->begin == i && token->kind == NameToken::Kind::Lead) {
      pattern += "{lead}";
      i = token->end;
      continue;
    }
    const auto end = std::min(name.find_first_not_of("0123456789", i), name.size());
    if (end == i) {
      pattern += name[i++];
      continue;
    }
    pattern += fmt::format("{{{} digit{}}}", end - i, end - i == 1 ? "" : "s");
    i = end;
  }
  return tokens.empty() ? std::string() : pattern;
}

/// Same format, coverages on the same axes, horizontally equal grids, same fields; the other axes
/// may differ in their positions.
bool alike(const Dataset& a, const Dataset& b) {
  if (a.coverages.size() != b.coverages.size()) return false;
  for (std::size_t c = 0; c < a.coverages.size(); ++c) {
    const Coverage &one = a.coverages[c], &other = b.coverages[c];
    const auto &axes = one.domain_set.axes(), &others = other.domain_set.axes();
    if (axes.size() != others.size() || one.fields.size() != other.fields.size()) return false;
    if (one.domain_set.crs() != other.domain_set.crs()) return false;
    for (std::size_t i = 0; i < axes.size(); ++i) {
      if (axes[i].label() != others[i].label() || axes[i].role() != others[i].role()) return false;
      const bool horizontal = axes[i].role() == AxisRole::X || axes[i].role() == AxisRole::Y;
      if (horizontal && axes[i].centres() != others[i].centres()) return false;
    }
    for (std::size_t f = 0; f < one.fields.size(); ++f) {
      if (one.fields[f].name != other.fields[f].name ||
          one.fields[f].units != other.fields[f].units) {
        return false;
      }
    }
  }
  return true;
}

/// Of holdings that are not served: the same variables left out for the same reasons.
std::map<std::string, std::string> reasons_by_path(const Catalogue& catalogue) {
  std::set<std::string> published;
  std::map<std::string, std::string> reasons;
  for (const NotServed& one : catalogue.not_served()) {
    if (one.variable.empty()) published.insert(one.path);  // unreadable: who knows what it is
    reasons[one.path] += one.variable + '\n' + one.reason + '\n';
  }
  for (const auto& dataset : catalogue.datasets()) {
    for (auto& [path, text] : reasons) {
      if (dataset->path.ends_with(path)) published.insert(path);
    }
  }
  std::erase_if(reasons, [&](const auto& one) { return published.contains(one.first); });
  return reasons;
}

std::vector<Series> series_not_served(const Catalogue& catalogue) {
  std::map<std::pair<std::string, std::string>, Series> groups;
  for (const auto& [path, reasons] : reasons_by_path(catalogue)) {
    const auto slash = path.find_last_of('/') + 1;
    const std::string pattern = pattern_of(path.substr(slash));
    if (pattern.empty()) continue;
    Series& series = groups[{path.substr(0, slash) + pattern, reasons}];
    series.pattern = pattern;
    series.paths.push_back(path);
  }
  std::vector<Series> found;
  for (auto& [key, series] : groups) {
    if (series.paths.size() > 1) found.push_back(std::move(series));
  }
  return found;
}

}  // namespace

std::vector<Series> find_series(const Catalogue& catalogue) {
  struct Group {
    const Dataset* first;
    Series series;
  };
  std::map<std::string, std::vector<Group>> by_pattern;  // folder and pattern of the name
  for (const auto& dataset : catalogue.datasets()) {
    const auto slash = dataset->path.find_last_of('/') + 1;
    const std::string pattern = pattern_of(dataset->path.substr(slash));
    if (pattern.empty()) continue;
    std::vector<Group>& groups = by_pattern[dataset->path.substr(0, slash) + pattern];
    const auto fitting = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      return alike(*group.first, *dataset);
    });
    if (fitting == groups.end()) {
      groups.push_back({dataset.get(), {pattern, {dataset->path}}});
    } else {
      fitting->series.paths.push_back(dataset->path);
    }
  }
  std::vector<Series> found;
  for (auto& [pattern, groups] : by_pattern) {
    for (Group& group : groups) {
      if (group.series.paths.size() < 2) continue;
      std::sort(group.series.paths.begin(), group.series.paths.end());
      found.push_back(std::move(group.series));
    }
  }
  for (Series& series : series_not_served(catalogue)) found.push_back(std::move(series));
  return found;
}

}  // namespace gyre::coverage
