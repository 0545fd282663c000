#include "coverage/lint/lint.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "coverage/base/error.h"
#include "coverage/index/overlaid_record.h"
#include "coverage/lint/checks.h"
#include "coverage/lint/series.h"
#include "coverage/source/overlaid_source.h"

namespace gyre::coverage::lint {
namespace {

/// What is found of several variables of a holding in the same words is told once.
void fold(Findings& findings) {
  std::map<std::string, std::size_t> first;
  Findings folded;
  std::vector<std::vector<std::string>> variables;
  for (Finding& finding : findings) {
    const std::string key =
        fmt::format("{}\n{}\n{}\n{}", finding.check, static_cast<int>(finding.severity),
                    finding.message, finding.variable.empty() ? "" : finding.consequence);
    const auto [place, is_new] = first.emplace(key, folded.size());
    if (is_new) {
      variables.push_back({finding.variable});
      folded.push_back(std::move(finding));
    } else {
      variables[place->second].push_back(finding.variable);
    }
  }
  constexpr std::size_t kNamed = 8;
  for (std::size_t i = 0; i < folded.size(); ++i) {
    auto& names = variables[i];
    if (names.size() == 1) continue;
    const std::size_t more = names.size() > kNamed ? names.size() - kNamed : 0;
    names.resize(names.size() - more);
    folded[i].variable = fmt::format("{}{}", fmt::join(names, ", "),
                                     more == 0 ? "" : fmt::format(" and {} more", more));
    if (!folded[i].fix.command.empty()) folded[i].fix.command += "   (likewise the others)";
    if (!folded[i].fix.overlay.empty()) folded[i].fix.overlay += "   (likewise the others)";
  }
  findings = std::move(folded);
}

Findings findings_of(const Subject& subject, bool with_values) {
  Findings all;
  for (const Check& check : checks()) {
    if (check.reads_values && !with_values) continue;
    const std::size_t before = all.size();
    try {
      check.run(subject, all);
    } catch (const Error& error) {  // a check never takes the others with it
      all.push_back({Severity::Warning,
                     "",
                     fmt::format("it could not be checked: {}", error.what()),
                     "",
                     {}});
    }
    for (std::size_t i = before; i < all.size(); ++i) all[i].check = check.name;
  }
  fold(all);
  return all;
}

/// What one holding gave.
struct Looked {
  Findings findings;
  std::optional<SeriesMember> member;
  bool counts = false, sampled = false;
};

Looked look(const Holding& holding, Opener& opener, bool with_values) {
  Looked looked;
  std::shared_ptr<const HoldingRecord> record;
  std::shared_ptr<const Source> source;
  std::vector<std::string> told;
  const auto fail = [&](const std::string& why) {
    looked.counts = true;
    looked.findings = {{Severity::Error, "", why, "Nothing of it is published.", {}, "not-served"}};
    return looked;
  };
  try {
    record = std::make_shared<const HoldingRecord>(
        opener.inspect(holding.path, {.priority = Priority::Bulk}));
    if (record->no_holding) return looked;
    if (record->refusal.empty()) {
      source = opener.open(holding_of(holding.path, holding.relative, record));
      source = with_overlay(std::move(source), holding.overlay, told);
      told.clear();  // the record says the same
      record = std::make_shared<const HoldingRecord>(overlaid(*record, holding.overlay, told));
    }
    const Subject subject(holding.relative, record, source);
    looked.counts = true;
    looked.sampled = with_values && source != nullptr;
    looked.findings = findings_of(subject, with_values);
    for (const std::string& warning : told) {
      looked.findings.push_back({Severity::Error,
                                 "",
                                 warning,
                                 "The configuration does not do what it says.",
                                 {},
                                 "overlay"});
    }
    if (source != nullptr) looked.member = member_of(subject);
    return looked;
  } catch (const Error& error) {
    return fail(error.what());
  } catch (const std::exception& error) {  // a library's
    return fail(fmt::format("it cannot be understood: {}", error.what()));
  }
}

/// Of a series of many files a few are enough to see what its values are.
std::vector<bool> chosen_for_values(const std::vector<Holding>& holdings) {
  std::map<std::string, std::vector<std::size_t>> by_pattern;
  for (std::size_t i = 0; i < holdings.size(); ++i) {
    by_pattern[series_pattern(holdings[i].relative)].push_back(i);
  }
  std::vector<bool> chosen(holdings.size());
  constexpr std::size_t kFew = 5;
  for (const auto& [pattern, indices] : by_pattern) {
    if (indices.size() <= kFew) {
      for (const std::size_t i : indices) chosen[i] = true;
    } else {
      for (std::size_t k = 0; k < kFew; ++k) {
        chosen[indices[k * (indices.size() - 1) / (kFew - 1)]] = true;
      }
    }
  }
  return chosen;
}

/// Of messages that differ by numbers alone.
std::string without_digits(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit) out += c;
    if (digit && !out.ends_with('#')) out += '#';
  }
  return out;
}

/// Findings of many files: those that say the same of files of one series become one.
class Gathered {
 public:
  void add(const std::string& path, Finding finding) {
    const std::string key =
        fmt::format("{}\n{}\n{}\n{}\n{}", series_pattern(path), finding.check, finding.variable,
                    static_cast<int>(finding.severity), without_digits(finding.message));
    const auto [place, is_new] = places_.emplace(key, told_.size());
    if (is_new) {
      told_.push_back({{path}, std::move(finding)});
      return;
    }
    auto& paths = told_[place->second].paths;
    if (paths.back() != path) paths.push_back(path);
  }
  std::vector<Told> take() {
    std::stable_sort(told_.begin(), told_.end(), [](const Told& a, const Told& b) {
      if (a.paths.front() != b.paths.front()) return a.paths.front() < b.paths.front();
      if (a.paths.size() != b.paths.size()) return a.paths.size() > b.paths.size();
      return a.finding.severity < b.finding.severity;
    });
    return std::move(told_);
  }

 private:
  std::vector<Told> told_;
  std::map<std::string, std::size_t> places_;
};

bool is_fine(const Findings& findings) {
  return std::all_of(findings.begin(), findings.end(),
                     [](const Finding& one) { return one.severity == Severity::Hint; });
}

}  // namespace

std::size_t Report::count(Severity severity) const {
  return static_cast<std::size_t>(std::count_if(
      told.begin(), told.end(), [&](const Told& one) { return one.finding.severity == severity; }));
}

Findings lint_one(const std::string& relative, std::shared_ptr<const HoldingRecord> record,
                  std::shared_ptr<const Source> source, bool with_values) {
  const Subject subject(relative, std::move(record), std::move(source));
  return findings_of(subject, with_values);
}

Report lint(const std::vector<Holding>& holdings, Opener& opener, Executor& executor,
            const Progress& progress) {
  const std::vector<bool> with_values = chosen_for_values(holdings);
  std::vector<Looked> looked(holdings.size());
  std::mutex mutex;
  std::size_t done = 0;
  executor.for_each(holdings.size(), Priority::Bulk, {}, [&](std::size_t i) {
    looked[i] = look(holdings[i], opener, with_values[i]);
    const std::lock_guard lock(mutex);
    ++done;
    if (progress) progress(done, holdings.size());
  });
  Report report;
  Gathered gathered;
  std::map<std::string, std::vector<SeriesMember>> series;
  for (std::size_t i = 0; i < holdings.size(); ++i) {
    Looked& one = looked[i];
    report.holdings += one.counts ? 1 : 0;
    report.fine += one.counts && is_fine(one.findings) ? 1 : 0;
    report.sampled += one.sampled ? 1 : 0;
    for (Finding& finding : one.findings) gathered.add(holdings[i].relative, std::move(finding));
    if (one.member) {
      series[series_pattern(holdings[i].relative)].push_back(std::move(*one.member));
    }
  }
  for (const auto& [pattern, members] : series) {
    if (members.size() < 2) continue;
    for (SeriesFinding& found : check_series(pattern, members)) {
      found.finding.check = "series";
      gathered.add(found.path, std::move(found.finding));
    }
  }
  report.told = gathered.take();
  return report;
}

}  // namespace gyre::coverage::lint
