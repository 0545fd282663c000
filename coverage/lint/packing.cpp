#include "coverage/cf/packing.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "coverage/cf/stored_value.h"
#include "coverage/lint/checks.h"

namespace gyre::coverage::lint {
namespace {

double real_of(const Scalar& scalar) {
  return std::visit([](auto number) { return static_cast<double>(number); }, scalar);
}

std::string text_of(const Scalar& scalar) {
  return std::visit([](auto number) { return fmt::format("{}", number); }, scalar);
}

class OneField {
 public:
  OneField(const Subject::FieldHere& here, Findings& findings)
      : field_(*here.field), variable_(*here.variable), findings_(findings) {}

  void check() {
    check_fill("_FillValue");
    check_fill("missing_value");
    check_both_fills();
    check_scale();
    check_valid_range();
    check_no_fill();
  }

 private:
  void add(Severity severity, std::string message, std::string consequence, Fix fix) {
    findings_.push_back(
        {severity, field_.name, std::move(message), std::move(consequence), std::move(fix)});
  }

  [[nodiscard]] std::vector<Scalar> elements(const char* name) const {
    const Attribute* const attribute = variable_.attributes.find(name);
    return attribute == nullptr ? std::vector<Scalar>() : cf::elements_of(*attribute);
  }

  void check_fill(const char* name) {
    const Attribute* const attribute = variable_.attributes.find(name);
    if (attribute == nullptr) return;
    const std::vector<Scalar> values = elements(name);
    if (values.empty()) {
      return add(Severity::Warning, fmt::format("its {} is no number", name),
                 "Nothing is missing by it: fill values are drawn and averaged.",
                 remove_attribute(field_.name, name));
    }
    for (const Scalar& value : values) {
      if (std::isnan(real_of(value))) continue;
      if (cf::as_stored(value, field_.storage, variable_.type)) continue;
      return add(
          Severity::Warning,
          fmt::format("its {} {} can be no value of type {}", name, text_of(value),
                      coverage::name_of(field_.storage)),
          "Nothing is missing by it: whatever stands for missing values is drawn and averaged.",
          {fmt::format("set it to the {} that does stand for them",
                       coverage::name_of(field_.storage)),
           ""});
    }
    const bool same = attribute->type == variable_.type || attribute->type == field_.storage;
    if (same) return;
    add(attribute->type == ElementType::String ? Severity::Warning : Severity::Hint,
        fmt::format("its {} is of type {}, its values of {}", name,
                    coverage::name_of(attribute->type), coverage::name_of(variable_.type)),
        "Here it counts; clients that compare types do not see it, and draw fill values.",
        set_numbers(field_.name, name, variable_.type, {real_of(values.front())}));
  }

  void check_both_fills() {
    const auto fills = elements("_FillValue"), missing = elements("missing_value");
    if (fills.empty() || missing.empty()) return;
    const double fill = real_of(fills.front());
    const bool agree = std::any_of(missing.begin(), missing.end(), [&](const Scalar& one) {
      const double other = real_of(one);
      // 1e20 in single and in double precision.
      return other == fill || (std::isnan(other) && std::isnan(fill)) ||
             static_cast<float>(other) == static_cast<float>(fill);
    });
    if (agree) return;
    add(Severity::Hint,
        fmt::format("its _FillValue is {} and its missing_value {}", text_of(fills.front()),
                    text_of(missing.front())),
        "Here both are missing; clients that know one of them draw the other.",
        set_numbers(field_.name, "missing_value", variable_.type, {fill}));
  }

  void check_scale() {
    const Attribute* const scale = variable_.attributes.find("scale_factor");
    const Attribute* const offset = variable_.attributes.find("add_offset");
    if (scale != nullptr && field_.packing.scale == 0) {
      add(Severity::Error, "its scale_factor is 0", "All its values are the same.",
          remove_attribute(field_.name, "scale_factor"));
    }
    if (scale != nullptr && offset != nullptr && scale->type != offset->type) {
      add(Severity::Hint,
          fmt::format("its scale_factor is of type {}, its add_offset of {}",
                      coverage::name_of(scale->type), coverage::name_of(offset->type)),
          "Clients unpack to different types, and print different decimals.",
          set_numbers(field_.name, "add_offset", scale->type, {field_.packing.offset}));
    }
    if (scale == nullptr || scale->type != ElementType::Float32 || !is_integer(field_.storage)) {
      return;
    }
    constexpr double kDigits = 1 << 24;  // of a float
    const double span =
        field_.packing.scale == 0 ? 0 : std::abs(field_.packing.offset / field_.packing.scale);
    const bool wide = size_of(field_.storage) >= 4;
    if (span > kDigits || wide) {
      add(wide ? Severity::Hint : Severity::Warning,
          wide ? fmt::format("its {} are unpacked to float32, which has no room for all of them",
                             coverage::name_of(field_.storage))
               : fmt::format("its add_offset is {:.3g} times its scale_factor, both float32, which "
                             "tells no such steps apart",
                             span),
          "Neighbouring values become the same.",
          set_numbers(field_.name, "scale_factor", ElementType::Float64, {field_.packing.scale}));
    }
  }

  void check_valid_range() {
    const MissingRule& rule = field_.missing;
    constexpr std::array kNames{"valid_range", "valid_min", "valid_max"};
    const auto given = std::find_if(kNames.begin(), kNames.end(), [&](const char* name) {
      return variable_.attributes.has(name);
    });
    if (given == kNames.end()) return;
    if (rule.valid_min && rule.valid_max && real_of(*rule.valid_min) > real_of(*rule.valid_max)) {
      return add(Severity::Error,
                 fmt::format("its valid range has nothing in it ({} .. {} as stored)",
                             text_of(*rule.valid_min), text_of(*rule.valid_max)),
                 "All its values are missing in every answer.",
                 remove_attribute(field_.name, *given));
    }
    if (!rule.valid_min && !rule.valid_max) {
      return add(Severity::Hint,
                 fmt::format("its {} is beyond all that {} can hold, or no numbers", *given,
                             coverage::name_of(field_.storage)),
                 "It tells nothing.", remove_attribute(field_.name, *given));
    }
    const Attribute* const attribute = variable_.attributes.find(*given);
    if (field_.packing.packed && is_integer(field_.storage) && is_float(attribute->type)) {
      add(Severity::Hint,
          fmt::format("its {} is of type {}, its values are packed in {}", *given,
                      coverage::name_of(attribute->type), coverage::name_of(variable_.type)),
          "Here it counts as unpacked; by CF it is of packed values, and clients that hold to that "
          "lose data.",
          {"give it in packed values, of the variable's type", ""});
    }
    check_fill_within(rule);
  }

  void check_fill_within(const MissingRule& rule) {
    if (!variable_.attributes.has("_FillValue") || rule.fills.empty()) return;
    if (!rule.valid_min || !rule.valid_max || !field_.flags.empty()) return;
    const double fill = real_of(rule.fills.front());
    if (fill < real_of(*rule.valid_min) || fill > real_of(*rule.valid_max)) return;
    add(Severity::Hint,
        fmt::format("its _FillValue {} lies within its valid range ({} .. {} as stored)",
                    text_of(rule.fills.front()), text_of(*rule.valid_min),
                    text_of(*rule.valid_max)),
        "Clients that go by the range alone take missing values for data.",
        {"leave the fill value out of the range", ""});
  }

  void check_no_fill() {
    if (!field_.packing.packed || !is_integer(field_.storage)) return;
    if (variable_.attributes.has("_FillValue") || variable_.attributes.has("missing_value")) return;
    const bool byte = size_of(field_.storage) == 1;
    add(Severity::Hint,
        byte ? "it is packed in bytes and has no _FillValue"
             : fmt::format(
                   "it is packed and has no _FillValue; netCDF's default ({}) counts",
                   field_.missing.fills.empty() ? "none" : text_of(field_.missing.fills.front())),
        byte ? "No value is missing, whatever stands for it."
             : "Clients that do not know the default draw it.",
        {fmt::format("ncatted -h -a _FillValue,{},o,s,VALUE {{file}}", field_.name),
         fmt::format("attributes: {{{}: {{_FillValue: VALUE}}}}", field_.name)});
  }

  const Field& field_;
  const VariableSchema& variable_;
  Findings& findings_;
};

}  // namespace

/// What decides which values are missing and what the others mean.
void check_packing(const Subject& subject, Findings& findings) {
  for (const Subject::FieldHere& here : subject.fields()) OneField(here, findings).check();
}

}  // namespace gyre::coverage::lint
