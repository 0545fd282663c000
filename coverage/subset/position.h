#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "coverage/base/error.h"
#include "coverage/base/export.h"
#include "coverage/model/axis.h"
#include "coverage/subset/resolved_query.h"

namespace gyre::coverage {

/// A finite decimal number and nothing else ("+3", "-1e3", blanks around); absent otherwise.
[[nodiscard]] std::optional<double> number_in(std::string_view text);
/// @throws Error{InvalidPosition} naming the axis, its unit and extent
[[nodiscard]] double number_on(const Axis& axis, std::string_view text);
/// An absent bound and "*" are open.
[[nodiscard]] bool is_open(const std::optional<std::string>& bound);

/// "from -80 to 90 degrees_north", "from 2000-01-16T00:00:00Z to ...", "r1, r2, r3": for messages.
[[nodiscard]] std::string extent_text(const Axis& axis);
/// The step, label or centre at `index` as people write it.
[[nodiscard]] std::string position_text(const Axis& axis, std::size_t index);

[[noreturn]] void refuse(ErrorKind kind, const Axis& axis, const std::string& message);

/// One sample of an axis.
[[nodiscard]] AxisSelection one_sample(std::size_t index, double shift = 0);
/// A run of an axis.
[[nodiscard]] AxisSelection one_run(IndexRange range, double shift = 0);

/// Samples, ascending, in as few runs as can be.
[[nodiscard]] GYRE_API AxisSelection runs_of(const std::vector<std::size_t>& samples);

}  // namespace gyre::coverage
