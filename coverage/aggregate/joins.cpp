#include "coverage/aggregate/joins.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "coverage/aggregate/usual_names.h"
#include "coverage/aggregate/value_form.h"
#include "coverage/base/error.h"
#include "coverage/cf/axis_kind.h"
#include "coverage/cf/holding.h"
#include "coverage/model/time_units.h"

namespace gyre::coverage::aggregation {
namespace {

constexpr std::size_t kSample = 33;

struct Found {
  std::string dimension, coordinate;
  bool in_files = false;
  auto operator<=>(const Found&) const = default;
};

bool is_time(const VariableSchema& variable) {
  return axis_kind_of(variable).role == AxisRole::Time && time_units_of(variable).has_value();
}

/// The time of a holding: its dimension, else a single value.
std::optional<Found> time_of(const HoldingSchema& schema) {
  const cf::Holding holding(schema);
  std::map<std::string, std::size_t> uses;
  for (const VariableSchema& variable : schema.variables) {
    for (const std::string& dimension : variable.dimensions) ++uses[dimension];
  }
  std::optional<Found> best;
  std::size_t most = 0;
  for (const bool own : {true, false}) {  // a coordinate variable, else one called otherwise
    for (const VariableSchema& variable : schema.variables) {
      if (variable.dimensions.size() != 1 || !is_time(variable)) continue;
      const std::string& dimension = variable.dimensions.front();
      if (own != (holding.coordinate_variable(variable, dimension) == &variable)) continue;
      if (uses[dimension] <= most) continue;
      most = uses[dimension];
      best = Found{dimension, variable.name, true};
    }
    if (best) return best;
  }
  for (const VariableSchema& variable : schema.variables) {
    if (variable.dimensions.empty() && is_time(variable)) {
      return Found{variable.name, variable.name, false};
    }
  }
  return std::nullopt;
}

/// What a holding has of a dimension that is called by its name.
Found named_in(const HoldingSchema& schema, const std::string& name) {
  const bool has =
      std::any_of(schema.variables.begin(), schema.variables.end(), [&](const auto& v) {
        return std::find(v.dimensions.begin(), v.dimensions.end(), name) != v.dimensions.end();
      });
  const VariableSchema* const variable = schema.find(name);
  if (has) {
    const cf::Holding holding(schema);
    VariableSchema any;
    const VariableSchema* coordinate = holding.coordinate_variable(any, name);
    if (coordinate == nullptr) {  // times under another name
      for (const VariableSchema& one : schema.variables) {
        if (one.dimensions == std::vector<std::string>{name} && is_time(one)) coordinate = &one;
      }
    }
    return {name, coordinate == nullptr ? "" : coordinate->name, true};
  }
  const bool single = variable != nullptr && cf::is_single(*variable);
  return {name, single ? name : "", false};
}

template <typename Value>
std::optional<Value> most_frequent(const std::map<Value, std::size_t>& counts) {
  std::optional<Value> best;
  std::size_t most = 0;
  for (const auto& [value, count] : counts) {
    if (count > most) {
      most = count;
      best = value;
    }
  }
  return best;
}

}  // namespace

Joins find_joins(const std::vector<MemberToJoin>& members, const AggregationRule& rule,
                 const std::optional<NamePattern>& names) {
  std::vector<std::shared_ptr<const HoldingSchema>> sample;
  const std::size_t count = std::min(kSample, members.size());
  for (std::size_t i = 0; i < count; ++i) {
    sample.push_back(members[i * members.size() / count].holding->structure());
  }
  std::map<Found, std::size_t> times;
  std::map<Calendar, std::size_t> calendars;
  for (const auto& schema : sample) {
    const auto time = time_of(*schema);
    if (!time) continue;
    ++times[*time];
    const VariableSchema* const variable = schema->find(time->coordinate);
    if (const auto units = time_units_of(*variable)) ++calendars[units->reference.calendar()];
  }
  if (calendars.empty()) {  // reference times alone
    for (const auto& schema : sample) {
      for (const VariableSchema& variable : schema->variables) {
        if (const auto units = time_units_of(variable)) ++calendars[units->reference.calendar()];
      }
    }
  }
  const std::optional<Found> time = most_frequent(times);
  Joins joins;
  joins.calendar = most_frequent(calendars).value_or(Calendar::Standard);

  const auto asked = rule.joins.value_or(std::vector<JoinedDimension>{{}});
  for (std::size_t j = 0; j < asked.size(); ++j) {
    const JoinedDimension& one = asked[j];
    Found found{one.name, "", false};
    if (one.name.empty()) {
      if (!time && !rule.joins) continue;  // none: the union of variables
      if (!time) {
        throw Error(ErrorKind::UnsupportedHolding, "", "its files have no time to join them by");
      }
      found = *time;
    } else {
      std::map<Found, std::size_t> ways;
      for (const auto& schema : sample) ++ways[named_in(*schema, one.name)];
      found = most_frequent(ways).value_or(found);
    }
    Join join{found.dimension, found.in_files, found.coordinate, Join::From::Coordinate, 0,
              one.attribute,   one.units};
    const bool told = std::any_of(members.begin(), members.end(), [&](const MemberToJoin& member) {
      return j < member.told.size() && !member.told[j].empty();
    });
    std::optional<std::size_t> field;
    if (names) {
      const auto& fields = names->names();
      const auto at = std::find(fields.begin(), fields.end(), join.dimension);
      if (at != fields.end()) field = static_cast<std::size_t>(at - fields.begin());
    }
    if (told) {
      join.from = Join::From::Told;
    } else if (!one.attribute.empty()) {
      join.from = Join::From::Attribute;
    } else if (field) {
      join.from = Join::From::Names;
      join.field = *field;
      if (join.units.empty() && is_lead_name(join.dimension)) {
        join.units =
            lead_units(names->letters_before(*field), join.dimension, names->letters_after(*field));
      }
    } else if (found.coordinate.empty() && found.in_files) {
      join.from = Join::From::Order;
    } else if (found.coordinate.empty()) {
      throw Error(ErrorKind::UnsupportedHolding, join.dimension,
                  fmt::format("nothing tells the positions of '{}': its files have no dimension "
                              "and no single value of that name; a pattern of their names or a "
                              "global attribute can",
                              join.dimension));
    } else if (!found.in_files) {
      join.from = Join::From::Scalar;
    }
    joins.list.push_back(std::move(join));
  }
  // Runs in files of their own: their times are joined as well, by lead.
  const bool one_new = joins.list.size() == 1 && !joins.list.front().in_files;
  if (one_new && time && time->in_files && time->dimension != joins.list.front().dimension) {
    const Join& run = joins.list.front();
    const auto is_run = [&] {
      if (run.from == Join::From::Names) return names->is_time(run.field);
      const VariableSchema* variable = nullptr;
      for (const auto& schema : sample) {
        if (variable == nullptr) variable = schema->find(run.coordinate);
      }
      if (variable != nullptr && run.from == Join::From::Scalar) {
        return axis_kind_of(*variable).role == AxisRole::ReferenceTime;
      }
      return parse_time_units(run.units, joins.calendar).has_value() || is_run_name(run.dimension);
    };
    if (is_run()) joins.list.push_back({time->dimension, true, time->coordinate});
  }
  return joins;
}

}  // namespace gyre::coverage::aggregation
