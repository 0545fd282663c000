#include "services/host/join_proposal.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include "coverage/archive/name_tokens.h"

namespace gyre::host {
namespace {

using coverage::Dataset;
using coverage::NameToken;
using coverage::TimeInstant;
using Kind = NameToken::Kind;

struct File {
  std::string name;
  std::vector<NameToken> tokens;
  coverage::Instants times;  ///< empty: it has none
  bool single_time = false;  ///< along no dimension
};

void add_times(const Dataset& dataset, File& file) {
  const auto& domain = dataset.coverages.front().domain_set;
  const auto time = domain.time();
  if (!time) return;
  file.times = domain.axes()[*time].data().instants;
  file.single_time = domain.axes()[*time].is_scalar();
}

/// The files of a series; empty where they are not published, or not named alike.
std::vector<File> files_of(const coverage::Catalogue& catalogue, const coverage::Series& series) {
  std::map<std::string, const Dataset*> datasets;
  for (const auto& one : catalogue.datasets()) datasets.emplace(one->path, one.get());
  std::vector<File> files;
  for (const std::string& path : series.paths) {
    const auto dataset = datasets.find(path);
    if (dataset == datasets.end()) return {};
    const std::string name = path.substr(path.rfind('/') + 1);
    if (name.find_first_of("{}*?") != std::string::npos) return {};  // patterns would mean others
    files.push_back({name, coverage::tokens_of(name), {}});
    add_times(*dataset->second, files.back());
    if (files.back().tokens.size() != files.front().tokens.size()) return {};
  }
  for (std::size_t t = 0; !files.empty() && t < files.front().tokens.size(); ++t) {
    NameToken& first = files.front().tokens[t];
    const bool alike = std::all_of(files.begin(), files.end(), [&](const File& one) {
      return one.tokens[t].kind == first.kind && one.tokens[t].format == first.format;
    });
    if (alike) continue;
    for (File& one : files) {
      one.tokens[t].kind = Kind::Digits;
      one.tokens[t].format.clear();
    }
  }
  return files;
}

std::string text_of(const File& file, std::size_t token) {
  return file.name.substr(file.tokens[token].begin,
                          file.tokens[token].end - file.tokens[token].begin);
}

/// What the tokens of names mean, and what of it files are joined along.
class Proposal {
 public:
  explicit Proposal(std::vector<File> files) : files_(std::move(files)) {
    for (std::size_t t = 0; t < files_.front().tokens.size(); ++t) {
      const Kind kind = files_.front().tokens[t].kind;
      if (!varies(t)) continue;
      if (kind == Kind::Member && !member_) member_ = t;
      if (kind == Kind::Lead && !lead_) lead_ = t;
      if (kind == Kind::Date) {
        ++dates_;
        date_ = t;
      }
    }
    if (dates_ != 1) date_.reset();
    timed_ = !files_.front().times.empty();
    decide();
  }

  /// Dimensions, outermost first; empty: their time.
  [[nodiscard]] const std::vector<std::string>& joins() const { return joins_; }
  [[nodiscard]] bool possible() const { return timed_ || !joins_.empty(); }

  [[nodiscard]] std::string glob() const {
    return written([&](std::size_t t) { return wildcard(t); });
  }
  [[nodiscard]] std::string names() const {
    return written([&](std::size_t t) -> std::string {
      const NameToken& token = files_.front().tokens[t];
      const bool digits = is_digits(t);
      if (member_ == t) return digits ? "{member:d}" : "{member}";
      if (lead_ == t) return "{lead:d}";
      if (date_ == t && !date_name_.empty()) return "{" + date_name_ + ":" + token.format + "}";
      return wildcard(t);
    });
  }
  /// What is the same in all names.
  [[nodiscard]] std::string stem() const {
    const File& first = files_.front();
    std::string text;
    std::size_t at = 0;
    for (const NameToken& token : first.tokens) {
      if (token.word_begin > at) text += first.name.substr(at, token.word_begin - at);
      at = token.word_end;
    }
    return text + first.name.substr(std::min(at, first.name.size()));
  }
  [[nodiscard]] std::string lead_units() const {
    const NameToken& lead = files_.front().tokens[*lead_];
    const std::string word =
        files_.front().name.substr(lead.word_begin, lead.word_end - lead.word_begin);
    const bool hours =
        !word.empty() && (word.front() == 'f' || word.front() == 'F' || word.back() == 'h' ||
                          word.back() == 'H' || word.ends_with("hr") || word.ends_with("hours"));
    return hours ? "hours" : "";
  }

 private:
  [[nodiscard]] bool varies(std::size_t token) const {
    return std::any_of(files_.begin(), files_.end(), [&](const File& one) {
      return text_of(one, token) != text_of(files_.front(), token);
    });
  }
  [[nodiscard]] bool is_digits(std::size_t token) const {
    return text_of(files_.front(), token).find_first_not_of("0123456789") == std::string::npos;
  }
  /// What stands for a token in a glob: as many '?' as it has digits in all names, or '*'.
  [[nodiscard]] std::string wildcard(std::size_t token) const {
    const Kind kind = files_.front().tokens[token].kind;
    const bool fixed = kind == Kind::Member || kind == Kind::Lead;
    const std::string first = text_of(files_.front(), token);
    if (fixed && !varies(token)) return first;  // others of the kind are of another series
    const bool same = std::all_of(files_.begin(), files_.end(), [&](const File& one) {
      return text_of(one, token).size() == first.size();
    });
    if (!same || !is_digits(token)) {
      return kind == Kind::Date && same ? std::string(first.size(), '?') : "*";
    }
    return std::string(first.size(), '?');
  }
  template <typename Token>
  [[nodiscard]] std::string written(const Token& token_text) const {
    const File& first = files_.front();
    std::string text;
    std::size_t at = 0;
    for (std::size_t t = 0; t < first.tokens.size(); ++t) {
      text += first.name.substr(at, first.tokens[t].begin - at) + token_text(t);
      at = first.tokens[t].end;
    }
    return text + first.name.substr(at);
  }

  /// Files that differ by this token alone have the same times (or none).
  [[nodiscard]] bool same_times_along(std::size_t token) const {
    std::map<std::string, const File*> groups;
    for (const File& one : files_) {
      std::string others = one.name;
      others.erase(one.tokens[token].begin, one.tokens[token].end - one.tokens[token].begin);
      const auto [group, fresh] = groups.emplace(others, &one);
      if (!fresh && group->second->times != one.times) return false;
    }
    return true;
  }
  /// Files of later dates begin later, and before earlier ones end: forecasts.
  [[nodiscard]] bool overlap_along_date() const {
    std::map<std::string, std::pair<TimeInstant, TimeInstant>> by_date;
    for (const File& one : files_) {
      if (one.times.empty()) return false;
      by_date.emplace(text_of(one, *date_), std::pair(one.times.front(), one.times.back()));
    }
    bool overlap = false;
    for (auto next = by_date.begin(), one = next++; next != by_date.end(); one = next++) {
      if (!(one->second.first < next->second.first)) return false;
      overlap = overlap || next->second.first <= one->second.second;
    }
    return overlap;
  }

  void decide() {
    // Months may be told like members ("_m01"), but have times of their own.
    if (member_ && timed_ && !same_times_along(*member_)) member_.reset();
    // Leads of one run are told well by their times, and so are those of runs that are told.
    const bool of_runs = lead_ && date_;
    if (lead_ && timed_ && !(date_ && files_.front().single_time)) lead_.reset();
    if (date_) {
      const bool run = of_runs || (timed_ && overlap_along_date());
      date_name_ = run ? "run" : timed_ ? "" : "time";
    }
    if (date_name_ == "run") joins_.emplace_back("run");
    if (member_) joins_.emplace_back("member");
    if (lead_) {
      joins_.emplace_back("lead");
    } else if (date_name_ == "time" || (timed_ && !joins_.empty())) {
      joins_.emplace_back(timed_ ? std::string() : "time");
    }
  }

  std::vector<File> files_;
  std::optional<std::size_t> member_, lead_, date_;
  std::size_t dates_ = 0;
  bool timed_ = false;
  std::string date_name_;
  std::vector<std::string> joins_;
};

std::string quoted(const std::string& text) {
  YAML::Emitter one;
  one << YAML::DoubleQuoted << text;
  return one.c_str();
}

}  // namespace

std::string join_proposal(const coverage::Catalogue& catalogue, const coverage::Series& series,
                          const std::string& folder) {
  std::vector<File> files = files_of(catalogue, series);
  if (files.empty()) return {};
  const auto first =
      std::find_if(catalogue.datasets().begin(), catalogue.datasets().end(),
                   [&](const auto& one) { return one->path == series.paths.front(); });
  const Proposal proposal(std::move(files));
  if (!proposal.possible()) return {};

  std::string id = coverage::dataset_id_of(folder + proposal.stem());
  for (const char* const twice : {"__", "..", "--", "_.", "._"}) {
    for (auto at = id.find(twice); at != id.npos; at = id.find(twice)) id.erase(at, 1);
  }
  while (!id.empty() && std::string_view("._-").find(id.back()) != std::string_view::npos) {
    id.pop_back();
  }
  if (id.empty()) id = "series";
  std::string text = fmt::format("#  {}:\n#    files: {}\n", id, quoted(folder + proposal.glob()));
  if (proposal.joins().empty()) return text;

  std::vector<std::string> joins = proposal.joins();
  const auto& domain = (*first)->coverages.front().domain_set;
  std::string attributes;
  for (std::string& one : joins) {
    if (one.empty()) one = domain.axes()[*domain.time()].label();
    if (one == "run") attributes += "#      run: {standard_name: forecast_reference_time}\n";
    if (one == "member") attributes += "#      member: {standard_name: realization}\n";
    if (one != "lead") continue;
    const std::string units = proposal.lead_units();
    attributes +=
        fmt::format("#      lead: {{standard_name: forecast_period, units: {}}}{}\n",
                    units.empty() ? "hours" : units, units.empty() ? "   # are they hours?" : "");
  }
  text += joins.size() == 1 ? fmt::format("#    join: {}\n", joins.front())
                            : fmt::format("#    join: [{}]\n", fmt::join(joins, ", "));
  text += fmt::format("#    names: {}\n", quoted(proposal.names()));
  if (!attributes.empty()) text += "#    attributes:\n" + attributes;
  return text;
}

}  // namespace gyre::host
