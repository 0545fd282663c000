#include "coverage/aggregate/positions.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <sstream>
#include <unordered_map>

#include <fmt/format.h>

#include "coverage/aggregate/value_form.h"
#include "coverage/cf/packing.h"

namespace gyre::coverage::aggregation {
namespace {

std::int64_t ordered(double number) {
  const auto bits = std::bit_cast<std::int64_t>(number == 0 ? 0.0 : number);
  return bits < 0 ? std::numeric_limits<std::int64_t>::min() - bits : bits;
}

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

/// A date of a name; one of month 0 is a day of the year.
std::optional<TimeInstant> instant_of(Calendar calendar, CivilTime civil) {
  const bool day_of_year = civil.month == 0;
  const int day = civil.day;
  if (day_of_year) civil.month = civil.day = 1;
  const bool midnight = civil.hour == 24;
  if (midnight) civil.hour = 0;
  const auto instant = TimeInstant::from_civil(calendar, civil);
  if (!instant) return std::nullopt;
  constexpr std::int64_t kDay_us = 86'400'000'000;
  const std::int64_t days = (day_of_year ? day - 1 : 0) + (midnight ? 1 : 0);
  const TimeInstant moved(calendar, instant->microseconds() + days * kDay_us);
  if (day_of_year && moved.civil().year != civil.year) return std::nullopt;
  return moved;
}

/// Values that are told as texts become what all of them are: numbers, times or texts.
class Texts {
 public:
  Texts(Calendar calendar, const std::string& units)
      : calendar_(calendar), units_(parse_time_units(units, calendar)) {}

  void add(const std::string& text, const std::optional<CivilTime>& civil) {
    values_.push_back(text);
    if (civil) {
      const auto instant = instant_of(calendar_, *civil);
      times_.push_back(instant);
      numbers_all_ = false;
      if (instant) values_.back() = instant->iso8601();
      return;
    }
    const auto number = number_in(text);
    numbers_all_ = numbers_all_ && number;
    // Numbers are dates only where no unit says otherwise, and all of them are.
    const auto period = number ? std::nullopt : parse_iso8601(text, calendar_);
    times_.push_back(period ? std::optional(period->first) : std::nullopt);
  }

  [[nodiscard]] Positions::Kind kind() const {
    if (numbers_all_) return units_ ? Positions::Kind::Time : Positions::Kind::Number;
    const bool dates =
        std::all_of(times_.begin(), times_.end(), [](const auto& one) { return one.has_value(); });
    return dates ? Positions::Kind::Time : Positions::Kind::Text;
  }

  /// @param words gets the texts by rank
  [[nodiscard]] std::vector<std::int64_t> keys(std::vector<std::string>& words) const {
    std::vector<std::int64_t> keys;
    keys.reserve(values_.size());
    if (kind() == Positions::Kind::Text) {
      words = values_;
      std::sort(words.begin(), words.end(), before_by_name);
      words.erase(std::unique(words.begin(), words.end()), words.end());
      std::unordered_map<std::string, std::int64_t> ranks;
      for (std::size_t i = 0; i < words.size(); ++i) ranks[words[i]] = static_cast<std::int64_t>(i);
      for (const std::string& value : values_) keys.push_back(ranks.at(value));
      return keys;
    }
    for (std::size_t i = 0; i < values_.size(); ++i) {
      if (!numbers_all_) {
        keys.push_back(times_[i]->microseconds());
      } else {
        const double number = *number_in(values_[i]);
        keys.push_back(units_ ? units_->decode(number).microseconds() : ordered(number));
      }
    }
    return keys;
  }

 private:
  Calendar calendar_;
  std::optional<TimeUnits> units_;
  std::vector<std::string> values_;
  std::vector<std::optional<TimeInstant>> times_;
  bool numbers_all_ = true;
};

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::size_t size_in(const HoldingSchema& schema, const std::string& dimension) {
  for (const DimensionSchema& one : schema.dimensions) {
    if (one.name == dimension) return one.size;
  }
  return 0;
}

/// Collects what members have, in the order of members.
class Finder {
 public:
  Finder(const std::vector<MemberToJoin>& members, const Join& join, std::size_t rule_index,
         const std::optional<NamePattern>& names, Calendar calendar,
         std::vector<NoPosition>& without, std::vector<std::string>& warnings)
      : members_(members),
        join_(join),
        rule_index_(rule_index),
        names_(names),
        without_(without),
        warnings_(warnings),
        texts_(calendar, join.units) {
    found_.calendar = calendar;
  }

  Positions run() {
    using From = Join::From;
    const bool by_text =
        join_.from == From::Told || join_.from == From::Names || join_.from == From::Attribute;
    std::uint32_t next = 0;
    found_.offsets.reserve(members_.size() + 1);
    found_.everywhere.assign(members_.size(), 0);
    for (std::size_t m = 0; m < members_.size(); ++m) {
      found_.offsets.push_back(static_cast<std::uint32_t>(found_.steps.size()));
      const std::size_t before = found_.steps.size();
      try {
        if (by_text) {
          add_text(m);
        } else if (join_.from == From::Order) {
          const std::size_t size = size_in(*members_[m].holding->structure(), join_.dimension);
          for (std::size_t i = 0; i < size; ++i) {
            found_.keys.push_back(ordered(static_cast<double>(next++)));
            found_.steps.push_back(static_cast<std::uint32_t>(i));
          }
        } else {
          add_coordinate(m);
        }
      } catch (const Refused& refused) {
        found_.steps.resize(before);
        if (!by_text) found_.keys.resize(before);
        without_.push_back({m, refused.reason});
      }
    }
    found_.offsets.push_back(static_cast<std::uint32_t>(found_.steps.size()));
    if (by_text) {
      found_.kind = texts_.kind();
      found_.keys = texts_.keys(found_.words);
    } else if (!labels_.empty() || kind_ == Positions::Kind::Text) {
      found_.kind = Positions::Kind::Text;
      rank_labels();
    } else {
      found_.kind = kind_;
    }
    return std::move(found_);
  }

 private:
  struct Refused {
    std::string reason;
  };

  void add_text(std::size_t m) {
    const IndexedHolding& holding = *members_[m].holding;
    std::vector<std::string> values;
    std::optional<CivilTime> civil;
    if (join_.from == Join::From::Told) {
      if (rule_index_ < members_[m].told.size()) values = words_told(members_[m].told[rule_index_]);
      if (values.empty()) throw Refused{"nothing is told of where it belongs"};
    } else if (join_.from == Join::From::Names) {
      const auto fields = names_->match(holding.relative());
      if (!fields) {
        throw Refused{
            fmt::format("its name does not fit the pattern \"{}\" that tells where it belongs",
                        names_->text())};
      }
      civil = (*fields)[join_.field].time;
      if (civil && !instant_of(found_.calendar, *civil)) {
        throw Refused{
            fmt::format("its name tells by the pattern \"{}\" a date that is none in the "
                        "calendar '{}'",
                        names_->text(), name_of(found_.calendar))};
      }
      values = {(*fields)[join_.field].text};
    } else {
      const Attributes attributes = holding.attributes();
      if (const auto text = attributes.text(join_.attribute)) {
        values = {*text};
      } else if (const auto number = attributes.number(join_.attribute)) {
        values = {fmt::format("{}", *number)};
      } else {
        throw Refused{fmt::format("it has no global attribute '{}'", join_.attribute)};
      }
    }
    const std::size_t steps =
        join_.in_files ? size_in(*holding.structure(), join_.dimension) : std::size_t{1};
    if (values.size() != steps) {
      throw Refused{fmt::format("{} positions are told for its {} steps of '{}'", values.size(),
                                steps, join_.dimension)};
    }
    for (std::size_t i = 0; i < steps; ++i) {
      texts_.add(values[i], civil);
      found_.steps.push_back(static_cast<std::uint32_t>(i));
    }
  }

  /// Dates may have a blank before their time of day.
  [[nodiscard]] std::vector<std::string> words_told(const std::string& text) const {
    if (!text.empty() && !number_in(text) && parse_iso8601(text, found_.calendar)) return {text};
    return words_of(text);
  }

  void add_coordinate(std::size_t m) {
    const IndexedHolding& holding = *members_[m].holding;
    const auto structure = holding.structure();
    if (structure != last_structure_) {
      const VariableSchema* const variable = structure->find(join_.coordinate);
      if (variable == nullptr) {
        constexpr std::size_t kMost = 64;  // each of them has a place for every step
        if (size_in(*structure, join_.dimension) == 0 && ++everywhere_ <= kMost) {
          found_.everywhere[m] = 1;
          return;
        }
        throw Refused{fmt::format("it has no coordinate '{}'", join_.coordinate)};
      }
      last_structure_ = structure;
      form_ = form_of(*variable);
      units_ = time_units_of(*variable);
      text_ = variable->type == ElementType::String;
    }
    if (text_) {
      const auto texts = holding.texts(join_.coordinate);
      if (!texts) throw Refused{fmt::format("'{}' cannot be read", join_.coordinate)};
      kind_ = Positions::Kind::Text;
      for (std::size_t i = 0; i < texts->size(); ++i) {
        labels_.push_back((*texts)[i]);
        found_.keys.push_back(0);
        found_.steps.push_back(static_cast<std::uint32_t>(i));
      }
      return;
    }
    const auto block = holding.values(join_.coordinate);
    if (!block) throw Refused{fmt::format("'{}' cannot be read", join_.coordinate)};
    kind_ = units_ ? Positions::Kind::Time : Positions::Kind::Number;
    add_numbers(holding, *block);
  }

  void add_numbers(const IndexedHolding& holding, const RawBlock& block) {
    if (field_.storage != form_.storage || !(field_.packing == form_.packing) ||
        !(field_.missing == form_.missing)) {
      field_.storage = form_.storage;
      field_.packing = form_.packing;
      field_.missing = form_.missing;
      if (!units_) field_.missing = {};
    }
    numbers_.resize(block.cells());
    unpack(field_, block, numbers_);
    const bool exact = units_ && is_integer(block.type) && !form_.packing.packed;
    std::size_t left_out = 0;
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      const double number = numbers_[i];
      constexpr long double kMost_us = 8e18L;
      if (!std::isfinite(number) ||
          (units_ && std::abs(static_cast<long double>(number) * units_->unit_us) > kMost_us)) {
        ++left_out;
        continue;
      }
      std::int64_t key = 0;
      if (!units_) {
        key = ordered(number);
      } else if (exact) {
        key = with_type(block.type, [&](auto zero) {
          return units_->decode(static_cast<std::int64_t>(block.as<decltype(zero)>()[i]))
              .microseconds();
        });
      } else {
        key = units_->decode(number).microseconds();
      }
      if (units_ && units_->reference.calendar() != found_.calendar && key < kGregorianReform_us) {
        throw Refused{fmt::format(
            "its '{}' tells dates before 1582-10-15 in the calendar '{}', not in '{}'",
            join_.coordinate, name_of(units_->reference.calendar()), name_of(found_.calendar))};
      }
      found_.keys.push_back(key);
      found_.steps.push_back(static_cast<std::uint32_t>(i));
    }
    if (left_out > 0 && left_out == numbers_.size()) {
      throw Refused{fmt::format("its '{}' has no value", join_.coordinate)};
    }
    if (left_out > 0) {
      warnings_.push_back(fmt::format("{}: {} steps have no '{}' and are left out",
                                      holding.relative(), left_out, join_.coordinate));
    }
  }

  void rank_labels() {
    found_.words = labels_;
    std::sort(found_.words.begin(), found_.words.end(), before_by_name);
    found_.words.erase(std::unique(found_.words.begin(), found_.words.end()), found_.words.end());
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      found_.keys[i] =
          std::lower_bound(found_.words.begin(), found_.words.end(), labels_[i], before_by_name) -
          found_.words.begin();
    }
  }

  const std::vector<MemberToJoin>& members_;
  const Join& join_;
  std::size_t rule_index_;
  const std::optional<NamePattern>& names_;
  std::vector<NoPosition>& without_;
  std::vector<std::string>& warnings_;
  Texts texts_;
  Positions found_;
  Positions::Kind kind_ = Positions::Kind::Number;
  std::vector<std::string> labels_;
  std::shared_ptr<const HoldingSchema> last_structure_;
  ValueForm form_;
  Field field_;
  std::optional<TimeUnits> units_;
  bool text_ = false;
  std::size_t everywhere_ = 0;
  std::vector<double> numbers_;
};

}  // namespace

bool before_by_name(std::string_view a, std::string_view b) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::string_view all_a = a, all_b = b;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const auto take = [&](std::string_view& text) {
        std::size_t end = 0;
        while (end < text.size() && is_digit(text[end])) ++end;
        std::string_view digits = text.substr(0, end);
        text.remove_prefix(end);
        while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
        return digits;
      };
      const std::string_view one = take(a), other = take(b);
      if (one.size() != other.size()) return one.size() < other.size();
      if (one != other) return one < other;
    } else {
      if (a.front() != b.front()) return a.front() < b.front();
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  if (a.empty() != b.empty()) return a.empty();
  return all_a < all_b;
}

double Positions::number(std::int64_t key) const {
  return std::bit_cast<double>(key < 0 ? std::numeric_limits<std::int64_t>::min() - key : key);
}

std::string Positions::text(std::int64_t key) const {
  switch (kind) {
    case Kind::Time:
      return TimeInstant(calendar, key).iso8601();
    case Kind::Number:
      return fmt::format("{}", number(key));
    case Kind::Text:
      return words[static_cast<std::size_t>(key)];
  }
  return {};
}

Positions find_positions(const std::vector<MemberToJoin>& members, const Join& join,
                         std::size_t rule_index, const std::optional<NamePattern>& names,
                         Calendar calendar, std::vector<NoPosition>& without,
                         std::vector<std::string>& warnings) {
  return Finder(members, join, rule_index, names, calendar, without, warnings).run();
}

JoinedAxis make_axis(const Positions& positions, std::vector<std::int64_t>& keys) {
  keys = positions.keys;
  const bool sorted = std::is_sorted(keys.begin(), keys.end());
  if (!sorted) std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  keys.shrink_to_fit();
  JoinedAxis axis;
  axis.size = keys.size();
  axis.places.reserve(positions.keys.size());
  std::vector<Place> own;
  std::size_t hint = 0;
  for (std::size_t m = 0; m + 1 < positions.offsets.size(); ++m) {
    axis.offsets.push_back(static_cast<std::uint32_t>(axis.places.size()));
    own.clear();
    if (positions.everywhere[m] != 0) {
      for (std::uint32_t at = 0; at < axis.size; ++at) axis.places.push_back({at, 0});
      continue;
    }
    for (std::uint32_t i = positions.offsets[m]; i < positions.offsets[m + 1]; ++i) {
      const std::int64_t key = positions.keys[i];
      if (hint >= keys.size() || keys[hint] != key) {
        hint = static_cast<std::size_t>(std::lower_bound(keys.begin(), keys.end(), key) -
                                        keys.begin());
      }
      own.push_back({static_cast<std::uint32_t>(hint), positions.steps[i]});
      ++hint;
    }
    if (!std::is_sorted(own.begin(), own.end())) std::sort(own.begin(), own.end());
    // Of a step that a file has twice, the last written stands.
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (i + 1 < own.size() && own[i + 1].at == own[i].at) continue;
      axis.places.push_back(own[i]);
    }
  }
  axis.offsets.push_back(static_cast<std::uint32_t>(axis.places.size()));
  return axis;
}

}  // namespace gyre::coverage::aggregation
