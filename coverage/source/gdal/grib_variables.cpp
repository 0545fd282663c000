#include "coverage/source/gdal/grib_variables.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/source/gdal/grib_parameters.h"

namespace gyre::coverage {
namespace {

/// What tells variables apart. Intervals of several lengths are variables of their own only where
/// one time has several.
struct Key {
  GribParameter parameter;
  int type, second_type;
  double place;  ///< of levels without an axis
  int statistics;
  std::string variant;
  bool member;
  std::size_t grid;
  auto operator<=>(const Key&) const = default;
};

Key key_of(const GribField& field) {
  const bool axis = vertical_of(field.level) != nullptr;
  return {field.parameter,  field.level.type, field.level.second_type, axis ? 0 : field.level.value,
          field.statistics, field.variant,    field.member >= 0,       field.grid};
}

template <typename T, typename Of>
std::vector<T> distinct(const GribContent& content, const std::vector<std::size_t>& fields,
                        const Of& of) {
  std::set<T> all;
  for (const std::size_t i : fields) all.insert(of(content.fields[i]));
  return {all.begin(), all.end()};
}

template <typename T>
std::size_t place_of(const std::vector<T>& sorted, const T& value) {
  return static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), value) -
                                  sorted.begin());
}

std::pair<double, double> level_of(const GribField& field) {
  return {field.level.value, field.level.second_type == 255 ? 0 : field.level.second_value};
}

/// Has one valid time several references, at one level and member? Then runs are told apart.
bool has_runs(const GribContent& content, const std::vector<std::size_t>& fields) {
  std::map<std::tuple<std::int64_t, int, std::pair<double, double>>, std::int64_t> seen;
  for (const std::size_t i : fields) {
    const GribField& field = content.fields[i];
    const auto [known, is_new] =
        seen.emplace(std::tuple{field.valid_s, field.member, level_of(field)}, field.reference_s);
    if (!is_new && known->second != field.reference_s) return true;
  }
  // A time has one reference in all of its cells, or it is no attribute of the time.
  std::map<std::int64_t, std::int64_t> reference_of;
  for (const std::size_t i : fields) {
    const GribField& field = content.fields[i];
    const auto [known, is_new] = reference_of.emplace(field.valid_s, field.reference_s);
    if (!is_new && known->second != field.reference_s) return true;
  }
  return false;
}

GribVariable arrange(GribContent& content, const std::vector<std::size_t>& fields) {
  const GribField& first = content.fields[fields.front()];
  GribVariable variable;
  variable.parameter = first.parameter;
  variable.level = first.level;
  variable.statistics = first.statistics;
  variable.variant = first.variant;
  variable.grid = first.grid;
  variable.edition = first.edition;
  if (first.member >= 0) {
    variable.members = distinct<int>(content, fields, [](const auto& f) { return f.member; });
  }
  const auto valid = [](const GribField& f) { return f.valid_s; };
  const auto reference = [](const GribField& f) { return f.reference_s; };
  const auto period = [](const GribField& f) { return f.valid_s - f.reference_s; };
  if (has_runs(content, fields)) {
    variable.references = distinct<std::int64_t>(content, fields, reference);
    variable.periods = distinct<std::int64_t>(content, fields, period);
  } else {
    variable.times = distinct<std::int64_t>(content, fields, valid);
  }
  if (vertical_of(first.level) != nullptr) {
    variable.levels = distinct<std::pair<double, double>>(content, fields, level_of);
  }
  const std::size_t inner = std::max<std::size_t>(variable.levels.size(), 1);
  const std::size_t times = variable.references.empty()
                                ? variable.times.size()
                                : variable.references.size() * variable.periods.size();
  const std::size_t members = std::max<std::size_t>(variable.members.size(), 1);
  constexpr std::size_t kCells = 4'000'000;
  if (members * times > kCells / inner) {
    throw Error(ErrorKind::MalformedHolding, "",
                "its fields are of more times, levels and members than there are fields");
  }
  variable.fields.assign(members * times * inner, GribVariable::kNone);
  variable.reference_of_time.resize(variable.times.size());
  variable.begin_of_time.resize(variable.times.size());
  std::size_t twice = 0;
  for (const std::size_t i : fields) {
    const GribField& field = content.fields[i];
    const std::size_t member =
        variable.members.empty() ? 0 : place_of(variable.members, field.member);
    const std::size_t level =
        variable.levels.empty() ? 0 : place_of(variable.levels, level_of(field));
    std::size_t time = 0;
    if (variable.references.empty()) {
      time = place_of(variable.times, field.valid_s);
      variable.reference_of_time[time] = field.reference_s;
      variable.begin_of_time[time] = field.begin_s;
    } else {
      time = place_of(variable.references, field.reference_s) * variable.periods.size() +
             place_of(variable.periods, period(field));
    }
    std::size_t& cell = variable.fields[(member * times + time) * inner + level];
    if (cell != GribVariable::kNone) ++twice;
    cell = i;
  }
  if (twice > 0) {
    content.remarks.push_back(
        fmt::format("{} fields are given twice; the last of each counts", twice));
  }
  return variable;
}

/// Lengths of intervals in the order they occur; one list of fields for each where a time has
/// several, else one list.
std::vector<std::vector<std::size_t>> by_interval(const GribContent& content,
                                                  const std::vector<std::size_t>& fields) {
  std::map<std::tuple<std::int64_t, std::int64_t, int, std::pair<double, double>>, std::int64_t>
      begin_of;
  bool several = false;
  for (const std::size_t i : fields) {
    const GribField& field = content.fields[i];
    const auto [known, is_new] = begin_of.emplace(
        std::tuple{field.valid_s, field.reference_s, field.member, level_of(field)}, field.begin_s);
    several = several || (!is_new && known->second != field.begin_s);
  }
  if (!several) return {fields};
  std::map<std::int64_t, std::vector<std::size_t>> lists;
  for (const std::size_t i : fields) {
    lists[content.fields[i].valid_s - content.fields[i].begin_s].push_back(i);
  }
  std::vector<std::vector<std::size_t>> all;
  for (auto& [length, list] : lists) all.push_back(std::move(list));
  return all;
}

}  // namespace

std::vector<GribVariable> variables_of(GribContent& content) {
  std::map<Key, std::vector<std::size_t>> groups;
  std::vector<Key> order;  // of the file
  for (std::size_t i = 0; i < content.fields.size(); ++i) {
    const Key key = key_of(content.fields[i]);
    const auto [group, is_new] = groups.try_emplace(key);
    if (is_new) order.push_back(key);
    group->second.push_back(i);
  }
  std::vector<GribVariable> variables;
  for (const Key& key : order) {
    for (const auto& fields : by_interval(content, groups[key])) {
      variables.push_back(arrange(content, fields));
    }
  }
  return variables;
}

}  // namespace gyre::coverage
