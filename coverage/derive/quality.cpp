#include "coverage/derive/quality.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/holding.h"
#include "coverage/cf/packing.h"
#include "coverage/cf/text.h"
#include "coverage/derive/derivation.h"
#include "coverage/derive/stored_flag.h"
#include "coverage/source/source.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kShown = 100;  // characters of what a client wrote

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorKind::InvalidParameter, kQualityParameter, why);
}

/// "sst_qc: good, probably_good; sst_bits: cloud".
std::string meanings_of(const std::vector<QualityFlags>& all) {
  std::string text;
  for (const QualityFlags& one : all) {
    text += fmt::format("{}{}: ", text.empty() ? "" : "; ", one.flags.name);
    for (std::size_t i = 0; i < one.flags.flags.size(); ++i) {
      text += (i == 0 ? "" : ", ") + one.flags.flags[i].meaning;
    }
  }
  return text;
}

std::vector<Flag> flags_meaning(const Field& variable, const std::string& meaning) {
  std::vector<Flag> found;
  const std::string wanted = cf::lower(meaning);
  for (const Flag& flag : variable.flags) {
    if (cf::lower(flag.meaning) == wanted) found.push_back(flag);
  }
  return found;
}

bool is_called(const Field& variable, const std::string& name) {
  return variable.name == name || cf::last_part(variable.name) == name ||
         cf::ncname(variable.name) == name;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const auto at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

/// The rules of all subjects while the words of a wish are gone through.
class Rules {
 public:
  explicit Rules(std::span<const QualitySubject> subjects) : rules_(subjects.size()) {
    for (const QualitySubject& subject : subjects) {
      flags_.push_back(quality_flags(*subject.dataset, *subject.field));
      names_.push_back(subject.field->name);
    }
  }

  [[nodiscard]] bool any_flags() const {
    return std::any_of(flags_.begin(), flags_.end(), [](const auto& one) { return !one.empty(); });
  }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  void read(const std::string& word) {
    if (by_meaning(word)) return;
    // A variable's name may hold colons, its meanings may not.
    const auto colon = word.rfind(':');
    if (colon == std::string::npos) {
      refuse(fmt::format("No quality flag means '{}'; there are {}.", word.substr(0, kShown),
                         all_meanings()));
    }
    by_variable(word.substr(0, colon), split(std::string_view(word).substr(colon + 1), '|'));
  }

  std::vector<std::vector<QualityRule>> take() {
    for (std::size_t s = 0; s < rules_.size(); ++s) {
      if (!rules_[s].empty() || flags_[s].empty() || addressed_) continue;
      refuse(fmt::format("No quality flag of '{}' has any of the meanings asked for; there are {}.",
                         names_[s], meanings_of(flags_[s])));
    }
    return std::move(rules_);
  }

 private:
  [[nodiscard]] std::string all_meanings() const {
    std::vector<QualityFlags> all;
    for (const auto& of_subject : flags_) {
      for (const QualityFlags& one : of_subject) {
        const bool known = std::any_of(all.begin(), all.end(), [&](const QualityFlags& other) {
          return other.flags.name == one.flags.name;
        });
        if (!known) all.push_back(one);
      }
    }
    return meanings_of(all);
  }

  void keep(std::size_t subject, const QualityFlags& quality, const std::vector<Flag>& flags) {
    auto& rules = rules_[subject];
    auto rule = std::find_if(rules.begin(), rules.end(), [&](const QualityRule& one) {
      return one.quality.flags.name == quality.flags.name;
    });
    if (rule == rules.end()) rule = rules.insert(rules.end(), {quality, {}});
    rule->kept.insert(rule->kept.end(), flags.begin(), flags.end());
  }

  bool by_meaning(const std::string& meaning) {
    bool known = false;
    for (std::size_t s = 0; s < flags_.size(); ++s) {
      for (const QualityFlags& quality : flags_[s]) {
        const std::vector<Flag> flags = flags_meaning(quality.flags, meaning);
        if (flags.empty()) continue;
        known = true;
        keep(s, quality, flags);
      }
    }
    return known;
  }

  void by_variable(const std::string& variable, const std::vector<std::string>& meanings) {
    bool known = false;
    for (std::size_t s = 0; s < flags_.size(); ++s) {
      for (const QualityFlags& quality : flags_[s]) {
        if (!is_called(quality.flags, variable)) continue;
        known = true;
        for (const std::string& meaning : meanings) {
          const std::vector<Flag> flags = flags_meaning(quality.flags, meaning);
          if (flags.empty()) {
            refuse(fmt::format("No flag of '{}' means '{}'; there are {}.", quality.flags.name,
                               meaning.substr(0, kShown), meanings_of({quality})));
          }
          keep(s, quality, flags);
        }
      }
    }
    if (!known) {
      refuse(fmt::format("'{}' is no variable of quality flags here; there are {}.",
                         variable.substr(0, kShown), all_meanings()));
    }
    addressed_ = true;
  }

  std::vector<std::vector<QualityFlags>> flags_;
  std::vector<std::string> names_;
  std::vector<std::vector<QualityRule>> rules_;
  bool addressed_ = false;  // one variable alone: fields without it are left as they are
};

}  // namespace

IndexBox QualityFlags::box_for(const IndexBox& field_box) const {
  IndexBox box;
  for (const auto& dimension : dimensions) {
    box.push_back(dimension ? field_box.at(*dimension) : IndexRange{0, 1});
  }
  return box;
}

std::vector<QualityFlags> quality_flags(const Dataset& dataset, const Field& field) {
  std::vector<QualityFlags> found;
  if (!field.attributes.text("ancillary_variables")) return found;
  const auto schema = described(dataset);
  const VariableSchema* of_field = schema->find(field.name);
  if (of_field == nullptr) return found;
  VariableSchema asking = *of_field;
  asking.attributes = field.attributes;
  const cf::Holding holding(*schema);
  for (const VariableSchema* variable : holding.listed(asking, "ancillary_variables")) {
    if (variable->type == ElementType::String || variable->name == field.name) continue;
    std::vector<std::string> ignored;
    QualityFlags quality{field_of(*variable, ignored), {}};
    bool fits = !quality.flags.flags.empty();
    for (std::size_t d = 0; d < variable->dimensions.size() && fits; ++d) {
      const auto& dimensions = of_field->dimensions;
      const auto at = std::find(dimensions.begin(), dimensions.end(), variable->dimensions[d]);
      if (at != dimensions.end()) {
        quality.dimensions.emplace_back(at - dimensions.begin());
      } else {
        quality.dimensions.emplace_back();
        fits = variable->shape[d] == 1;
      }
    }
    if (fits) found.push_back(std::move(quality));
  }
  return found;
}

bool has_meaning(std::int64_t stored, const Flag& flag) {
  if (!flag.value && !flag.mask) return false;  // told by a number that the type cannot hold
  const std::int64_t bits = flag.mask ? stored & *flag.mask : stored;
  return flag.value ? bits == *flag.value : bits != 0;
}

std::string meanings_of_sample(const Field& field, const RawBlock& block, std::size_t index) {
  std::string words;
  if (field.flags.empty()) return words;
  const auto stored = stored_flag(block, index);
  for (const Flag& flag : field.flags) {
    if (!stored || !has_meaning(*stored, flag)) continue;
    words += (words.empty() ? "" : ", ") + flag.meaning;
  }
  return words;
}

std::string words_of_flag(const Field& flags, const RawBlock& block, std::size_t index) {
  const std::string words = meanings_of_sample(flags, block, index);
  return words.empty() ? format_sample(flags, block, index) : words;
}

std::vector<std::vector<QualityRule>> quality_rules(std::span<const QualitySubject> subjects,
                                                    const QualityWish& wish) {
  Rules rules(subjects);
  if (wish.empty()) return rules.take();
  if (!rules.any_flags()) {
    std::string names;
    for (const std::string& name : rules.names()) names += (names.empty() ? "'" : "', '") + name;
    refuse(
        fmt::format("There are no quality flags of {}': no flag variable with flag_meanings is "
                    "among the ancillary_variables.",
                    names));
  }
  for (const std::string& word : wish) rules.read(word);
  return rules.take();
}

std::vector<SampleQuality> quality_of_sample(const Dataset& dataset, const Coverage& coverage,
                                             const Field& field,
                                             const std::vector<std::size_t>& at) {
  std::vector<SampleQuality> told;
  const std::vector<QualityFlags> all = quality_flags(dataset, field);
  if (all.empty()) return told;
  const auto schema = described(dataset);
  const auto& axes = coverage.domain_set.axes();
  IndexBox field_box;
  for (const std::string& dimension : schema->find(field.name)->dimensions) {
    const auto axis = std::find_if(axes.begin(), axes.end(), [&](const Axis& one) {
      return !one.is_scalar() && one.data().dimension == dimension;
    });
    const std::size_t index =
        axis == axes.end() ? 0 : at[static_cast<std::size_t>(axis - axes.begin())];
    field_box.push_back({index, index + 1});
  }
  for (const QualityFlags& quality : all) {
    const RawBlock block = dataset.source->read(quality.flags.name, quality.box_for(field_box));
    SampleQuality one{quality.flags.name, std::nullopt};
    std::uint8_t missing = 0;
    find_missing(quality.flags, block, {&missing, 1});
    if (missing == 0) one.meaning = words_of_flag(quality.flags, block, 0);
    told.push_back(std::move(one));
  }
  return told;
}

}  // namespace gyre::coverage
