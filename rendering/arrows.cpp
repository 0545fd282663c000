#include "rendering/arrows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "coverage/model/x_axis_angle.h"
#include "rendering/canvas.h"
#include "rendering/painter.h"

namespace gyre::rendering {
namespace {

/// Lattices begin here, in spacings from the origin of the CRS: edges of cells lie at simple
/// fractions and, round a pole, on diagonals, where rounding would decide tile by tile which sample
/// an arrow shows.
constexpr double kPhaseX = 0.381966, kPhaseY = 0.236068;
/// Half an arrow and its rim.
constexpr double kMargin_px = kArrowLength_px / 2 + 2;

/// So many digits that tiles of one zoom level agree, whatever rounding their boxes went through.
double rounded(double spacing) {
  const double unit = std::pow(10, std::floor(std::log10(spacing)) - 8);
  return std::round(spacing / unit) * unit;
}

struct Places {
  double low = 0, spacing = 0;  ///< the outer edge of the first place's square
  std::size_t count = 0;
};

Places places_along(double low, double high, std::size_t pixels, double phase) {
  const double pixel = (high - low) / static_cast<double>(pixels);
  const double spacing = rounded(kArrowSpacing_px * pixel);
  const double margin = kMargin_px * pixel;
  const double first = std::ceil((low - margin) / spacing - phase);
  const double last = std::floor((high + margin) / spacing - phase);
  Places places{(first + phase - 0.5) * spacing, spacing, 0};
  if (last >= first) places.count = static_cast<std::size_t>(last - first) + 1;
  return places;
}

/// The outline of an arrow that points upwards, around its middle.
constexpr std::array<std::array<double, 2>, 7> kOutline{
    {{0, -9}, {3.6, -2}, {0.9, -2.9}, {0.9, 9}, {-0.9, 9}, {-0.9, -2.9}, {-3.6, -2}}};
static_assert(kOutline[3][1] - kOutline[0][1] == kArrowLength_px);

constexpr Colour kInk{20, 20, 20, 255};
constexpr Colour kRim{255, 255, 255, 150};
constexpr double kRim_px = 2;

/// Rounding of a tile's box moves arrows by millionths of a pixel: smoothed edges must not see it.
double settled(double pixel) { return std::round(pixel * 32) / 32; }

}  // namespace

coverage::TargetGrid arrow_lattice(const coverage::TargetGrid& map) {
  const coverage::Envelope& e = map.envelope;
  const Places x = places_along(e.min_x, e.max_x, map.width, kPhaseX);
  const Places y = places_along(e.min_y, e.max_y, map.height, kPhaseY);
  return {map.crs,
          {x.low, y.low, x.low + x.spacing * static_cast<double>(x.count),
           y.low + y.spacing * static_cast<double>(y.count)},
          x.count,
          y.count};
}

std::vector<Arrow> arrows_on(const coverage::TargetGrid& map, const coverage::TargetGrid& lattice,
                             std::span<const double> speed, std::span<const double> direction,
                             const coverage::Places& samples) {
  const double per_x = static_cast<double>(map.width) / map.envelope.width();
  const double per_y = static_cast<double>(map.height) / map.envelope.height();
  const double step_x = lattice.envelope.width() / static_cast<double>(lattice.width);
  const double step_y = lattice.envelope.height() / static_cast<double>(lattice.height);
  std::vector<double> x, y, sample_x, sample_y, bearing;
  for (std::size_t i = 0; i < speed.size(); ++i) {
    if (!(speed[i] > 0) || !std::isfinite(direction[i])) continue;
    x.push_back(lattice.envelope.min_x + (static_cast<double>(i % lattice.width) + 0.5) * step_x);
    y.push_back(lattice.envelope.max_y - (static_cast<double>(i / lattice.width) + 0.5) * step_y);
    sample_x.push_back(samples.x[i]);
    sample_y.push_back(samples.y[i]);
    bearing.push_back(direction[i] * std::numbers::pi / 180);
  }
  std::vector<double> angles(x.size());
  coverage::x_axis_angles(map.crs, sample_x, sample_y, angles);
  std::vector<Arrow> arrows;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(angles[i])) continue;
    const double turned = bearing[i] + angles[i];  // clockwise from the map's y axis
    arrows.push_back({(x[i] - map.envelope.min_x) * per_x, (map.envelope.max_y - y[i]) * per_y,
                      std::atan2(std::sin(turned) * per_x, std::cos(turned) * per_y)});
  }
  return arrows;
}

void draw_arrows(RgbaImage& rows, std::span<const Arrow> arrows, std::size_t first_row) {
  if (arrows.empty()) return;
  const auto top = static_cast<double>(first_row);
  Canvas canvas(rows.width, rows.height, {true, kWhite});
  std::vector<std::array<double, 2>> outline(kOutline.size());
  for (const Arrow& arrow : arrows) {
    if (arrow.y < top - kMargin_px) continue;
    if (arrow.y > top + static_cast<double>(rows.height) + kMargin_px) continue;
    const double s = std::sin(arrow.heading), c = std::cos(arrow.heading);
    for (std::size_t k = 0; k < kOutline.size(); ++k) {
      const auto [right, down] = kOutline[k];
      outline[k] = {settled(arrow.x) + right * c - down * s,
                    settled(arrow.y) - top + right * s + down * c};
    }
    canvas.shape(outline, kInk, kRim, kRim_px);
  }
  lay_over(rows, canvas.image());
}

}  // namespace gyre::rendering
