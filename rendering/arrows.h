#pragma once

#include <span>
#include <vector>

#include "coverage/base/export.h"
#include "coverage/subset/resample.h"
#include "rendering/image.h"

namespace gyre::rendering {

/// One arrow of a picture, drawn around its middle.
struct Arrow {
  double x = 0, y = 0;  ///< pixels from the left and the top edge; may lie outside of the picture
  double heading = 0;   ///< radians, clockwise from straight up
  bool operator==(const Arrow&) const = default;
};

/// Pixels between arrows: ten of them fill a tile of 256, and whole ones the width of the world at
/// every level of the usual tile pyramids.
inline constexpr double kArrowSpacing_px = 25.6;
/// Arrows are all of this length: the colours under them tell how strong the flow is.
inline constexpr double kArrowLength_px = 18;

/// Where arrows stand on a map: a grid whose pixel centres are these places. They are anchored to
/// the map's CRS, not to the picture, so that tiles of one resolution have them at the same places;
/// those outside are among them whose arrows reach into the picture. May be empty.
[[nodiscard]] GYRE_API coverage::TargetGrid arrow_lattice(const coverage::TargetGrid& map);

/// The arrows of a map: none where the speed or the direction is missing, or the speed is zero. A
/// direction (degrees clockwise from true north, towards which it goes) is turned by the angle
/// between true east and the map's x axis where its sample is: on conformal maps arrows lie along
/// the flow, and on all of them bearings can be read from them.
/// @param speed, direction one value for each pixel of `lattice`, row by row
/// @param samples where these values hold, in the map's CRS: near a pole the bearing of a sample is
/// another one a cell's width away
[[nodiscard]] GYRE_API std::vector<Arrow> arrows_on(const coverage::TargetGrid& map,
                                                    const coverage::TargetGrid& lattice,
                                                    std::span<const double> speed,
                                                    std::span<const double> direction,
                                                    const coverage::Places& samples);

/// Draws them over rows of the picture: dark, with a light rim, edges smoothed.
/// @param first_row of the picture, the first of `rows`
GYRE_API void draw_arrows(RgbaImage& rows, std::span<const Arrow> arrows,
                          std::size_t first_row = 0);

}  // namespace gyre::rendering
