#pragma once

#include <optional>
#include <string_view>

namespace gyre::coverage::cf {

/// Metres in a unit of length ("m", "meters", "km", "kilometre" ...), if it is one.
[[nodiscard]] std::optional<double> metres_of(std::string_view units);
[[nodiscard]] bool is_plain_degrees(std::string_view units);  ///< degree(s), deg; not of the globe
[[nodiscard]] bool is_degrees_east(std::string_view units);
[[nodiscard]] bool is_degrees_north(std::string_view units);
/// Radians in a unit of angle (rad, mrad, urad and their long forms), if it is one.
[[nodiscard]] std::optional<double> radians_of(std::string_view units);
[[nodiscard]] bool is_radians(std::string_view units);
[[nodiscard]] bool is_pressure(std::string_view units);
/// Pascals in a unit of pressure, if it is one.
[[nodiscard]] std::optional<double> pascals_of(std::string_view units);
/// "<something> since <something>", well formed or not.
[[nodiscard]] bool is_since(std::string_view units);

}  // namespace gyre::coverage::cf
