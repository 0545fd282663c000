#pragma once

#include "coverage/base/abort_token.h"
#include "services/wms/dimension.h"

namespace gyre::wms {

/// The step a request comes down to.
struct Chosen {
  std::size_t index = 0;
  /// Empty, or the text of a Warning header: "99 Nearest value used: elevation=490 m".
  std::string warning;
  bool operator==(const Chosen&) const = default;
};

/// Resolves what a client wrote for a dimension to one step (DESIGN 4):
/// absent or empty: the default, with a warning; an instant or truncated date: the step itself,
/// else the first inside it, else the one whose bounds hold it, else the nearest within half a
/// local step with a warning; a range: the last step inside; a list: its last item; `current`: the
/// default. Numbers: the same, and with the opposite sign when only that matches.
/// @throws ows::Exception InvalidDimensionValue, locator the parameter's name
[[nodiscard]] Chosen choose(const coverage::Axis& axis, const Dimension& dimension,
                            const std::optional<std::string>& text, std::int64_t now_us);

/// All steps that a client asks for, ascending by their index.
struct ChosenSteps {
  std::vector<std::size_t> indices;  ///< one, unless a range or a list was asked for
  std::string warning;               ///< as Chosen's, of the first step that is not as asked
  bool operator==(const ChosenSteps&) const = default;
};

/// What bounds the work of choosing many steps.
struct StepsLimit {
  std::size_t samples = static_cast<std::size_t>(-1);  ///< that are given at most
  coverage::AbortToken abort;                          ///< asked before each item
};

/// As choose(), but a list stands for all its items, and a range for all steps inside: with a
/// period or resolution (low/high/P1M, 0/100/10) for the first in each such part of it.
/// @throws ows::Exception as choose(), and refuse_samples() as soon as there are more steps than
/// samples are given
[[nodiscard]] ChosenSteps choose_all(const coverage::Axis& axis, const Dimension& dimension,
                                     const std::optional<std::string>& text, std::int64_t now_us,
                                     const StepsLimit& limit = {});

/// @param samples of a series, or as many of them as were counted
/// @throws ows::Exception InvalidDimensionValue, always
[[noreturn]] void refuse_samples(const Dimension& dimension, std::size_t samples,
                                 const StepsLimit& limit);

/// The parameter a dimension is asked by: "TIME", "ELEVATION", "DIM_MEMBER".
[[nodiscard]] std::string parameter_of(const Dimension& dimension);

}  // namespace gyre::wms
