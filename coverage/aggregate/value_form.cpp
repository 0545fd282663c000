#include "coverage/aggregate/value_form.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "coverage/cf/packing.h"
#include "coverage/cf/room_for_missing.h"
#include "coverage/model/calendar.h"

namespace gyre::coverage::aggregation {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::array kFormAttributes{"_FillValue", "missing_value", "scale_factor", "add_offset",
                                     "valid_min",  "valid_max",     "valid_range",  "_Unsigned"};

/// Whole numbers of this type are exact in float32.
bool is_short(ElementType type) { return is_integer(type) && size_of(type) <= 2; }

Field field_in(const VariableSchema& variable, const ValueForm& form) {
  Field field;
  field.name = variable.name;
  field.declared = form.declared;
  field.storage = form.storage;
  field.packing = form.packing;
  field.missing = form.missing;
  return field;
}

bool is_missing_in(const ValueForm& form, std::int64_t value) {
  const auto as_number = [](const Scalar& scalar) {
    return std::visit([](auto number) { return static_cast<long double>(number); }, scalar);
  };
  const auto number = static_cast<long double>(value);
  const MissingRule& rule = form.missing;
  if (rule.valid_min && number < as_number(*rule.valid_min)) return true;
  if (rule.valid_max && number > as_number(*rule.valid_max)) return true;
  return std::any_of(rule.fills.begin(), rule.fills.end(),
                     [&](const Scalar& fill) { return as_number(fill) == number; });
}

void remove_form(Attributes& attributes) {
  for (const char* name : kFormAttributes) attributes.remove(name);
}

/// Whole numbers, not packed: their common type, and a fill in it.
void set_integers(CommonForm& common, const std::vector<ValueForm>& forms) {
  const ElementType first = forms.front().storage;
  const bool one_type = std::all_of(forms.begin(), forms.end(),
                                    [&](const ValueForm& one) { return one.storage == first; });
  VariableSchema& schema = common.schema;
  const auto fill_with = [&](ElementType type, std::int64_t fill) {
    schema.type = type;
    common.fill = is_integer(type) && (type == ElementType::UInt8 || type == ElementType::UInt16 ||
                                       type == ElementType::UInt32 || type == ElementType::UInt64)
                      ? Scalar(static_cast<std::uint64_t>(fill))
                      : Scalar(fill);
    if (is_float(type)) common.fill = kNaN;
    Field field;
    field.declared = field.storage = type;
    schema.attributes.set(cf::stored_attribute("_FillValue", field, {common.fill}));
  };
  if (one_type) {
    for (const ValueForm& form : forms) {
      for (const Scalar& fill : form.missing.fills) {
        const auto number =
            std::visit([](auto value) { return static_cast<std::int64_t>(value); }, fill);
        const bool all = std::all_of(forms.begin(), forms.end(), [&](const ValueForm& one) {
          return is_missing_in(one, number);
        });
        if (all) return fill_with(first, number);
      }
    }
    if (first == ElementType::Int64)
      return fill_with(first, std::numeric_limits<std::int64_t>::min());
    if (first == ElementType::UInt64) {
      return fill_with(first, -1);  // all bits: 2^64 - 1
    }
  }
  std::size_t most = 0;
  for (const ValueForm& form : forms) most = std::max(most, size_of(form.storage));
  if (most == 1) return fill_with(ElementType::Int16, std::numeric_limits<std::int16_t>::min());
  if (most == 2) return fill_with(ElementType::Int32, std::numeric_limits<std::int32_t>::min());
  fill_with(ElementType::Float64, 0);
}

}  // namespace

bool is_form_attribute(const std::string& name) {
  return std::find(kFormAttributes.begin(), kFormAttributes.end(), name) != kFormAttributes.end();
}

std::optional<TimeUnits> time_units_of(const VariableSchema& variable) {
  if (variable.type == ElementType::String) return std::nullopt;
  const auto units = variable.attributes.text("units");
  if (!units) return std::nullopt;
  const auto calendar =
      calendar_from_name(variable.attributes.text("calendar").value_or("standard"));
  return calendar ? parse_time_units(*units, *calendar) : std::nullopt;
}

std::string time_form_of(const VariableSchema& variable) {
  const auto units = time_units_of(variable);
  if (!units) return "";
  return variable.attributes.text("units").value_or("") + ", " +
         std::string(name_of(units->reference.calendar()));
}

bool agree_after_reform(Calendar a, Calendar b) {
  const auto gregorian = [](Calendar one) {
    return one == Calendar::Standard || one == Calendar::ProlepticGregorian;
  };
  return a == b || (gregorian(a) && gregorian(b));
}

void inherit_units(VariableSchema& bounds, const VariableSchema* times) {
  if (times == nullptr) return;
  for (const char* name : {"units", "calendar"}) {
    if (const Attribute* const told = times->attributes.find(name)) bounds.attributes.set(*told);
  }
}

ValueForm form_of(const VariableSchema& variable) {
  std::vector<std::string> ignored;
  ValueForm form;
  form.declared = variable.type;
  if (variable.type == ElementType::String) {
    form.storage = variable.type;
    return form;
  }
  form.storage = storage_type_of(variable);
  form.packing = packing_of(variable, ignored);
  form.missing = missing_rule_of(variable, form.packing);
  form.time_form = time_form_of(variable);
  if (!form.time_form.empty()) {
    form.missing.valid_min.reset();
    form.missing.valid_max.reset();
    if (!variable.attributes.has("_FillValue") && !variable.attributes.has("missing_value")) {
      form.missing.fills.clear();
    }
  }
  return form;
}

CommonForm common_form(const VariableSchema& variable, const std::vector<ValueForm>& forms,
                       bool room) {
  CommonForm common{variable, forms.size() > 1, kNaN};
  if (variable.type == ElementType::String) {
    common.converts = false;
    return common;
  }
  if (!common.converts) {
    if (!room) return common;
    std::vector<std::string> ignored;
    Field field = field_of(variable, ignored);
    field.attributes = variable.attributes;
    const cf::RoomForMissing made = cf::with_room_for_missing(field);
    common.schema.type = made.field.declared;
    common.schema.attributes = made.field.attributes;
    common.fill = made.fill;
    common.converts = made.widened;
    return common;
  }
  VariableSchema& schema = common.schema;
  remove_form(schema.attributes);
  const bool times = std::any_of(forms.begin(), forms.end(), [&](const ValueForm& one) {
    return one.time_form != forms.front().time_form;
  });
  const bool packed = std::any_of(forms.begin(), forms.end(),
                                  [](const ValueForm& one) { return one.packing.packed; });
  const bool integers = std::all_of(forms.begin(), forms.end(),
                                    [](const ValueForm& one) { return is_integer(one.storage); });
  if (!times && !packed && integers) {
    set_integers(common, forms);
    return common;
  }
  const bool narrow = std::all_of(forms.begin(), forms.end(), [](const ValueForm& one) {
    const ElementType unpacked = one.packing.packed ? one.packing.unpacked : one.storage;
    return unpacked == ElementType::Float32 || is_short(unpacked);
  });
  schema.type = narrow && !times ? ElementType::Float32 : ElementType::Float64;
  // Missing or not must stay to be seen, whatever value stands there.
  schema.attributes.set({"_FillValue", schema.type, std::vector<double>{kNaN}});
  return common;
}

void put_fill(RawBlock& block, const Scalar& fill) {
  with_type(block.type, [&](auto zero) {
    using T = decltype(zero);
    const T value = std::visit([](auto number) { return static_cast<T>(number); }, fill);
    for (T& cell : block.as<T>()) cell = value;
  });
}

namespace {

/// Times in other units, exactly: by way of the instants they mean.
RawBlock rebased(const RawBlock& block, const VariableSchema& from, const ValueForm& form,
                 const CommonForm& to, RawBlock made) {
  const auto old_units = time_units_of(from), new_units = time_units_of(to.schema);
  std::vector<double> numbers(block.cells());
  unpack(field_in(from, form), block, numbers);
  const bool exact = is_integer(block.type) && !form.packing.packed;
  auto target = made.as<double>();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    constexpr long double kMost_us = 8e18L;
    const double number = numbers[i];
    if (!std::isfinite(number) ||
        std::abs(static_cast<long double>(number) * old_units->unit_us) > kMost_us) {
      target[i] = kNaN;
      continue;
    }
    const TimeInstant instant =
        exact ? with_type(block.type,
                          [&](auto zero) {
                            return old_units->decode(
                                static_cast<std::int64_t>(block.as<decltype(zero)>()[i]));
                          })
              : old_units->decode(number);
    const bool told_alike = instant.calendar() == new_units->reference.calendar() ||
                            instant.microseconds() >= kGregorianReform_us;
    target[i] = told_alike ? new_units->encode(instant) : kNaN;
  }
  return made;
}

}  // namespace

RawBlock converted(const RawBlock& block, const VariableSchema& from, const CommonForm& to) {
  const ValueForm form = form_of(from);
  const Field field = field_in(from, form);
  RawBlock made{storage_type_of(to.schema), block.shape, {}};
  made.bytes.resize(block.cells() * size_of(made.type));
  if (!form.time_form.empty() && to.schema.type == ElementType::Float64 &&
      form.time_form != time_form_of(to.schema)) {
    return rebased(block, from, form, to, std::move(made));
  }
  if (is_float(made.type)) {
    std::vector<double> numbers(block.cells());
    unpack(field, block, numbers);
    with_type(made.type, [&](auto zero) {
      using T = decltype(zero);
      std::transform(numbers.begin(), numbers.end(), made.as<T>().begin(),
                     [](double number) { return static_cast<T>(number); });
    });
    return made;
  }
  std::vector<std::uint8_t> missing(block.cells());
  find_missing(field, block, missing);
  with_type(made.type, [&](auto zero) {
    using T = decltype(zero);
    const T fill = std::visit([](auto number) { return static_cast<T>(number); }, to.fill);
    auto target = made.as<T>();
    with_type(block.type, [&](auto other) {
      const auto raw = block.as<decltype(other)>();
      for (std::size_t i = 0; i < raw.size(); ++i) {
        target[i] = missing[i] != 0 ? fill : static_cast<T>(raw[i]);
      }
    });
  });
  return made;
}

}  // namespace gyre::coverage::aggregation
