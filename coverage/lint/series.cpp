#include "coverage/lint/series.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/index/holding_record.h"
#include "coverage/lint/time_steps.h"

namespace gyre::coverage::lint {
namespace {

/// What most members have (at least 6 of 10), by how `of` tells it.
template <typename Of>
auto common(const std::vector<SeriesMember>& members, const Of& of)
    -> std::optional<std::decay_t<decltype(of(members.front()))>> {
  std::map<std::decay_t<decltype(of(members.front()))>, std::size_t> counts;
  for (const SeriesMember& member : members) ++counts[of(member)];
  const auto most = std::max_element(counts.begin(), counts.end(),
                                     [](auto& a, auto& b) { return a.second < b.second; });
  if (most->second * 10 < members.size() * 6) return std::nullopt;
  return most->first;
}

constexpr std::string_view kApart =
    "Joined as one dataset it is left out; alone it is a dataset that differs from its neighbours.";

void check_grids(const std::vector<SeriesMember>& members, std::vector<SeriesFinding>& findings) {
  const auto usual = common(members, [](const SeriesMember& one) { return one.grid; });
  if (!usual) return;
  for (const SeriesMember& member : members) {
    if (member.grid == *usual) continue;
    findings.push_back({member.relative,
                        {Severity::Warning,
                         "",
                         "its grid is not that of the others of its series",
                         std::string(kApart),
                         {}}});
  }
}

void check_fields(const std::vector<SeriesMember>& members, std::vector<SeriesFinding>& findings) {
  const auto usual = common(members, [](const SeriesMember& one) { return one.units; });
  if (!usual) return;
  for (const SeriesMember& member : members) {
    std::vector<std::string> missing, more;
    for (const auto& [name, units] : *usual) {
      const auto here = member.units.find(name);
      if (here == member.units.end()) {
        missing.push_back(name);
      } else if (here->second != units) {
        findings.push_back(
            {member.relative,
             {Severity::Warning,
              name,
              fmt::format("it is in '{}', in the others of its series in '{}'", here->second,
                          units),
              "Joined as one dataset its numbers mean something else from step to step, or it is "
              "left out.",
              {}}});
      }
    }
    for (const auto& [name, units] : member.units) {
      if (!usual->contains(name)) more.push_back(name);
    }
    if (!missing.empty()) {
      findings.push_back({member.relative,
                          {Severity::Warning,
                           "",
                           fmt::format("it lacks {}, which the others of its series have",
                                       fmt::join(missing, ", ")),
                           "Their series have a hole here.",
                           {}}});
    }
    if (!more.empty()) {
      findings.push_back(
          {member.relative,
           {Severity::Hint,
            "",
            fmt::format("it has {}, which the others of its series lack", fmt::join(more, ", ")),
            "Joined as one dataset it is missing at all other steps.",
            {}}});
    }
  }
}

struct Step {
  TimeInstant at;
  const SeriesMember* member;
};

void check_duplicates(const std::string& pattern, const std::vector<Step>& steps,
                      std::vector<SeriesFinding>& findings) {
  std::size_t count = 0, first = 0;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    if (!(steps[i].at == steps[i - 1].at) || steps[i].member == steps[i - 1].member) continue;
    if (count++ == 0) first = i;
  }
  if (count == 0) return;
  findings.push_back(
      {pattern,
       {Severity::Warning,
        "",
        fmt::format("{} in two files: {} in {} and {}",
                    counted(count, "time") + (count == 1 ? " is" : " are"),
                    steps[first].at.iso8601(), steps[first - 1].member->relative,
                    steps[first].member->relative),
        "Joined as one dataset one of them is shown (the newest), and nobody is told of the other.",
        {"take one of them away", ""}}});
}

void check_holes(const std::string& pattern, const std::vector<Step>& steps,
                 std::vector<SeriesFinding>& findings) {
  std::vector<TimeInstant> times;
  std::vector<std::pair<const SeriesMember*, const SeriesMember*>> owners;  // after, before
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!times.empty() && steps[i].at == times.back()) continue;
    times.push_back(steps[i].at);
    owners.emplace_back(steps[i].member, steps[i].member);
  }
  TimeSteps found = steps_of(Instants(times));
  // Within one file they are told of that file.
  std::erase_if(found.holes, [&](const TimeHole& hole) {
    return owners[hole.after].first == owners[hole.after + 1].first;
  });
  if (found.holes.empty()) return;
  const TimeHole& first = found.holes.front();
  findings.push_back(
      {pattern,
       {Severity::Warning,
        "",
        fmt::format("{} missing between its files where there is one {}: {} after {}{}",
                    counted(found.missing(), "time") + (found.missing() == 1 ? " is" : " are"),
                    found.spacing, first.missing, times[first.after].iso8601(),
                    found.holes.size() == 1
                        ? std::string()
                        : fmt::format(", and {} more", counted(found.holes.size() - 1, "hole"))),
        "Animations jump, and a request for such a time finds another or none.",
        {"add the missing files", ""}}});
}

}  // namespace

std::string series_pattern(const std::string& relative) {
  const auto name = relative.find_last_of('/') + 1;
  std::string pattern = relative.substr(0, name);
  for (std::size_t i = name; i < relative.size();) {
    const auto end = std::min(relative.find_first_not_of("0123456789", i), relative.size());
    if (end == i) {
      pattern += relative[i++];
      continue;
    }
    pattern += fmt::format("{{{}}}", counted(end - i, "digit"));
    i = end;
  }
  return pattern;
}

SeriesMember member_of(const Subject& subject) {
  SeriesMember member;
  member.relative = subject.relative();
  std::string bytes;
  for (const Coverage& coverage : subject.meaning().coverages) {
    const DomainSet& domain = coverage.domain_set;
    bytes += domain.crs().hash();
    if (domain.geometry() != nullptr) bytes += domain.geometry()->hash();
    for (const std::size_t a : {domain.x(), domain.y()}) {
      for (const double centre : domain.axes()[a].centres()) {
        bytes.append(reinterpret_cast<const char*>(&centre), sizeof centre);
      }
    }
    for (const Field& field : coverage.fields) member.units[field.name] = field.units;
    if (member.times.empty() && domain.time()) {
      member.times = domain.axes()[*domain.time()].data().instants;
    }
  }
  const Fingerprint hash = fingerprint_of(bytes);
  member.grid = fmt::format("{:016x}{:016x}", hash.high, hash.low);
  return member;
}

std::vector<SeriesFinding> check_series(const std::string& pattern,
                                        const std::vector<SeriesMember>& members) {
  std::vector<SeriesFinding> findings;
  if (members.size() >= 3) {
    check_grids(members, findings);
    check_fields(members, findings);
  }
  // Files that have little in common are called alike by chance.
  const auto usual = common(members, [](const SeriesMember& one) {
    return std::pair(one.grid, one.units.empty() ? std::string() : one.units.begin()->first);
  });
  if (!usual || usual->second.empty()) return findings;
  std::vector<Step> steps;
  for (const SeriesMember& member : members) {
    if (member.grid != usual->first) continue;
    for (const TimeInstant& at : member.times) {
      if (!steps.empty() && steps.front().at.calendar() != at.calendar()) return findings;
      steps.push_back({at, &member});
    }
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Step& a, const Step& b) { return a.at < b.at; });
  check_duplicates(pattern, steps, findings);
  check_holes(pattern, steps, findings);
  return findings;
}

}  // namespace gyre::coverage::lint
