#pragma once

#include <optional>
#include <string>

#include "coverage/base/export.h"
#include "rendering/image.h"
#include "rendering/style.h"

namespace gyre::rendering {

/// What a legend shall show beside the style's colours.
struct LegendWords {
  std::string title;  ///< of the layer
  std::string units;  ///< as people read them; empty: none
};

struct LegendOptions {
  std::optional<std::size_t> width = {}, height = {};  ///< of the whole picture, pixels
  bool colour_bar_only = false;                        ///< no words at all
  bool horizontal = false;
  Background background = {};
};

struct LegendSize {
  std::size_t width = 0, height = 0;
  bool operator==(const LegendSize&) const = default;
};

/// The size of the picture that draw_legend() makes: capabilities announce it.
[[nodiscard]] GYRE_API LegendSize legend_size(const Style& style, const LegendOptions& options);

/// A colour bar with round values, or one box for each category, coloured by the same classes as
/// the map. Where the picture is too small for words, only the colours.
[[nodiscard]] GYRE_API RgbaImage draw_legend(const Style& style, const LegendWords& words,
                                             const LegendOptions& options);

/// A message drawn in a picture: WMS's EXCEPTIONS=INIMAGE.
[[nodiscard]] GYRE_API RgbaImage draw_message(const std::string& message, std::size_t width,
                                              std::size_t height, const Background& background);

}  // namespace gyre::rendering
