#include "coverage/cf/units.h"

#include <algorithm>
#include <array>

#include "coverage/cf/text.h"

namespace gyre::coverage::cf {
namespace {

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::optional<double> metres_of(std::string_view units) {
  static constexpr std::array<std::string_view, 5> kMetre{"m", "metre", "metres", "meter",
                                                          "meters"};
  static constexpr std::array<std::string_view, 5> kKilometre{"km", "kilometre", "kilometres",
                                                              "kilometer", "kilometers"};
  const std::string name = lower(units);
  if (one_of(kMetre, name)) return 1.0;
  if (one_of(kKilometre, name)) return 1000.0;
  return std::nullopt;
}

bool is_plain_degrees(std::string_view units) {
  static constexpr std::array<std::string_view, 3> kNames{"degree", "degrees", "deg"};
  return one_of(kNames, lower(units));
}

// CF 1.11, 4.1 and 4.2: these spellings and no others; any case, since files in the field differ.
bool is_degrees_east(std::string_view units) {
  static constexpr std::array<std::string_view, 6> kNames{
      "degrees_east", "degree_east", "degree_e", "degrees_e", "degreee", "degreese"};
  return one_of(kNames, lower(units));
}

bool is_degrees_north(std::string_view units) {
  static constexpr std::array<std::string_view, 6> kNames{
      "degrees_north", "degree_north", "degree_n", "degrees_n", "degreen", "degreesn"};
  return one_of(kNames, lower(units));
}

std::optional<double> radians_of(std::string_view units) {
  static constexpr std::array<std::string_view, 3> kWhole{"rad", "radian", "radians"};
  static constexpr std::array<std::string_view, 3> kMilli{"mrad", "milliradian", "milliradians"};
  static constexpr std::array<std::string_view, 3> kMicro{"urad", "microradian", "microradians"};
  const std::string name = lower(units);
  if (one_of(kWhole, name)) return 1;
  if (one_of(kMilli, name)) return 1e-3;
  if (one_of(kMicro, name)) return 1e-6;
  return std::nullopt;
}

bool is_radians(std::string_view units) { return radians_of(units).has_value(); }

std::optional<double> pascals_of(std::string_view units) {
  struct Row {
    std::string_view name;
    double pascals;
  };
  static constexpr std::array<Row, 16> kRows{{{"pa", 1},
                                              {"pascal", 1},
                                              {"pascals", 1},
                                              {"hpa", 100},
                                              {"hectopascal", 100},
                                              {"hectopascals", 100},
                                              {"kpa", 1000},
                                              {"mbar", 100},
                                              {"millibar", 100},
                                              {"millibars", 100},
                                              {"mb", 100},
                                              {"bar", 1e5},
                                              {"dbar", 1e4},
                                              {"decibar", 1e4},
                                              {"decibars", 1e4},
                                              {"atm", 101325}}};
  const std::string name = lower(units);
  for (const Row& row : kRows) {
    if (row.name == name) return row.pascals;
  }
  return std::nullopt;
}

bool is_pressure(std::string_view units) { return pascals_of(units).has_value(); }

bool is_since(std::string_view units) { return lower(units).find(" since ") != std::string::npos; }

}  // namespace gyre::coverage::cf
