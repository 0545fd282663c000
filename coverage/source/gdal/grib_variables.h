#pragma once

#include <string>
#include <utility>
#include <vector>

#include "coverage/source/gdal/grib_field.h"

namespace gyre::coverage {

/// The fields of one variable: one parameter on levels of one kind, in order along its axes.
struct GribVariable {
  GribParameter parameter;
  GribLevel level;  ///< the kind
  int statistics = -1;
  std::string variant;
  std::size_t grid = 0;
  int edition = 2;

  /// Axes, slowest first; one that is empty is none of its dimensions.
  std::vector<int> members;
  std::vector<std::int64_t> references;  ///< of several runs; empty: by valid times alone
  std::vector<std::int64_t> periods;     ///< seconds after each, where there are references
  std::vector<std::int64_t> times;       ///< valid; where there are no references
  std::vector<std::pair<double, double>> levels;  ///< value and second value

  /// Row-major over the axes: which of the content's fields; kNone: there is none.
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::vector<std::size_t> fields;
  /// Of times: the reference time and the begin of the interval of each.
  std::vector<std::int64_t> reference_of_time, begin_of_time;
};

/// Sorts fields into variables. What is given twice counts as it is given last, with a remark.
/// @throws Error{MalformedHolding} for a table of far more cells than there are fields
[[nodiscard]] std::vector<GribVariable> variables_of(GribContent& content);

}  // namespace gyre::coverage
