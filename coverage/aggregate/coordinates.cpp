#include "coverage/aggregate/coordinates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "coverage/aggregate/usual_names.h"
#include "coverage/cf/axis_kind.h"
#include "coverage/cf/text.h"

namespace gyre::coverage::aggregation {
namespace {

Attribute text_attribute(const char* name, std::string text) {
  return {name, ElementType::String, std::move(text)};
}

template <typename T>
std::shared_ptr<RawBlock> block_of(ElementType type, const std::vector<T>& values) {
  auto block = std::make_shared<RawBlock>();
  block->type = type;
  block->shape = {values.size()};
  block->bytes.resize(values.size() * sizeof(T));
  std::memcpy(block->bytes.data(), values.data(), block->bytes.size());
  return block;
}

/// Numbers as int32 where they are whole, else as double.
void put_numbers(AggregateVariable& made, const std::vector<double>& numbers) {
  const bool whole = std::all_of(numbers.begin(), numbers.end(), [](double number) {
    return number == std::trunc(number) && std::abs(number) < 2147483647.0;
  });
  if (whole) {
    std::vector<std::int32_t> values;
    for (const double number : numbers) values.push_back(static_cast<std::int32_t>(number));
    made.form.schema.type = ElementType::Int32;
    made.block = block_of(ElementType::Int32, values);
  } else {
    made.form.schema.type = ElementType::Float64;
    made.block = block_of(ElementType::Float64, numbers);
  }
}

/// Times that no file stores: in the longest unit in which they are whole.
void put_times(AggregateVariable& made, Calendar calendar, const std::vector<std::int64_t>& keys) {
  struct Unit {
    const char* name;
    std::int64_t us;
  };
  constexpr std::array<Unit, 4> kUnits{{{"days", 86'400'000'000},
                                        {"hours", 3'600'000'000},
                                        {"minutes", 60'000'000},
                                        {"seconds", 1'000'000}}};
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& one) {
    return std::all_of(keys.begin(), keys.end(),
                       [&](std::int64_t key) { return key % one.us == 0; });
  });
  const Unit& chosen = unit == kUnits.end() ? kUnits.back() : *unit;
  const std::string units = fmt::format("{} since 1970-01-01 00:00:00", chosen.name);
  const auto decoded = parse_time_units(units, calendar);
  std::vector<double> numbers;
  for (const std::int64_t key : keys) {
    numbers.push_back(decoded->encode(TimeInstant(calendar, key)));
  }
  put_numbers(made, numbers);
  made.form.schema.attributes.set(text_attribute("units", units));
  made.form.schema.attributes.set(text_attribute("calendar", std::string(name_of(calendar))));
}

/// The first member's step at each place of an axis.
struct Witness {
  std::uint32_t member = kNobody, step = 0;
};
std::vector<Witness> witnesses(const JoinedAxis& axis, const Positions& positions) {
  std::vector<Witness> found(axis.size);
  for (std::uint32_t m = 0; m < positions.everywhere.size(); ++m) {
    if (positions.everywhere[m] != 0) continue;  // it has no coordinate
    for (const Place& place : axis.of(m)) {
      if (found[place.at].member == kNobody) found[place.at] = {m, place.step};
    }
  }
  return found;
}

/// Coordinates of members, from where they keep them.
class Stored {
 public:
  explicit Stored(const CoordinateInput& input) : input_(input) {
    const auto& variables = input.agreement.schema.variables;
    const auto at = std::find_if(variables.begin(), variables.end(), [&](const auto& one) {
      return one.name == input.join.coordinate;
    });
    reference_ = &*at;
    seen_ = input.agreement.seen[static_cast<std::size_t>(at - variables.begin())];
  }

  AggregateVariable run() {
    AggregateVariable made;
    made.kind = AggregateVariable::Kind::Kept;
    made.form.schema = *reference_;
    VariableSchema& schema = made.form.schema;
    schema.dimensions = {input_.axis.dimension};
    schema.shape = {input_.axis.size};
    schema.chunk_shape.clear();
    schema.attributes.remove("actual_range");
    if (input_.positions.kind == Positions::Kind::Text) {
      auto texts = std::make_shared<std::vector<std::string>>();
      for (const std::int64_t key : input_.keys) {
        texts->push_back(input_.positions.words[static_cast<std::size_t>(key)]);
      }
      made.texts = std::move(texts);
    } else if (stored_alike()) {
      copy_stored(made);
    } else if (input_.positions.kind == Positions::Kind::Time) {
      encode_times(made);
    } else {
      std::vector<double> numbers;
      for (const std::int64_t key : input_.keys) numbers.push_back(input_.positions.number(key));
      remove_form(schema);
      schema.type = ElementType::Float64;
      made.block = block_of(ElementType::Float64, numbers);
    }
    return made;
  }

 private:
  [[nodiscard]] bool stored_alike() const {
    std::set<std::uint32_t> forms;
    const auto& classes = input_.structures.classes();
    const std::set<std::uint32_t> used(input_.agreement.classes.begin(),
                                       input_.agreement.classes.end());
    for (const std::uint32_t c : used) {
      for (const auto& has : classes[c].variables) {
        if (has.variable == seen_) forms.insert(has.form);
      }
      if (forms.size() > 1) return false;
    }
    return true;
  }

  void copy_stored(AggregateVariable& made) const {
    auto block = std::make_shared<RawBlock>();
    block->shape = {input_.axis.size};
    std::shared_ptr<const RawBlock> own;
    std::uint32_t own_member = kNobody;
    std::size_t item = 0;
    const auto places = witnesses(input_.axis, input_.positions);
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i].member != own_member) {
        own_member = places[i].member;
        own = input_.agreement.members[own_member].holding->values(input_.join.coordinate);
      }
      if (item == 0) {
        block->type = own->type;
        item = size_of(own->type);
        block->bytes.resize(places.size() * item);
      }
      std::memcpy(block->bytes.data() + i * item, own->bytes.data() + places[i].step * item, item);
    }
    made.block = std::move(block);
  }

  void encode_times(AggregateVariable& made) const {
    VariableSchema& schema = made.form.schema;
    remove_form(schema);
    schema.type = ElementType::Float64;
    auto units = *time_units_of(*reference_);
    const auto& keys = input_.keys;
    const Calendar calendar = input_.positions.calendar;
    const bool exact = std::all_of(keys.begin(), keys.end(), [&](std::int64_t key) {
      return units.decode(units.encode(TimeInstant(calendar, key))).microseconds() == key;
    });
    if (!exact) {  // finer than its unit can tell
      const std::string text =
          fmt::format("milliseconds since {}", input_.positions.text(keys.front()));
      if (const auto finer = parse_time_units(text, calendar)) {
        units = *finer;
        schema.attributes.set(text_attribute("units", text));
      }
    }
    std::vector<double> numbers;
    for (const std::int64_t key : keys) numbers.push_back(units.encode(TimeInstant(calendar, key)));
    made.block = block_of(ElementType::Float64, numbers);
  }

  static void remove_form(VariableSchema& schema) {
    const Attributes before = schema.attributes;
    for (const Attribute& one : before) {
      if (is_form_attribute(one.name)) schema.attributes.remove(one.name);
    }
  }

  const CoordinateInput& input_;
  const VariableSchema* reference_ = nullptr;
  std::uint32_t seen_ = 0;
};

}  // namespace

std::optional<Leads> find_leads(const Agreement& agreement, const Joins& joins,
                                const std::vector<Positions>& positions) {
  const auto role_of = [&](const Join& join) {
    const VariableSchema* const variable = agreement.schema.find(join.coordinate);
    return variable == nullptr ? AxisRole::Other : axis_kind_of(*variable).role;
  };
  for (std::size_t t = 0; t < joins.list.size(); ++t) {
    const Join& time = joins.list[t];
    const bool is_time = positions[t].kind == Positions::Kind::Time && time.in_files &&
                         time.from == Join::From::Coordinate && role_of(time) == AxisRole::Time;
    if (!is_time) continue;
    for (std::size_t r = 0; r < joins.list.size(); ++r) {
      if (r == t || positions[r].kind != Positions::Kind::Time) continue;
      const Join& run = joins.list[r];
      const bool stored = run.from == Join::From::Coordinate || run.from == Join::From::Scalar;
      if (stored && role_of(run) != AxisRole::ReferenceTime) continue;
      // Several runs in one file: leads are not one number a step.
      bool one_each = true;
      for (std::size_t m = 0; m + 1 < positions[r].offsets.size(); ++m) {
        const bool nowhere = positions[r].everywhere[m] != 0 && positions[t].everywhere[m] != 0;
        one_each =
            one_each && (nowhere || positions[r].offsets[m + 1] == positions[r].offsets[m] + 1);
      }
      if (one_each) return Leads{r, t};
    }
  }
  return std::nullopt;
}

void count_leads(const Leads& leads, std::vector<Positions>& positions) {
  Positions& times = positions[leads.time];
  const Positions& runs = positions[leads.run];
  for (std::size_t m = 0; m + 1 < times.offsets.size(); ++m) {
    for (std::uint32_t i = times.offsets[m]; i < times.offsets[m + 1]; ++i) {
      times.keys[i] -= runs.keys[runs.offsets[m]];
    }
  }
}

AggregateVariable make_coordinate(const CoordinateInput& input) {
  using From = Join::From;
  if (input.join.from == From::Coordinate || input.join.from == From::Scalar) {
    AggregateVariable made = Stored(input).run();
    made.file_name = input.join.coordinate;
    return made;
  }
  AggregateVariable made;
  made.kind = AggregateVariable::Kind::Kept;
  VariableSchema& schema = made.form.schema;
  if (const VariableSchema* const own = input.agreement.schema.find(input.join.dimension)) {
    for (const Attribute& one : own->attributes) {
      const bool other = is_form_attribute(one.name) || one.name == "units" ||
                         one.name == "calendar" || one.name == "bounds" ||
                         one.name == "actual_range";
      if (!other) schema.attributes.set(one);
    }
  }
  schema.name = input.join.dimension;
  schema.dimensions = {input.axis.dimension};
  schema.shape = {input.axis.size};
  const auto set_default = [&](const char* name, const char* text) {
    if (!schema.attributes.has(name)) schema.attributes.set(text_attribute(name, text));
  };
  switch (input.positions.kind) {
    case Positions::Kind::Time:
      set_default("standard_name", input.reference_times ? "forecast_reference_time" : "time");
      put_times(made, input.positions.calendar, input.keys);
      break;
    case Positions::Kind::Number: {
      if (is_member_name(schema.name)) set_default("standard_name", "realization");
      std::vector<double> numbers;
      for (const std::int64_t key : input.keys) numbers.push_back(input.positions.number(key));
      put_numbers(made, numbers);
      if (!input.join.units.empty()) {
        schema.attributes.set(text_attribute("units", input.join.units));
      } else if (const auto* own = input.agreement.schema.find(input.join.dimension)) {
        if (const Attribute* const units = own->attributes.find("units")) {
          schema.attributes.set(*units);
        }
      }
      // Without its units a forecast period would be a wrong one.
      if (is_lead_name(schema.name) && schema.attributes.has("units")) {
        set_default("standard_name", "forecast_period");
      }
      break;
    }
    case Positions::Kind::Text: {
      if (is_member_name(schema.name)) set_default("standard_name", "realization");
      schema.type = ElementType::String;
      auto texts = std::make_shared<std::vector<std::string>>();
      for (const std::int64_t key : input.keys) {
        texts->push_back(input.positions.words[static_cast<std::size_t>(key)]);
      }
      made.texts = std::move(texts);
      break;
    }
  }
  return made;
}

AggregateVariable make_lead_coordinate(const std::string& name,
                                       const std::vector<std::int64_t>& keys,
                                       const VariableSchema* like) {
  AggregateVariable made;
  made.kind = AggregateVariable::Kind::Kept;
  VariableSchema& schema = made.form.schema;
  std::string units = like == nullptr ? "hours" : like->attributes.text("units").value_or("hours");
  const Calendar calendar = Calendar::Standard;
  auto decoded = parse_time_units(units + " since 1970-01-01", calendar);
  if (!decoded) {
    units = "hours";
    decoded = parse_time_units(units + " since 1970-01-01", calendar);
  }
  std::vector<double> numbers;
  for (const std::int64_t key : keys)
    numbers.push_back(decoded->encode(TimeInstant(calendar, key)));
  if (like != nullptr) {
    for (const Attribute& one : like->attributes) {
      if (!is_form_attribute(one.name) && one.name != "actual_range") schema.attributes.set(one);
    }
  }
  schema.name = name;
  schema.attributes.set(text_attribute("standard_name", "forecast_period"));
  schema.attributes.set(text_attribute("units", units));
  put_numbers(made, numbers);
  return made;
}

}  // namespace gyre::coverage::aggregation
