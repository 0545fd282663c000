#include "coverage/cf/coordinate_axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/packing.h"
#include "coverage/cf/text.h"
#include "coverage/cf/units.h"
#include "coverage/geometry/coordinate_hash.h"

namespace gyre::coverage::cf {
namespace {

[[noreturn]] void refuse(const VariableSchema& variable, const std::string& why) {
  throw Error(ErrorKind::UnsupportedHolding, variable.name,
              fmt::format("its coordinate '{}' {}", variable.name, why));
}

bool is_time_role(AxisRole role) {
  return role == AxisRole::Time || role == AxisRole::ReferenceTime;
}

/// Times are told to the millisecond: does one say two of these? @param steps in order
bool told_alike(const std::vector<TimeInstant>& steps) {
  const auto alike = [](const TimeInstant& a, const TimeInstant& b) {
    return std::abs(a.microseconds() - b.microseconds()) < 1000 && a.iso8601() == b.iso8601();
  };
  return std::ranges::adjacent_find(steps, alike) != steps.end();
}

/// "days since 0.0": models that run without a date (FVCOM) count from their own beginning.
bool is_since_nothing(const std::string& units) {
  const std::vector<std::string> words = cf::words(lower(units));
  if (words.size() < 3 || words[words.size() - 2] != "since") return false;
  return words.back() == "0" || words.back() == "0.0";
}

/// "days after 2000-01-01", "days since": a date is meant, in no notation that anybody defined.
bool is_dated_otherwise(const std::string& units) {
  const std::vector<std::string> words = cf::words(lower(units));
  if (std::find(words.begin(), words.end(), "since") != words.end()) return true;
  std::size_t digits = 0;
  for (const char c : units) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits == 4) return true;  // a year
  }
  return false;
}

/// 0, 1, 2 ...
std::vector<double> counted(std::size_t size) {
  std::vector<double> numbers(size);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

void check_monotonic(const VariableSchema& variable, const std::vector<double>& values) {
  if (values.empty()) refuse(variable, "has no values yet");
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      refuse(variable, fmt::format("has a missing value at index {}", i));
    }
    constexpr double kFarthest = 1e300;  // edges of cells and distances are numbers, too
    if (std::abs(values[i]) > kFarthest) {
      refuse(variable, fmt::format("holds {} at index {}, which is no position", values[i], i));
    }
  }
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i] != values[i - 1] && (values[i] < values[i - 1]) == (values[1] < values[0])) {
      continue;
    }
    constexpr double kExact = 9007199254740992;  // 2^53
    if (is_integer(variable.type) && values[i] == values[i - 1] && std::abs(values[i]) >= kExact) {
      refuse(variable, fmt::format("holds whole numbers beyond 2^53, which are not told apart: two "
                                   "that are near {:.0f} at index {}",
                                   values[i], i));
    }
    refuse(variable, fmt::format("is not strictly monotonic: {} after {} at index {}", values[i],
                                 values[i - 1], i));
  }
}

}  // namespace

AxisData AxisMaker::make(const VariableSchema& variable, const std::string& dimension,
                         const AxisKind& kind) {
  const std::string key = fmt::format("{} {} {}", variable.name, static_cast<int>(kind.role),
                                      static_cast<int>(kind.horizontal));
  if (const auto bad = refused_.find(key); bad != refused_.end()) {
    throw Error(ErrorKind::UnsupportedHolding, variable.name, bad->second);
  }
  if (const auto known = made_.find(key); known != made_.end()) {
    AxisData data = known->second;
    data.dimension = dimension;
    return data;
  }
  AxisData data;
  data.label = ncname(last_part(variable.name));
  data.dimension = dimension;
  data.variable = variable.name;
  data.role = kind.role;
  data.uom = variable.attributes.text("units").value_or("");
  data.standard_name = variable.attributes.text("standard_name").value_or("");
  data.long_name = variable.attributes.text("long_name").value_or("");
  data.positive_down = kind.positive_down;
  data.geographic_longitude = kind.is_x() && kind.horizontal == Horizontal::Globe;
  data.geographic_latitude = kind.is_y() && kind.horizontal == Horizontal::Globe;
  if (!kind.warning.empty()) warn(fmt::format("{}: {}", variable.name, kind.warning));
  try {
    if (variable.type == ElementType::String) {
      set_names(data, variable);
    } else {
      set_numbers(data, variable);
    }
  } catch (const Error& error) {
    refused_.emplace(key, error.what());
    throw;
  }
  made_.emplace(key, data);
  return data;
}

AxisData AxisMaker::index_axis(const std::string& dimension, std::size_t size) {
  static constexpr std::array<std::string_view, 4> kMembers{"member", "ensemble", "number",
                                                            "realization"};
  const std::string name = lower(last_part(dimension));
  AxisData data;
  data.label = ncname(last_part(dimension));
  data.dimension = dimension;
  data.type = ElementType::Int32;
  data.index_only = true;
  if (std::find(kMembers.begin(), kMembers.end(), name) != kMembers.end()) {
    data.role = AxisRole::Member;
  }
  constexpr std::size_t kMost = 20'000'000;  // positions that nobody told take memory as others do
  if (size > kMost) {
    throw Error(
        ErrorKind::UnsupportedHolding, dimension,
        fmt::format("its dimension '{}' has {} positions and no coordinates; at most {} are "
                    "counted",
                    dimension, size, kMost));
  }
  data.centres = counted(size);
  return data;
}

std::optional<TimeUnits> AxisMaker::time_units_of(const VariableSchema& variable) {
  const auto calendar =
      calendar_from_name(variable.attributes.text("calendar").value_or("standard"));
  if (!calendar) return std::nullopt;
  return parse_time_units(variable.attributes.text("units").value_or(""), *calendar);
}

bool AxisMaker::is_in_range(const TimeUnits& units, double value) {
  return std::abs(static_cast<long double>(value) * units.unit_us) < 8e18L;
}

const std::vector<std::string>& AxisMaker::strings(const VariableSchema& variable) {
  const auto known = strings_.find(variable.name);
  if (known != strings_.end()) return known->second;
  return strings_.emplace(variable.name, reader_.strings(variable.name)).first->second;
}

std::vector<double> coordinate_numbers(const VariableSchema& variable, const RawBlock& block) {
  std::vector<std::string> ignored;
  Field field = field_of(variable, ignored);
  field.missing.valid_min.reset();
  field.missing.valid_max.reset();
  if (!variable.attributes.has("_FillValue") && !variable.attributes.has("missing_value")) {
    field.missing.fills.clear();
  }
  std::vector<double> values(block.cells());
  unpack(field, block, values);
  return values;
}

std::vector<double> AxisMaker::numbers(const VariableSchema& variable) const {
  return coordinate_numbers(variable, reader_.numbers(variable.name));
}

std::string AxisMaker::fingerprint(const VariableSchema& variable) const {
  if (reader_.fingerprint) {
    if (const auto known = reader_.fingerprint(variable.name)) return *known;
  }
  const RawBlock block = reader_.numbers(variable.name);
  geometry::CoordinateHash hash;
  hash.add(std::span<const std::byte>(block.bytes));
  return hash.text();
}

std::shared_ptr<const CellGeometry> AxisMaker::geometry(
    const std::string& key, const std::function<std::shared_ptr<const CellGeometry>()>& make) {
  if (const auto bad = refused_.find(key); bad != refused_.end()) {
    throw Error(ErrorKind::UnsupportedHolding, key, bad->second);
  }
  const auto known = made_geometries_.find(key);
  if (known != made_geometries_.end()) return known->second;
  try {
    return made_geometries_.emplace(key, make()).first->second;
  } catch (const Error& error) {
    refused_.emplace(key, error.what());
    throw;
  }
}

void AxisMaker::set_names(AxisData& data, const VariableSchema& variable) {
  data.type = ElementType::String;
  data.names = strings(variable);
  if (is_time_role(data.role) || data.role == AxisRole::X || data.role == AxisRole::Y ||
      data.role == AxisRole::Vertical) {
    refuse(variable, "is text where numbers belong");
  }
  if (data.names.empty()) refuse(variable, "has no values yet");
  data.centres = counted(data.names.size());
}

void AxisMaker::set_numbers(AxisData& data, const VariableSchema& variable) {
  std::vector<std::string> ignored;
  const Packing packing = packing_of(variable, ignored);
  const RawBlock block = reader_.numbers(variable.name);
  data.type = packing.packed ? packing.unpacked : block.type;
  std::vector<double> values = coordinate_numbers(variable, block);
  check_monotonic(variable, values);
  data.centres = std::move(values);
  if (is_time_role(data.role)) set_time(data, variable, block);
  if (data.geographic_latitude) {
    if (data.uom.empty()) data.uom = "degrees_north";
    const auto [low, high] = std::minmax({data.centres.front(), data.centres.back()});
    if (low < -90.001 || high > 90.001) {
      refuse(variable, fmt::format("has latitudes from {} to {}, beyond the poles", low, high));
    }
  }
  if (data.geographic_longitude && data.uom.empty()) data.uom = "degrees_east";
  set_bounds(data, variable);
}

void AxisMaker::set_time(AxisData& data, const VariableSchema& variable, const RawBlock& block) {
  const std::string calendar = variable.attributes.text("calendar").value_or("standard");
  const bool dated =
      !is_since_nothing(data.uom) && (is_since(data.uom) || is_dated_otherwise(data.uom));
  if (!calendar_from_name(calendar) || !dated) {
    warn(dated ? fmt::format("{}: its calendar is '{}', so its values are plain numbers",
                             variable.name, calendar)
               : fmt::format("{}: its units '{}' have no reference time, so its values are plain "
                             "numbers",
                             variable.name, data.uom));
    data.role = AxisRole::Other;
    return;
  }
  data.time_units = time_units_of(variable);
  if (!data.time_units) {
    refuse(variable, fmt::format("has units '{}', which are no time since a date of the calendar "
                                 "'{}'",
                                 data.uom, calendar));
  }
  const bool exact = is_integer(block.type) && data.type == block.type;
  std::vector<TimeInstant> instants;
  instants.reserve(data.centres.size());
  for (std::size_t i = 0; i < data.centres.size(); ++i) {
    if (!is_in_range(*data.time_units, data.centres[i])) {
      refuse(variable,
             fmt::format("has a time out of all range, {} {}", data.centres[i], data.uom));
    }
    instants.push_back(exact ? with_type(block.type,
                                         [&](auto zero) {
                                           using T = decltype(zero);
                                           return data.time_units->decode(
                                               static_cast<std::int64_t>(block.as<T>()[i]));
                                         })
                             : data.time_units->decode(data.centres[i]));
  }
  if (told_alike(instants)) {
    warn(fmt::format("{}: its steps are closer than a millisecond, so its values are plain numbers",
                     variable.name));
    data.role = AxisRole::Other;
    data.time_units.reset();
    return;
  }
  data.instants = Instants(instants);
}

void AxisMaker::set_bounds(AxisData& data, const VariableSchema& variable) {
  for (const char* attribute : {"bounds", "climatology"}) {
    const auto name = variable.attributes.text(attribute);
    if (!name) continue;
    const VariableSchema* bounds = holding_.named(variable, *name);
    if (bounds == nullptr || bounds->type == ElementType::String) continue;
    Bounds found;
    try {
      found = usable_bounds(data, *bounds, numbers(*bounds));
    } catch (const Error& error) {
      found.problem = fmt::format("cannot be read ({})", error.what());
    }
    if (!found.problem.empty()) {
      warn(fmt::format("{}: its bounds '{}' {} and are left out", variable.name, bounds->name,
                       found.problem));
      continue;
    }
    data.bounds = std::move(found.values);
    data.periods = std::move(found.periods);
    return;
  }
}

void AxisMaker::warn(const std::string& text) {
  if (std::find(warnings_.begin(), warnings_.end(), text) == warnings_.end()) {
    warnings_.push_back(text);
  }
}

}  // namespace gyre::coverage::cf
