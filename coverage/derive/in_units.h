#pragma once

#include <memory>
#include <span>
#include <string>

#include "coverage/base/export.h"
#include "coverage/cf/unit_conversion.h"
#include "coverage/model/dataset.h"

namespace gyre::coverage {

/// The parameter that asks for units, as errors name it.
inline constexpr const char* kUnitsParameter = "UNITS";

/// A field that is wanted in other units.
struct UnitWish {
  std::string field;  ///< its name
  std::string units;  ///< as the client wrote them
  bool operator==(const UnitWish&) const = default;
};

/// How the field's values become values in `units`. Differences of temperatures have no zero of
/// their own, so scales' zeros are left out: of anomalies, standard errors and deviations, and of
/// what says `units_metadata` "temperature: difference" (CF 1.11, 3.1.2).
/// @throws Error{InvalidParameter} with the units the field has and those asked for: of flags,
/// which have none; of a field without units; of unknown units; of units of something else; where
/// nothing tells whether values are temperatures or differences of them
[[nodiscard]] GYRE_API cf::UnitConversion conversion_of(const Field& field,
                                                        const std::string& units);

/// A dataset of one coverage: the fields of `coverage`, in the same order and of the same names,
/// those wished for in other units. Packed fields and integers keep their stored values bit by bit
/// and get another scale_factor and add_offset, in float64 (texts keep the precision that values
/// had unpacked, float64 for integers); floats, and what no straight line converts, are calculated
/// in float64 when read and rounded once to their unpacked type, with NaN for what is missing.
/// Colour ranges are in the new units. Costs no I/O.
/// @param wishes of fields that the coverage has
/// @throws Error{InvalidParameter} as conversion_of()
[[nodiscard]] GYRE_API std::shared_ptr<const Dataset> in_units(
    const std::shared_ptr<const Dataset>& dataset, const Coverage& coverage,
    std::span<const UnitWish> wishes);

/// A range of values, converted: low < high.
[[nodiscard]] GYRE_API std::pair<double, double> converted_range(
    const cf::UnitConversion& conversion, std::pair<double, double> range);

}  // namespace gyre::coverage
