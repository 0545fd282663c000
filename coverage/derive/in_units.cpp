#include "coverage/derive/in_units.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "coverage/base/error.h"
#include "coverage/cf/room_for_missing.h"
#include "coverage/cf/text.h"
#include "coverage/cf/units.h"
#include "coverage/derive/derivation.h"
#include "coverage/derive/derived_source.h"

namespace gyre::coverage {
namespace {

constexpr std::size_t kShown = 100;  // characters of what a client wrote

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorKind::InvalidParameter, kUnitsParameter, why);
}

bool contains(const std::string& text, std::string_view word) {
  return text.find(word) != std::string::npos;
}

/// The field's units, where its standard_name tells that they do not mean what they say.
std::string meant_units(const Field& field) {
  const std::string small = cf::lower(field.units);
  if (small == "c" && contains(field.standard_name, "temperature")) return "degC";  // not coulomb
  if (small == "ppt" && contains(field.standard_name + field.name, "salinity")) return "1e-3";
  return field.units;
}

// ---- temperatures and differences of them -----------------------------------------------------

enum class Temperature : std::uint8_t { OnScale, Difference, Untold };

/// Source: CF 1.11, 3.1.2 (units_metadata); standard names and their modifiers (3.3), cell methods
/// (7.3) where it does not tell.
Temperature temperature_of(const Field& field) {
  const std::string told = cf::lower(field.attributes.text("units_metadata").value_or(""));
  if (contains(told, "difference")) return Temperature::Difference;
  if (contains(told, "on_scale")) return Temperature::OnScale;
  const std::string& name = field.standard_name;
  for (const char* word : {"anomaly", "_difference", "difference_of", " standard_error"}) {
    if (contains(name, word)) return Temperature::Difference;
  }
  for (std::string method : cf::words(field.attributes.text("cell_methods").value_or(""))) {
    if (method == "standard_deviation" || method == "range") return Temperature::Difference;
  }
  if (!name.empty()) return Temperature::OnScale;
  const std::string words = cf::lower(field.name + " " + field.long_name);
  for (const char* word : {"anomal", "bias", "uncertaint", "std", "deviation", "error",
                           "difference", "increment", "tendency"}) {
    if (contains(words, word)) return Temperature::Untold;
  }
  return Temperature::OnScale;
}

// ---- what the field says of itself ------------------------------------------------------------

/// Describes values as they are stored, or their units in other words.
constexpr std::array kStale{"_FillValue", "missing_value", "scale_factor", "add_offset",
                            "_Unsigned"};

void set_actual_range(Field& field, const cf::UnitConversion& conversion) {
  const Attribute* found = field.attributes.find("actual_range");
  if (found == nullptr) return;
  std::vector<double> numbers = field.attributes.numbers("actual_range");
  for (double& number : numbers) number = conversion(number);
  std::sort(numbers.begin(), numbers.end());
  const ElementType type = is_float(found->type) ? found->type : ElementType::Float64;
  field.attributes.set({"actual_range", type, std::move(numbers)});
}

/// Stored as before, unpacked otherwise.
void repack(Field& field, const cf::UnitConversion& conversion) {
  // Limits may be told in unpacked units; stored ones stay true.
  if (is_integer(field.storage)) cf::tell_valid_range(field);
  Packing& packing = field.packing;
  if (!packing.packed) {
    packing.packed = true;
    packing.unpacked = ElementType::Float64;
  }
  packing.offset = conversion(packing.offset);
  packing.scale = conversion.scale() * packing.scale;
  field.attributes.set({"scale_factor", ElementType::Float64, std::vector<double>{packing.scale}});
  field.attributes.set({"add_offset", ElementType::Float64, std::vector<double>{packing.offset}});
}

/// Stored as the numbers they are in the new units.
void unpacked(Field& field, const cf::UnitConversion& conversion) {
  const ElementType from = field.packing.packed ? field.packing.unpacked : field.storage;
  const bool wide = from == ElementType::Float64 || (is_integer(from) && size_of(from) >= 4);
  const ElementType type = wide ? ElementType::Float64 : ElementType::Float32;
  MissingRule missing;
  // Rounding keeps order, so a value within the limits stays within them.
  const bool keeps_limits = is_float(field.storage) && !field.packing.packed && conversion.affine();
  const auto limit = [&](const std::optional<Scalar>& told) -> std::optional<Scalar> {
    if (!told || !keeps_limits) return std::nullopt;
    const double value = conversion(std::get<double>(*told));
    if (std::isnan(value)) return std::nullopt;
    return wide ? value : static_cast<double>(static_cast<float>(value));
  };
  missing.valid_min = limit(field.missing.valid_min);
  missing.valid_max = limit(field.missing.valid_max);
  if (conversion.affine() && conversion.scale() < 0)
    std::swap(missing.valid_min, missing.valid_max);
  field.missing = missing;
  field.declared = field.storage = type;
  field.packing = {};
  field.packing.unpacked = type;
  for (const char* name : kStale) field.attributes.remove(name);
  cf::tell_valid_range(field);
  field.attributes.set(
      {"_FillValue", type, std::vector<double>{std::numeric_limits<double>::quiet_NaN()}});
}

/// One field that is calculated when it is read.
struct Computed {
  Field original;
  ElementType type = ElementType::Float32;
  cf::UnitConversion conversion;
};

class UnitsSource final : public DerivedSource {
 public:
  UnitsSource(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const HoldingSchema> schema,
              std::map<std::string, Computed> computed)
      : DerivedSource(std::move(dataset), std::move(schema)), computed_(std::move(computed)) {}

  [[nodiscard]] RawBlock read(const std::string& variable, const IndexBox& box) const override {
    return converted(variable, original().read(variable, box));
  }
  [[nodiscard]] RawBlock read_wanted(const std::string& variable, const IndexBox& box,
                                     std::span<const std::uint8_t> wanted) const override {
    return converted(variable, original().read_wanted(variable, box, wanted));
  }

 private:
  [[nodiscard]] bool leaves(const std::string& variable) const override {
    return !computed_.contains(variable);
  }
  [[nodiscard]] RawBlock converted(const std::string& variable, RawBlock block) const {
    const auto found = computed_.find(variable);
    if (found == computed_.end()) return block;
    const Computed& field = found->second;
    std::vector<double> values(block.cells());
    unpack(field.original, block, values);
    RawBlock made{field.type, block.shape, {}};
    made.bytes.resize(values.size() * size_of(field.type));
    with_type(field.type, [&](auto zero) {
      using T = decltype(zero);
      const auto to = made.as<T>();
      for (std::size_t i = 0; i < values.size(); ++i) {
        to[i] = static_cast<T>(std::isnan(values[i]) ? values[i] : field.conversion(values[i]));
      }
    });
    return made;
  }

  std::map<std::string, Computed> computed_;
};

}  // namespace

cf::UnitConversion conversion_of(const Field& field, const std::string& units) {
  const std::string asked = units.substr(0, kShown);
  if (!field.flags.empty()) {
    refuse(
        fmt::format("'{}' has flags, which have no units: '{}' cannot be had.", field.name, asked));
  }
  if (field.units.empty()) {
    refuse(fmt::format("'{}' has no units in its file, so '{}' cannot be had.", field.name, asked));
  }
  if (units == field.units) return {1, 0};
  const std::string from = meant_units(field);
  if (cf::is_since(from)) {
    refuse(fmt::format("'{}' is in '{}', points in time, which are not converted to '{}'.",
                       field.name, field.units, asked));
  }
  if (!cf::is_unit(from)) {
    refuse(
        fmt::format("'{}' is in '{}', which is no unit that UDUNITS knows, so '{}' cannot be "
                    "had.",
                    field.name, field.units, asked));
  }
  if (!cf::is_unit(units)) {
    refuse(fmt::format("'{}' is no unit that UDUNITS knows; '{}' is in '{}'.", asked, field.name,
                       field.units));
  }
  const auto conversion = cf::unit_conversion(from, units);
  if (!conversion) {
    refuse(fmt::format("'{}' is in '{}', which cannot be converted to '{}'.", field.name,
                       field.units, asked));
  }
  if (!conversion->affine() || conversion->offset() == 0) return *conversion;
  switch (temperature_of(field)) {
    case Temperature::OnScale:
      break;
    case Temperature::Difference:
      return {conversion->scale(), 0};
    case Temperature::Untold:
      refuse(
          fmt::format("'{}' is in '{}', and its file does not tell (by standard_name or "
                      "units_metadata) whether values are temperatures or differences of them, "
                      "so '{}' cannot be had.",
                      field.name, field.units, asked));
  }
  return *conversion;
}

std::pair<double, double> converted_range(const cf::UnitConversion& conversion,
                                          std::pair<double, double> range) {
  double low = conversion(range.first), high = conversion(range.second);
  // Logarithms of zero: begin a little above.
  if (!std::isfinite(low)) low = conversion(range.first + (range.second - range.first) / 256);
  if (!std::isfinite(high)) high = conversion(range.second - (range.second - range.first) / 256);
  if (low > high) std::swap(low, high);
  if (!std::isfinite(low) || !std::isfinite(high) || !(low < high)) return {0, 1};
  return {low, high};
}

std::shared_ptr<const Dataset> in_units(const std::shared_ptr<const Dataset>& dataset,
                                        const Coverage& coverage,
                                        std::span<const UnitWish> wishes) {
  Derivation derivation(*dataset, coverage);
  std::map<std::string, Computed> computed;
  for (const UnitWish& wish : wishes) {
    const std::size_t k = coverage.field_named(wish.field);
    const Field& original = coverage.fields[k];
    const cf::UnitConversion conversion = conversion_of(original, wish.units);
    Field field = original;
    field.units = wish.units;
    field.attributes.set({"units", ElementType::String, wish.units});
    for (const char* name : {"unit_long", "units_long", "long_units"})
      field.attributes.remove(name);
    if (!conversion.identity()) {
      const bool exact = conversion.affine() && (field.packing.packed || is_integer(field.storage));
      if (exact) {
        repack(field, conversion);
      } else {
        unpacked(field, conversion);
        computed.emplace(field.name, Computed{original, field.storage, conversion});
      }
      set_actual_range(field, conversion);
      auto& ranges = derivation.coverage().colour_ranges;
      if (k < ranges.size()) ranges[k] = converted_range(conversion, ranges[k]);
    }
    derivation.replace(k, std::move(field));
  }
  return derivation.finish([&](std::shared_ptr<const HoldingSchema> schema) {
    return std::make_shared<const UnitsSource>(dataset, std::move(schema), std::move(computed));
  });
}

}  // namespace gyre::coverage
