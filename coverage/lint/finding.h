#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/element_type.h"

namespace gyre::coverage::lint {

enum class Severity : std::uint8_t {
  Error,    ///< users get nothing, or something wrong
  Warning,  ///< users may be misled, or a use of it fails or is slow
  Hint      ///< it could serve better
};
[[nodiscard]] GYRE_API std::string_view name_of(Severity severity);

/// How to put something right. "{file}" stands for the holding.
struct Fix {
  std::string command;  ///< for a shell (NCO), or words; changes the data's file
  std::string overlay;  ///< what the configuration may say instead, below `datasets: <id>:`
  bool operator==(const Fix&) const = default;
};

/// One thing that users will see, what it means for them, and what to do.
struct Finding {
  Severity severity = Severity::Warning;
  std::string variable;     ///< empty: of the whole holding
  std::string message;      ///< what is so
  std::string consequence;  ///< what it means for users
  Fix fix;
  std::string check = {};  ///< the check's name; set by who runs it
  bool operator==(const Finding&) const = default;
};
using Findings = std::vector<Finding>;

/// An attribute said anew: by ncatted, or in the configuration.
[[nodiscard]] Fix set_text(std::string_view variable, std::string_view attribute,
                           std::string_view value);
[[nodiscard]] Fix set_numbers(std::string_view variable, std::string_view attribute,
                              ElementType type, const std::vector<double>& values);
[[nodiscard]] Fix remove_attribute(std::string_view variable, std::string_view attribute);

/// Shortest decimal form that reads back the same, of a float32 where it is one.
[[nodiscard]] std::string number_text(double value, ElementType type = ElementType::Float64);
/// "1.5 MB"
[[nodiscard]] std::string size_text(double bytes);
/// "1 step", "2 steps"
[[nodiscard]] GYRE_API std::string counted(std::size_t count, std::string_view noun);

}  // namespace gyre::coverage::lint
