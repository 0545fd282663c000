#pragma once

#include <string_view>

#include "coverage/model/field.h"

namespace gyre::rendering {

/// Where the colour range of a quantity lies.
enum class RangeKind : std::uint8_t {
  AsFound,    ///< the coverage's own default range
  Symmetric,  ///< zero in the middle
  FullCircle  ///< a whole turn in the field's unit, from 0, or around it when there are negative
              ///< ones
};

/// What suits a quantity.
struct Suited {
  std::string_view palette;
  RangeKind range = RangeKind::AsFound;
};

/// By standard_name, else by units, else by long_name and name. `low`, `high`: the coverage's
/// default colour range, which decides where the words leave it open.
[[nodiscard]] Suited suited_to(const coverage::Field& field, double low, double high);
/// A whole turn in the unit of an angle: 360 for degrees, 2π for radians.
[[nodiscard]] double full_circle(const coverage::Field& field);

}  // namespace gyre::rendering
