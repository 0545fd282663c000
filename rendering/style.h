#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/model/dataset.h"
#include "rendering/palette.h"

namespace gyre::rendering {

/// How a field becomes colours: the one description that map, legend and GetFeatureInfo share.
struct Style {
  std::string name;  ///< "default/thermal"
  std::string title;
  Palette palette;
  double low = 0, high = 1;  ///< colour range, physical units
  bool logarithmic = false;
  /// Categorical: colour i belongs to category i of `labels` (flag meanings).
  std::vector<std::string> labels;
};

/// Class of a value: 0 .. colours-1, clamped at the ends; -1 for NaN.
/// Class k covers [low + k*(high-low)/n, low + (k+1)*(high-low)/n).
[[nodiscard]] GYRE_API int class_of(const Style& style, double value);

/// The styles a layer offers, its default first (palette suited to the quantity, range frozen).
[[nodiscard]] GYRE_API std::vector<Style> styles_for(const coverage::Coverage& coverage,
                                                     std::size_t field);

}  // namespace gyre::rendering
