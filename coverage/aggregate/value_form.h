#pragma once

#include <optional>
#include <string>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/field.h"
#include "coverage/model/holding_schema.h"
#include "coverage/model/raw_block.h"
#include "coverage/model/time_units.h"

namespace gyre::coverage::aggregation {

/// How a holding stores the values of a variable: all that may differ from file to file, as each is
/// read by its own.
struct ValueForm {
  ElementType declared = ElementType::Float32, storage = ElementType::Float32;
  Packing packing;
  MissingRule missing;
  std::string time_form;  ///< units and calendar; empty: no time
};

/// The form of a variable as a holding declares it. Coordinates, times among them, are masked by
/// the fill values they tell alone.
[[nodiscard]] GYRE_API ValueForm form_of(const VariableSchema& variable);
/// The time units of a variable, when its values are times; absent: they are not.
[[nodiscard]] std::optional<TimeUnits> time_units_of(const VariableSchema& variable);
/// Units and calendar of times, as one text; empty for what is no time.
[[nodiscard]] std::string time_form_of(const VariableSchema& variable);
/// The standard and the proleptic Gregorian calendar tell the same dates from here on: the 15th of
/// October 1582, in microseconds since 1970.
constexpr std::int64_t kGregorianReform_us = -141'427LL * 86'400'000'000;
/// Can times of the two calendars be joined, those after the reform?
[[nodiscard]] bool agree_after_reform(Calendar a, Calendar b);
/// Gives bounds without units those of the times they are bounds of (may be null).
void inherit_units(VariableSchema& bounds, const VariableSchema* times);
/// Attributes that a ValueForm is made of, besides the units of times.
[[nodiscard]] bool is_form_attribute(const std::string& name);

/// What the values of all holdings are brought to.
struct CommonForm {
  /// The variable with the type and attributes of the common form.
  VariableSchema schema;
  bool converts = false;  ///< else all are stored alike, and pass through untouched
  Scalar fill;            ///< in the storage type: of cells that no holding has
};

/// The common form of variables that hold the same quantity.
///
/// One form: itself. Integers that differ in type or fill alone: the narrowest integers that hold
/// all, with a fill that all take for missing, else wider ones with a fill none can have. Packed
/// ones: what unpacking gives, float32 when it gives float32 in all of them (the values then are
/// those each file unpacks to), else double; NaN is missing. Times: double, in the units and
/// the calendar of `variable`; missing where the calendars differ.
/// @param room there are cells that no holding has
/// @pre 64-bit integers do not mix with other types
[[nodiscard]] GYRE_API CommonForm common_form(const VariableSchema& variable,
                                              const std::vector<ValueForm>& forms, bool room);

/// `block`, stored as `from` says, in the common form.
[[nodiscard]] GYRE_API RawBlock converted(const RawBlock& block, const VariableSchema& from,
                                          const CommonForm& to);

/// A block of `to` full of its fill.
void put_fill(RawBlock& block, const Scalar& fill);

}  // namespace gyre::coverage::aggregation
