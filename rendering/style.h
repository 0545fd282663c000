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
  bool logarithmic = false;  ///< classes of equal ratio; both ends of the range are positive
  /// Categorical: colour i belongs to value categories[i], called labels[i] (flag meanings).
  std::vector<double> categories;
  std::vector<std::string> labels;
  /// Colours beyond the range; absent: the palette's end colours go on.
  std::optional<Colour> below, above;
  double opacity = 1;   ///< of every class
  bool arrows = false;  ///< over the colours of a speed, arrows of its direction
};

/// The colours of all classes: the palette's, then those of `below` and `above` where set.
[[nodiscard]] GYRE_API std::vector<Colour> class_colours(const Style& style);

/// Class of a value, an index into class_colours(); -1 for NaN, and for no category's value.
/// With n colours, class k covers [low + k*(high-low)/n, low + (k+1)*(high-low)/n); values beyond
/// the range belong to the end classes, or to those of `below` and `above`; `high` itself to the
/// last class.
[[nodiscard]] GYRE_API int class_of(const Style& style, double value);

/// The styles a layer offers, its default first (palette suited to the quantity, range frozen).
/// The first two are one: "default" and the same under its full name.
[[nodiscard]] GYRE_API std::vector<Style> styles_for(const coverage::Coverage& coverage,
                                                     std::size_t field);

/// The style of that name: "" and "default" are the layer's default; "default/<palette>" works
/// for every palette, listed or not, "-inv" included; a bare palette name, and ncWMS's families
/// ("boxfill/…", "raster/…", "default-scalar/…"), mean the same. "arrows/<palette>" is for fields
/// that are a speed with a direction beside it (Coverage::vectors). Absent: there is none.
[[nodiscard]] GYRE_API std::optional<Style> find_style(const coverage::Coverage& coverage,
                                                       std::size_t field, std::string_view name);

}  // namespace gyre::rendering
