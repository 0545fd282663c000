#include "coverage/aggregate/agreement.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include <fmt/format.h>

namespace gyre::coverage::aggregation {
namespace {

constexpr std::uint32_t kNone = 0xffffffff;

/// Index of the largest count, the first of equal ones.
std::uint32_t largest(const std::vector<std::size_t>& counts) {
  return static_cast<std::uint32_t>(std::max_element(counts.begin(), counts.end()) -
                                    counts.begin());
}

class StructureAgreement {
 public:
  StructureAgreement(const Structures& structures, const std::vector<std::string>& joined)
      : structures_(structures), joined_(joined) {
    choose_shapes();
    choose_sizes();
  }

  /// Of a class, the first variable (index in it) that is not as most have it; absent: none.
  [[nodiscard]] std::optional<std::size_t> differing(const StructureClass& one) const {
    for (std::size_t v = 0; v < one.variables.size(); ++v) {
      const auto& has = one.variables[v];
      if (has.shape != shapes_[has.variable]) return v;
      if (size_conflict(has)) return v;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::string reason(const StructureClass::Has& has) const {
    const SeenVariable& variable = structures_.variables()[has.variable];
    if (has.shape != shapes_[has.variable]) {
      return difference(variable.shapes[has.shape], variable.shapes[shapes_[has.variable]],
                        joined_);
    }
    const auto conflict = size_conflict(has);
    return fmt::format("its dimension '{}' has {} cells and not {}", conflict->first,
                       conflict->second, sizes_.at(conflict->first));
  }
  [[nodiscard]] const VariableSchema& reference(std::uint32_t seen) const {
    return structures_.variables()[seen].shapes[shapes_[seen]];
  }

 private:
  void choose_shapes() {
    std::vector<std::vector<std::size_t>> counts;
    for (const SeenVariable& variable : structures_.variables()) {
      counts.emplace_back(variable.shapes.size(), 0);
    }
    for (const StructureClass& one : structures_.classes()) {
      for (const auto& has : one.variables) counts[has.variable][has.shape] += one.members;
    }
    for (const auto& of_variable : counts) shapes_.push_back(largest(of_variable));
  }

  /// Variables that agree among themselves may have dimensions of one name and other sizes.
  void choose_sizes() {
    std::map<std::string, std::map<std::size_t, std::size_t>> counts;
    for (const StructureClass& one : structures_.classes()) {
      std::map<std::string, std::size_t> sizes;
      for (const auto& has : one.variables) {
        const VariableSchema& variable = structures_.variables()[has.variable].shapes[has.shape];
        for (std::size_t d = 0; d < variable.dimensions.size(); ++d) {
          if (!is_joined(variable.dimensions[d])) sizes[variable.dimensions[d]] = variable.shape[d];
        }
      }
      for (const auto& [name, size] : sizes) counts[name][size] += one.members;
    }
    for (const auto& [name, of_name] : counts) {
      const auto most = std::max_element(of_name.begin(), of_name.end(),
                                         [](auto& a, auto& b) { return a.second < b.second; });
      sizes_[name] = most->first;
    }
  }

  [[nodiscard]] std::optional<std::pair<std::string, std::size_t>> size_conflict(
      const StructureClass::Has& has) const {
    const VariableSchema& variable = structures_.variables()[has.variable].shapes[has.shape];
    for (std::size_t d = 0; d < variable.dimensions.size(); ++d) {
      const auto known = sizes_.find(variable.dimensions[d]);
      if (known != sizes_.end() && known->second != variable.shape[d]) {
        return std::pair{variable.dimensions[d], variable.shape[d]};
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] bool is_joined(const std::string& dimension) const {
    return std::find(joined_.begin(), joined_.end(), dimension) != joined_.end();
  }

  const Structures& structures_;
  const std::vector<std::string>& joined_;
  std::vector<std::uint32_t> shapes_;
  std::map<std::string, std::size_t> sizes_;
};

/// Are they the same numbers, as exactly as the less exact of the two tells them?
bool tell_the_same(const RawBlock& a, const RawBlock& b) {
  if (a.type == b.type || a.shape != b.shape || a.type == ElementType::String ||
      b.type == ElementType::String) {
    return false;  // of one type: their fingerprints have told
  }
  const bool single = a.type == ElementType::Float32 || b.type == ElementType::Float32;
  return with_type(a.type, [&](auto of_a) {
    return with_type(b.type, [&](auto of_b) {
      const auto mine = a.as<decltype(of_a)>();
      const auto theirs = b.as<decltype(of_b)>();
      return std::equal(mine.begin(), mine.end(), theirs.begin(), [&](auto x, auto y) {
        const auto left = static_cast<double>(x), right = static_cast<double>(y);
        const bool equal =
            single ? static_cast<float>(left) == static_cast<float>(right) : left == right;
        return equal || (std::isnan(left) && std::isnan(right));
      });
    });
  });
}

/// First members that have each variable, and the merged schema where there is none yet.
void find_firsts(Agreement& agreement, const Structures& structures) {
  std::vector<std::uint32_t> first_of_class(structures.classes().size(), kNone);
  for (std::size_t m = 0; m < agreement.classes.size(); ++m) {
    std::uint32_t& first = first_of_class[agreement.classes[m]];
    if (first == kNone) first = static_cast<std::uint32_t>(m);
  }
  std::vector<std::uint32_t> first(structures.variables().size(), kNone);
  for (std::size_t c = 0; c < first_of_class.size(); ++c) {
    if (first_of_class[c] == kNone) continue;
    for (const auto& has : structures.classes()[c].variables) {
      first[has.variable] = std::min(first[has.variable], first_of_class[c]);
    }
  }
  agreement.first_with.clear();
  std::size_t kept = 0;
  for (std::size_t v = 0; v < agreement.seen.size(); ++v) {
    if (first[agreement.seen[v]] == kNone) continue;  // nobody has it any more
    agreement.first_with.push_back(first[agreement.seen[v]]);
    if (kept != v) {
      agreement.seen[kept] = agreement.seen[v];
      agreement.schema.variables[kept] = std::move(agreement.schema.variables[v]);
    }
    ++kept;
  }
  agreement.seen.resize(kept);
  agreement.schema.variables.resize(kept);
}

}  // namespace

Agreement agree_on_structure(std::vector<MemberToJoin> members, std::vector<std::uint32_t> classes,
                             const Structures& structures, const std::vector<std::string>& joined,
                             AggregateReport& report) {
  const StructureAgreement agreed(structures, joined);
  std::vector<std::optional<std::size_t>> differing;
  for (const StructureClass& one : structures.classes()) differing.push_back(agreed.differing(one));
  Agreement agreement;
  std::vector<std::size_t> used(structures.classes().size(), 0);
  for (std::size_t m = 0; m < members.size(); ++m) {
    const StructureClass& own = structures.classes()[classes[m]];
    if (const auto bad = differing[classes[m]]) {
      const auto& has = own.variables[*bad];
      report.quarantined.push_back({members[m].holding->relative(),
                                    structures.variables()[has.variable].name,
                                    agreed.reason(has) + ", as in most of the files"});
      continue;
    }
    ++used[classes[m]];
    agreement.members.push_back(std::move(members[m]));
    agreement.classes.push_back(classes[m]);
  }
  if (agreement.members.empty()) return agreement;

  std::vector<std::uint8_t> listed(structures.variables().size(), 0);
  std::vector<std::uint32_t> order{largest(used)};
  for (std::uint32_t c = 0; c < used.size(); ++c) {
    if (used[c] > 0 && c != order.front()) order.push_back(c);
  }
  for (const std::uint32_t c : order) {
    for (const auto& has : structures.classes()[c].variables) {
      if (listed[has.variable] != 0) continue;
      listed[has.variable] = 1;
      agreement.seen.push_back(has.variable);
      agreement.schema.variables.push_back(agreed.reference(has.variable));
    }
  }
  const auto at = std::find(agreement.classes.begin(), agreement.classes.end(), order.front());
  const auto structure = agreement.members[static_cast<std::size_t>(at - agreement.classes.begin())]
                             .holding->structure();
  agreement.schema.format = structure->format;
  agreement.schema.remarks = structure->remarks;
  agreement.schema.dimensions = structure->dimensions;
  for (const VariableSchema& variable : agreement.schema.variables) {
    for (std::size_t d = 0; d < variable.dimensions.size(); ++d) {
      const bool known = std::any_of(
          agreement.schema.dimensions.begin(), agreement.schema.dimensions.end(),
          [&](const DimensionSchema& one) { return one.name == variable.dimensions[d]; });
      if (!known)
        agreement.schema.dimensions.push_back({variable.dimensions[d], variable.shape[d]});
    }
  }
  find_firsts(agreement, structures);
  return agreement;
}

void agree_on_values(Agreement& agreement, const Structures& structures,
                     const std::vector<std::size_t>& variables, AggregateReport& report) {
  struct Kind {
    std::size_t members = 0, first = 0;
    std::shared_ptr<const RawBlock> values;  ///< of the first; null where they are not kept
  };
  std::vector<std::uint8_t> keep(agreement.members.size(), 1);
  for (const std::size_t v : variables) {
    const std::string& name = agreement.schema.variables[v].name;
    const std::vector<std::uint8_t> with = classes_with(structures, agreement.seen[v]);
    std::vector<Kind> kinds;
    std::map<Fingerprint, std::uint32_t> by_fingerprint;
    std::vector<std::uint32_t> kind_of(agreement.members.size(), kNone);
    std::shared_ptr<const RawBlock> last;  // equal values are one object, mostly
    std::uint32_t last_kind = kNone;
    for (std::size_t m = 0; m < agreement.members.size(); ++m) {
      if (keep[m] == 0 || with[agreement.classes[m]] == 0) continue;
      const IndexedHolding& holding = *agreement.members[m].holding;
      const auto values = holding.values(name);
      if (!values || values != last) {
        const auto fingerprint = holding.fingerprint(name);
        if (!fingerprint) continue;  // not known: not for us to say
        const auto [at, is_new] =
            by_fingerprint.emplace(*fingerprint, static_cast<std::uint32_t>(kinds.size()));
        if (is_new) {
          // Precisions are few: where every file differs they are not compared with all others.
          constexpr std::size_t kMostCompared = 64;
          const auto compared =
              kinds.begin() + static_cast<std::ptrdiff_t>(std::min(kinds.size(), kMostCompared));
          const auto same = std::find_if(kinds.begin(), compared, [&](const Kind& one) {
            return values && one.values && tell_the_same(*values, *one.values);
          });
          if (same != compared) {
            at->second = static_cast<std::uint32_t>(same - kinds.begin());
          } else {
            kinds.push_back({0, m, values});
          }
        }
        last_kind = at->second;
        last = values;
      }
      kind_of[m] = last_kind;
      ++kinds[last_kind].members;
    }
    if (kinds.size() < 2) continue;
    std::uint32_t most = 0;
    for (std::uint32_t k = 1; k < kinds.size(); ++k) {
      if (kinds[k].members > kinds[most].members) most = k;
    }
    for (std::size_t m = 0; m < agreement.members.size(); ++m) {
      if (kind_of[m] == kNone || kind_of[m] == most) continue;
      keep[m] = 0;
      report.quarantined.push_back(
          {agreement.members[m].holding->relative(), name,
           fmt::format("its values are others than those of {}, which {} files have",
                       agreement.members[kinds[most].first].holding->relative(),
                       kinds[most].members)});
    }
  }
  retain(agreement, structures, keep);
}

void retain(Agreement& agreement, const Structures& structures,
            const std::vector<std::uint8_t>& keep) {
  if (std::find(keep.begin(), keep.end(), 0) != keep.end()) {
    std::size_t kept = 0;
    for (std::size_t m = 0; m < keep.size(); ++m) {
      if (keep[m] == 0) continue;
      if (kept != m) {
        agreement.members[kept] = std::move(agreement.members[m]);
        agreement.classes[kept] = agreement.classes[m];
      }
      ++kept;
    }
    agreement.members.resize(kept);
    agreement.classes.resize(kept);
  }
  find_firsts(agreement, structures);
}

std::vector<std::uint8_t> classes_with(const Structures& structures, std::uint32_t seen) {
  std::vector<std::uint8_t> with;
  for (const StructureClass& one : structures.classes()) {
    const bool has = std::any_of(one.variables.begin(), one.variables.end(),
                                 [&](const auto& has_it) { return has_it.variable == seen; });
    with.push_back(has ? 1 : 0);
  }
  return with;
}

}  // namespace gyre::coverage::aggregation
