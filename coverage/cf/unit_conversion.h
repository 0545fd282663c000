#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "coverage/base/export.h"

namespace gyre::coverage::cf {

/// How numbers in one unit become numbers in another.
class GYRE_API UnitConversion {
 public:
  /// y = scale * x + offset. @pre scale is neither zero nor infinite
  UnitConversion(double scale, double offset) : scale_(scale), offset_(offset) {}
  /// Any other function of UDUNITS (logarithms, reciprocals); `curve` is its cv_converter.
  explicit UnitConversion(std::shared_ptr<void> curve) : curve_(std::move(curve)) {}

  [[nodiscard]] bool affine() const { return curve_ == nullptr; }
  [[nodiscard]] bool identity() const { return affine() && scale_ == 1 && offset_ == 0; }
  /// @pre affine()
  [[nodiscard]] double scale() const { return scale_; }
  [[nodiscard]] double offset() const { return offset_; }
  /// NaN where there is none (the logarithm of a negative number). Thread-safe.
  [[nodiscard]] double operator()(double value) const;

 private:
  double scale_ = 1, offset_ = 0;
  std::shared_ptr<void> curve_;
};

/// Is the text a unit by UDUNITS-2 (CF 1.11, 3.1), or one of the spellings that files in the field
/// have instead ("psu", "mb" for millibar, "deg C")? Points in time are none.
[[nodiscard]] GYRE_API bool is_unit(std::string_view units);

/// What a spelling that UDUNITS does not know, or takes for something else, is taken for; absent
/// for what UDUNITS reads as it is meant.
[[nodiscard]] GYRE_API std::optional<std::string_view> meant_unit(std::string_view units);

/// From one unit to another; absent when either is none, or when they measure different things.
/// The practical salinity unit counts as 1e-3. Thread-safe; the first call reads the units'
/// database.
[[nodiscard]] GYRE_API std::optional<UnitConversion> unit_conversion(std::string_view from,
                                                                     std::string_view to);

}  // namespace gyre::coverage::cf
