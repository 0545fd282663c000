#include "coverage/cf/packing.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "coverage/cf/stored_value.h"
#include "coverage/cf/text.h"

namespace gyre::coverage {
namespace {

double real_of(const Scalar& scalar) {
  return std::visit([](auto number) { return static_cast<double>(number); }, scalar);
}

/// A limit of the valid range in the storage type. NetCDF Users' Guide, appendix A: floating
/// limits of packed integers are in unpacked units.
std::optional<Scalar> limit(const Scalar& given, ElementType given_type,
                            const VariableSchema& variable, ElementType storage,
                            const Packing& packing, bool lowest) {
  if (packing.packed && is_float(given_type) && is_integer(storage)) {
    const double raw = (real_of(given) - packing.offset) / packing.scale;
    if (!std::isfinite(raw)) return std::nullopt;
    // A limit that packing rounded by less than a thousandth of a step is the limit itself.
    const double inside = lowest ? std::ceil(raw - 1e-3) : std::floor(raw + 1e-3);
    return cf::as_stored(Scalar(inside), storage, storage);
  }
  if (is_integer(storage) && std::holds_alternative<double>(given)) {
    const double real = std::get<double>(given);
    return cf::as_stored(Scalar(lowest ? std::ceil(real) : std::floor(real)), storage,
                         variable.type);
  }
  return cf::as_stored(given, storage, variable.type);
}

/// When a limit lies outside of the storage type: on its far side nothing is valid.
bool excludes_all(const Scalar& given, ElementType storage, bool lowest) {
  const double real = real_of(given);
  return with_type(storage, [&](auto zero) {
    using Limits = std::numeric_limits<decltype(zero)>;
    return lowest ? real > static_cast<double>(Limits::max())
                  : real < static_cast<double>(Limits::lowest());
  });
}

void read_valid_range(const VariableSchema& variable, const Packing& packing, MissingRule& rule) {
  const ElementType storage = storage_type_of(variable);
  const auto set = [&](const Scalar& given, ElementType type, bool lowest) {
    if (std::isnan(real_of(given))) return;
    const auto raw = limit(given, type, variable, storage, packing, lowest);
    // A negative scale turns unpacked limits round.
    const bool turned =
        packing.packed && packing.scale < 0 && is_float(type) && is_integer(storage);
    if (raw) {
      (lowest != turned ? rule.valid_min : rule.valid_max) = raw;
    } else if (!packing.packed && excludes_all(given, storage, lowest)) {
      rule.valid_min = cf::as_stored(Scalar(std::int64_t{1}), storage, storage);
      rule.valid_max = cf::as_stored(Scalar(std::int64_t{0}), storage, storage);
    }
  };
  if (const Attribute* range = variable.attributes.find("valid_range")) {
    const auto limits = cf::elements_of(*range);
    if (limits.size() == 2) {
      set(limits[0], range->type, true);
      set(limits[1], range->type, false);
      return;
    }
  }
  if (const Attribute* low = variable.attributes.find("valid_min")) {
    const auto limits = cf::elements_of(*low);
    if (!limits.empty()) set(limits.front(), low->type, true);
  }
  if (const Attribute* high = variable.attributes.find("valid_max")) {
    const auto limits = cf::elements_of(*high);
    if (!limits.empty()) set(limits.front(), high->type, false);
  }
}

std::vector<std::optional<std::int64_t>> flag_numbers(const VariableSchema& variable,
                                                      const char* name) {
  std::vector<std::optional<std::int64_t>> found;
  const Attribute* attribute = variable.attributes.find(name);
  if (attribute == nullptr) return found;
  const ElementType storage = storage_type_of(variable);
  for (const Scalar& element : cf::elements_of(*attribute)) {
    const auto stored = cf::as_stored(element, storage, variable.type);
    std::optional<std::int64_t> number;
    if (stored && std::abs(real_of(*stored)) < 9.2e18) {
      number = std::visit([](auto value) { return static_cast<std::int64_t>(value); }, *stored);
    }
    found.push_back(number);
  }
  return found;
}

}  // namespace

ElementType storage_type_of(const VariableSchema& variable) {
  struct Twins {
    ElementType with_sign, without;
  };
  static constexpr std::array<Twins, 4> kTwins{{{ElementType::Int8, ElementType::UInt8},
                                                {ElementType::Int16, ElementType::UInt16},
                                                {ElementType::Int32, ElementType::UInt32},
                                                {ElementType::Int64, ElementType::UInt64}}};
  const std::string text = cf::lower(variable.attributes.text("_Unsigned").value_or(""));
  for (const Twins& twins : kTwins) {
    if (text == "true" && variable.type == twins.with_sign) return twins.without;
    if (text == "false" && variable.type == twins.without) return twins.with_sign;
  }
  return variable.type;
}

Packing packing_of(const VariableSchema& variable, std::vector<std::string>& warnings) {
  Packing packing;
  packing.unpacked = storage_type_of(variable);
  std::vector<ElementType> types;
  const auto read = [&](const char* name, double& into) {
    const Attribute* attribute = variable.attributes.find(name);
    if (attribute == nullptr) return;
    const auto number = variable.attributes.number(name);
    if (!number || !std::isfinite(*number)) {
      warnings.push_back(
          fmt::format("{}: its {} is no number and is left out", variable.name, name));
      return;
    }
    into = *number;
    packing.packed = true;
    types.push_back(attribute->type);
  };
  read("scale_factor", packing.scale);
  read("add_offset", packing.offset);
  if (packing.packed) {
    const bool agree = std::all_of(types.begin(), types.end(),
                                   [&](ElementType type) { return type == types.front(); });
    packing.unpacked = agree && is_float(types.front()) ? types.front() : ElementType::Float64;
  }
  return packing;
}

MissingRule missing_rule_of(const VariableSchema& variable, const Packing& packing) {
  MissingRule rule;
  const ElementType storage = storage_type_of(variable);
  bool given = false;
  for (const char* name : {"_FillValue", "missing_value"}) {
    const Attribute* attribute = variable.attributes.find(name);
    if (attribute == nullptr) continue;
    given = true;
    for (const Scalar& element : cf::elements_of(*attribute)) {
      if (std::isnan(real_of(element))) continue;  // NaN always is missing
      const auto stored = cf::as_stored(element, storage, variable.type);
      if (stored && std::find(rule.fills.begin(), rule.fills.end(), *stored) == rule.fills.end()) {
        rule.fills.push_back(*stored);
      }
    }
  }
  if (!given) {
    if (const auto fill = cf::default_fill(variable.type)) {
      if (const auto stored = cf::as_stored(*fill, storage, variable.type)) {
        rule.fills.push_back(*stored);
      }
    }
  }
  read_valid_range(variable, packing, rule);
  return rule;
}

std::vector<Flag> flags_of(const VariableSchema& variable, std::vector<std::string>& warnings) {
  std::vector<std::string> meanings;
  if (const Attribute* attribute = variable.attributes.find("flag_meanings")) {
    if (const auto* many = std::get_if<std::vector<std::string>>(&attribute->value)) {
      if (many->size() > 1) meanings = *many;
    }
    if (meanings.empty()) {
      meanings = cf::words(variable.attributes.text("flag_meanings").value_or(""));
    }
  }
  const auto values = flag_numbers(variable, "flag_values");
  const auto masks = flag_numbers(variable, "flag_masks");
  if (meanings.empty() || (values.empty() && masks.empty())) return {};
  if ((!values.empty() && values.size() != meanings.size()) ||
      (!masks.empty() && masks.size() != meanings.size())) {
    warnings.push_back(
        fmt::format("{}: {} flag_meanings for {} flag_values and {} flag_masks; taken as numbers",
                    variable.name, meanings.size(), values.size(), masks.size()));
    return {};
  }
  std::vector<Flag> flags;
  for (std::size_t i = 0; i < meanings.size(); ++i) {
    flags.push_back({values.empty() ? std::nullopt : values[i],
                     masks.empty() ? std::nullopt : masks[i], meanings[i]});
  }
  return flags;
}

Field field_of(const VariableSchema& variable, std::vector<std::string>& warnings) {
  Field field;
  field.name = variable.name;
  field.standard_name = variable.attributes.text("standard_name").value_or("");
  field.long_name = variable.attributes.text("long_name").value_or("");
  field.units = variable.attributes.text("units").value_or("");
  field.declared = variable.type;
  field.storage = storage_type_of(variable);
  field.packing = packing_of(variable, warnings);
  field.missing = missing_rule_of(variable, field.packing);
  field.flags = flags_of(variable, warnings);
  field.attributes = variable.attributes;
  field.chunk_shape = variable.chunk_shape;
  return field;
}

}  // namespace gyre::coverage
