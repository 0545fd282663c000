#include "coverage/archive/aggregates.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "coverage/aggregate/aggregate.h"
#include "coverage/aggregate/name_pattern.h"
#include "coverage/base/clock.h"
#include "coverage/base/error.h"
#include "coverage/base/log.h"
#include "coverage/index/byte_stream.h"
#include "coverage/index/record_parts.h"
#include "coverage/model/aggregate_report.h"
#include "coverage/source/file_identity.h"
#include "coverage/source/remote/address.h"

namespace gyre::coverage {
namespace {

namespace fs = std::filesystem;
using aggregation::NamePattern;
using aggregation::NcmlDocument;

bool is_ncml(std::string_view path) { return path.ends_with(".ncml"); }
bool is_glob(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

/// Holdings whose path begins so. @param found by path
std::pair<std::size_t, std::size_t> beginning_with(const std::vector<HoldingFound>& found,
                                                   std::string_view start) {
  const auto first = std::lower_bound(
      found.begin(), found.end(), start,
      [](const HoldingFound& one, std::string_view sought) { return one.path < sought; });
  const auto last = std::find_if(first, found.end(), [&](const HoldingFound& one) {
    return !std::string_view(one.path).starts_with(start);
  });
  return {static_cast<std::size_t>(first - found.begin()),
          static_cast<std::size_t>(last - found.begin())};
}

class Planner {
 public:
  Planner(const std::vector<HoldingFound>& found, NcmlDocuments& documents)
      : found_(found), documents_(documents) {
    plans_.member.resize(found.size(), 0);
    plans_.hidden.resize(found.size(), 0);
  }

  AggregatePlans run(const std::vector<DatasetOverlay>& overlays) {
    std::set<std::string> used;  // .ncml files that the configuration names
    for (const DatasetOverlay& overlay : overlays) {
      if (overlay.aggregation) add_configured(overlay, used);
    }
    for (const HoldingFound& one : found_) {
      if (!is_ncml(one.path) || used.contains(one.path)) continue;
      AggregatePlan plan;
      plan.path = one.path;
      plan.relative = one.relative();
      add_document(plan, one);
      const auto said = std::find_if(overlays.begin(), overlays.end(), [&](const auto& overlay) {
        return !overlay.aggregation && is_meant(overlay, plan.relative);
      });
      if (said != overlays.end()) plan.overlay = said->schema;
      add(std::move(plan));
    }
    return std::move(plans_);
  }

 private:
  void add(AggregatePlan plan) {
    std::stable_sort(plan.members.begin(), plan.members.end(),
                     [](const auto& a, const auto& b) { return a.holding < b.holding; });
    for (const AggregatePlan::Member& one : plan.members) {
      plans_.member[one.holding] = 1;
      if (!plan.rule.keep_files) plans_.hidden[one.holding] = 1;
    }
    plans_.plans.push_back(std::move(plan));
  }

  void add_configured(const DatasetOverlay& overlay, std::set<std::string>& used) {
    AggregatePlan plan;
    plan.path = plan.relative = overlay.path;
    plan.rule = *overlay.aggregation;
    plan.overlay = overlay.schema;
    std::set<std::size_t> members;
    for (const std::string& spec : overlay.aggregation->files) {
      const std::size_t before = members.size();
      if (is_ncml(spec) && !is_glob(spec)) {
        const std::string real = without_links(spec);
        const auto document = std::find_if(found_.begin(), found_.end(), [&](const auto& one) {
          return one.path == spec || one.relative() == spec || one.path == real;
        });
        if (document == found_.end()) {
          plan.problems.push_back(fmt::format("there is no '{}' below the data roots", spec));
          continue;
        }
        used.insert(document->path);
        add_document(plan, *document);
        const AggregationRule& told = *overlay.aggregation;
        plan.rule.overlaps = told.overlaps;
        plan.rule.strict_attributes = told.strict_attributes;
        plan.rule.keep_files = told.keep_files;
        if (told.joins) plan.rule.joins = told.joins;
        if (!told.names.empty()) plan.rule.names = told.names;
        continue;
      }
      find(spec, members);
      if (members.size() == before) {
        plan.problems.push_back(fmt::format("no file below the data roots fits '{}'", spec));
      }
    }
    for (const std::size_t one : members) plan.members.push_back({one});
    add(std::move(plan));
  }

  /// A folder, a file or a glob, below a root or absolute.
  void find(std::string spec, std::set<std::size_t>& members) const {
    if (spec.starts_with("./")) spec.erase(0, 2);
    while (spec.size() > 1 && spec.ends_with('/')) spec.pop_back();
    const bool all = spec.empty() || spec == ".";
    const bool glob = is_glob(spec);
    const bool absolute = spec.starts_with('/') || remote::is_address(spec);
    // Absolute ones may lead through links that roots are known without.
    std::vector<std::string> spellings{spec};
    if (std::string real = absolute ? without_links(spec) : spec; real != spec) {
      spellings.push_back(std::move(real));
    }
    std::vector<NamePattern> patterns;
    for (const std::string& one : spellings) patterns.push_back(NamePattern::glob(one));
    const auto fits_one = [&](std::string_view path) {
      for (std::size_t s = 0; s < spellings.size(); ++s) {
        const std::string& one = spellings[s];
        if (glob ? patterns[s].fits(path)
                 : path == one || (path.starts_with(one) && path[one.size()] == '/')) {
          return true;
        }
      }
      return false;
    };
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const std::string_view path =
          absolute ? std::string_view(found_[i].path) : found_[i].relative();
      if (is_ncml(path)) continue;
      if ((all && !glob) || fits_one(path)) members.insert(i);
    }
  }

  /// An absolute path or glob, with the links followed that lead to its last folder without stars.
  static std::string without_links(const std::string& spec) {
    if (!spec.starts_with('/')) return spec;
    const auto slash = spec.rfind('/', spec.find_first_of("*?"));
    std::error_code error;
    if (fs::is_directory(spec, error)) return fs::canonical(spec, error).string();
    const fs::path folder = fs::canonical(spec.substr(0, std::max<std::size_t>(slash, 1)), error);
    return error ? spec : (folder / spec.substr(slash + 1)).string();
  }

  void add_document(AggregatePlan& plan, const HoldingFound& file) {
    const NcmlDocuments::Document& known = documents_.at(file.path, std::string(file.relative()));
    if (!known.document) {
      plan.problems.push_back(known.problem);
      return;
    }
    plan.rule = known.document->rule;
    plan.changes = known.document->changes;
    std::set<std::size_t> taken;
    for (const NcmlDocument::Member& one : known.document->members) {
      std::string path = path_of(one, file.path);
      const std::size_t before = taken.size();
      add_members(plan, one, path, taken);
      if (std::string real = without_links(path); taken.size() == before && real != path) {
        path = std::move(real);
        add_members(plan, one, path, taken);
      }
      if (taken.size() == before) {
        plan.problems.push_back(
            fmt::format("{}:{}: {}", file.relative(), one.line, why_none(one, path, file)));
      }
    }
  }

  static std::string path_of(const NcmlDocument::Member& member, const std::string& document) {
    std::string location = member.location;
    for (const char* scheme : {"file://", "file:"}) {
      if (location.starts_with(scheme)) location.erase(0, std::string_view(scheme).size());
    }
    if (remote::is_address(location)) return location;
    return (fs::path(document).parent_path() / location).lexically_normal().string();
  }

  /// Why a member of a document is no file that was found.
  std::string why_none(const NcmlDocument::Member& member, const std::string& path,
                       const HoldingFound& document) {
    const HoldingFound* const other = ncml_at(path);
    if (other == nullptr) {
      return fmt::format("there is no '{}' below the data roots", member.location);
    }
    std::vector<const HoldingFound*> chain{&document};
    std::set<const HoldingFound*> followed;
    if (find_cycle(other, chain, followed)) {
      std::string names;
      for (const HoldingFound* const one : chain) {
        names += (names.empty() ? "" : " -> ") + std::string(one->relative());
      }
      return fmt::format(
          "{}: {}",
          chain.front() == chain.back() ? "it names itself" : "it leads to one that names itself",
          names);
    }
    return fmt::format("'{}' is an .ncml file, which cannot be part of another; name its files",
                       member.location);
  }

  [[nodiscard]] const HoldingFound* ncml_at(const std::string& path) const {
    if (!is_ncml(path)) return nullptr;
    const auto [first, last] = beginning_with(found_, path);
    return first < last && found_[first].path == path ? &found_[first] : nullptr;
  }

  /// Follows .ncml files that name each other from `at` on.
  /// @param chain those before; gets the rest, up to the one that comes twice
  /// @param followed those that lead to no such
  bool find_cycle(const HoldingFound* at, std::vector<const HoldingFound*>& chain,
                  std::set<const HoldingFound*>& followed) {
    constexpr std::size_t kLongest = 64;
    if (followed.contains(at)) return false;
    const bool twice = std::find(chain.begin(), chain.end(), at) != chain.end();
    chain.push_back(at);
    if (twice) return true;
    const auto& document = documents_.at(at->path, std::string(at->relative())).document;
    if (document && chain.size() < kLongest) {
      std::vector<const HoldingFound*>
          next;  // a document may be read anew while these are followed
      for (const NcmlDocument::Member& one : document->members) {
        const HoldingFound* const other = ncml_at(path_of(one, at->path));
        if (other != nullptr && std::find(next.begin(), next.end(), other) == next.end()) {
          next.push_back(other);
        }
      }
      for (const HoldingFound* const one : next) {
        if (find_cycle(one, chain, followed)) return true;
      }
    }
    chain.pop_back();
    followed.insert(at);
    return false;
  }

  void add_members(AggregatePlan& plan, const NcmlDocument::Member& member, const std::string& path,
                   std::set<std::size_t>& taken) const {
    std::optional<std::regex> regexp;
    try {
      if (!member.regexp.empty()) regexp.emplace(member.regexp);
    } catch (const std::regex_error&) {
      plan.problems.push_back(fmt::format("'{}' is no regular expression", member.regexp));
      return;
    }
    std::optional<NamePattern> dates;
    if (!member.dates.empty()) dates.emplace(member.dates);
    const bool glob = is_glob(member.location);
    const NamePattern pattern = NamePattern::glob(path);
    const auto [begin, end] =
        beginning_with(found_, std::string_view(path).substr(0, path.find_first_of("*?")));
    for (std::size_t i = begin; i < end; ++i) {
      const std::string& own = found_[i].path;
      if (is_ncml(own) || !(glob ? pattern.fits(own) : own == path)) continue;
      if (regexp && !std::regex_match(own, *regexp)) continue;
      if (!taken.insert(i).second) continue;
      AggregatePlan::Member made{i, member.told};
      if (member.by_name) {
        made.told.resize(plan.rule.joins->size());
        made.told[*member.by_name] = told_by_name(own, dates);
      }
      plan.members.push_back(std::move(made));
    }
  }

  /// The date in a name, as ISO 8601; without a pattern the name itself.
  static std::string told_by_name(const std::string& path,
                                  const std::optional<NamePattern>& dates) {
    if (!dates) return path.substr(path.rfind('/') + 1);
    const auto fields = dates->match(path);
    if (!fields || !fields->front().time) return "";
    CivilTime civil = *fields->front().time;
    if (civil.month == 0) {  // a day of the year
      const int day = civil.day;
      civil.month = civil.day = 1;
      const auto first = TimeInstant::from_civil(Calendar::Standard, civil);
      if (!first) return "";
      constexpr std::int64_t kDay_us = 86'400'000'000;
      civil = TimeInstant(Calendar::Standard, first->microseconds() + (day - 1) * kDay_us).civil();
    }
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", civil.year, civil.month, civil.day,
                       civil.hour, civil.minute, civil.second);
  }

  const std::vector<HoldingFound>& found_;
  NcmlDocuments& documents_;
  AggregatePlans plans_;
};

void put_rule(ByteWriter& out, const AggregationRule& rule) {
  out.text(rule.names);
  out.number(static_cast<std::uint8_t>(rule.overlaps));
  out.number(std::uint8_t{rule.strict_attributes});
  out.number(std::uint8_t{rule.joins.has_value()});
  for (const JoinedDimension& one : rule.joins.value_or(std::vector<JoinedDimension>())) {
    out.text(one.name);
    out.text(one.attribute);
    out.text(one.units);
  }
  for (const std::string& one : rule.expanded) out.text(one);
}

}  // namespace

const NcmlDocuments::Document& NcmlDocuments::at(const std::string& path,
                                                 const std::string& relative) {
  FileIdentity identity;
  try {
    identity = identity_of(path);
  } catch (const Error&) {  // read below, and told there
  }
  const auto known = documents_.find(path);
  if (known != documents_.end() && known->second.identity == identity) return known->second;
  Document& made = documents_[path];
  made = {identity, std::nullopt, ""};
  try {
    constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 20;
    if (identity.size > kMostBytes) {
      throw Error(ErrorKind::UnsupportedHolding, "", relative + ": it is longer than 64 MB");
    }
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) throw Error(ErrorKind::MalformedHolding, "", relative + ": it cannot be read");
    made.document = aggregation::parse_ncml(text.str(), relative);
  } catch (const Error& error) {
    made.problem = error.what();
  }
  return made;
}

bool NcmlDocuments::changed(const std::vector<HoldingFound>& found) const {
  std::size_t there = 0;
  for (const HoldingFound& one : found) {
    if (!is_ncml(one.path)) continue;
    ++there;
    const auto known = documents_.find(one.path);
    if (known == documents_.end()) return true;
    try {
      if (!(identity_of(one.path) == known->second.identity)) return true;
    } catch (const Error&) {
      if (!(known->second.identity == FileIdentity{})) return true;
    }
  }
  return there != documents_.size();
}

void NcmlDocuments::forget_gone(const std::vector<HoldingFound>& found) {
  std::erase_if(documents_, [&](const auto& one) {
    return std::none_of(found.begin(), found.end(),
                        [&](const HoldingFound& other) { return other.path == one.first; });
  });
}

AggregatePlans plan_aggregates(const std::vector<HoldingFound>& found,
                               const std::vector<DatasetOverlay>& overlays,
                               NcmlDocuments& documents) {
  documents.forget_gone(found);
  return Planner(found, documents).run(overlays);
}

Fingerprint generation_of(const AggregatePlan& plan,
                          const std::vector<std::shared_ptr<const IndexedHolding>>& indexed) {
  ByteWriter out;
  put_rule(out, plan.rule);
  for (const auto& change : plan.changes) {
    out.number(static_cast<std::uint8_t>(change.kind));
    for (const std::string* text : {&change.variable, &change.name, &change.old_name}) {
      out.text(*text);
    }
    put(out, Attributes({change.attribute}));
  }
  for (const std::string& problem : plan.problems) out.text(problem);
  for (const AggregatePlan::Member& one : plan.members) {
    for (const std::string& text : one.told) out.text(text);
    if (!indexed[one.holding]) continue;
    const FileIdentity identity = indexed[one.holding]->identity();
    out.text(indexed[one.holding]->path());
    out.number(identity.size);
    out.number(identity.modified_ns);
    out.number(identity.inode);
  }
  return fingerprint_of(out.bytes());
}

namespace {

/// Members from the future, which are the newest whatever comes after them.
std::vector<std::string> warnings_of_future(const AggregatePlan& plan,
                                            const std::vector<aggregation::MemberToJoin>& members) {
  if (plan.rule.overlaps != AggregationRule::Overlaps::Newest) return {};
  const std::int64_t now_us = SystemClock().now_us();
  std::size_t count = 0;
  std::string first, when;
  for (const aggregation::MemberToJoin& one : members) {
    if (remote::is_address(one.holding->path())) continue;
    const auto future = modified_in_future(one.holding->identity(), now_us);
    if (!future || count++ > 0) continue;
    first = one.holding->relative();
    when = *future;
  }
  if (count == 0) return {};
  return {
      fmt::format("{} was modified at {}, which is in the future{}: of files that overlap it is "
                  "the newest, also when others are replaced; touch it",
                  first, when, count == 1 ? "" : fmt::format(" (and {} more files)", count - 1))};
}

}  // namespace

OpenedHolding open_aggregate(const AggregatePlan& plan,
                             const std::vector<std::shared_ptr<const IndexedHolding>>& indexed,
                             const std::shared_ptr<Opener>& opener,
                             const std::shared_ptr<geometry::GeometryStore>& geometries,
                             IndexCatalogue* catalogue) {
  OpenedHolding opened;  // while nothing is served of it
  for (const std::string& problem : plan.problems) {
    opened.not_served.push_back({plan.relative, "", problem});
  }
  std::vector<aggregation::MemberToJoin> members;
  members.reserve(plan.members.size());
  for (const AggregatePlan::Member& one : plan.members) {
    if (indexed[one.holding]) members.push_back({indexed[one.holding], one.told});
  }
  if (members.empty()) {
    if (plan.problems.empty()) {
      opened.not_served.push_back({plan.relative, "", "none of its files is looked into yet"});
    }
    return opened;
  }
  Aggregated made;
  try {
    made = aggregate(members, plan.rule, plan.changes,
                     [opener](const std::shared_ptr<const IndexedHolding>& holding) {
                       return opener->open(holding);
                     });
  } catch (const std::exception& error) {
    log(LogLevel::Error, fmt::format("{}: {}", plan.path, error.what()));
    opened.not_served.push_back({plan.relative, "", "it cannot be joined; the log says more"});
    return opened;
  }
  for (const auto& one : made.report->quarantined) {
    opened.not_served.push_back({one.path, one.variable, one.reason});
  }
  if (!made.source) {
    log(LogLevel::Warning, fmt::format("{}: not served: {}", plan.path, made.refusal));
    opened.not_served.push_back({plan.relative, "", made.refusal});
    return opened;
  }
  const AggregateReport& report = *made.report;
  log(LogLevel::Info, fmt::format("{}: {} files joined, {} quarantined, {} duplicates, {} holes",
                                  plan.path, report.members, report.quarantined.size(),
                                  report.duplicates.size(), report.holes.size()));
  // The rule alone: what is added to a series keeps the colours it has.
  ByteWriter rule;
  put_rule(rule, plan.rule);
  const Fingerprint stamp = fingerprint_of(rule.bytes());
  const KnownRanges ranges(
      catalogue, plan.path,
      fmt::format("{:x} {:x}{}", stamp.high, stamp.low, stamp_of(plan.overlay)));
  const FileIdentity identity{report.members, made.modified_ns, 0};
  OpenedHolding one = make_dataset(
      corrected({plan.path, plan.relative, identity,
                 std::make_shared<const HoldingSchema>(made.source->describe()), made.source},
                plan.overlay),
      geometries, ranges);
  const auto future = warnings_of_future(plan, members);
  for (const std::string& warning : future) {
    log(LogLevel::Warning, fmt::format("{}: {}", plan.path, warning));
  }
  if (one.dataset) {
    auto dataset = std::make_shared<Dataset>(*one.dataset);
    dataset->aggregate = made.report;
    // What is left out of it is in its report: it is not told among what is not served as well.
    for (const auto* list : {&plan.problems, &future, &report.warnings}) {
      dataset->warnings.insert(dataset->warnings.end(), list->begin(), list->end());
    }
    one.dataset = std::move(dataset);
    return one;
  }
  one.not_served.insert(one.not_served.end(), opened.not_served.begin(), opened.not_served.end());
  return one;
}

}  // namespace gyre::coverage
