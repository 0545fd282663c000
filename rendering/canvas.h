#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>

#include "rendering/image.h"

namespace gyre::rendering {

/// Where text may stand and how.
struct TextBox {
  double x = 0, y = 0;    ///< pixels, of its left (centre, right) edge and top (or middle)
  double width = 0;       ///< 0: one line as long as it is; else wrapped to it
  std::size_t lines = 1;  ///< what does not fit ends in an ellipsis
  double size_px = 12;
  bool bold = false;
  enum class Align : std::uint8_t { Left, Centre, Right } align = Align::Left;
  bool middle = false;  ///< y is the middle of the text
};

/// A picture that text and rectangles are drawn on. Text needs fontconfig to find a font.
class Canvas {
 public:
  Canvas(std::size_t width, std::size_t height, const Background& background);
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  void fill(double x, double y, double width, double height, const Colour& colour);
  void frame(double x, double y, double width, double height, const Colour& colour);
  void line(double x1, double y1, double x2, double y2, const Colour& colour);
  /// A filled outline with a rim under it, edges smoothed; pixels {x, y}.
  void shape(std::span<const std::array<double, 2>> outline, const Colour& colour,
             const Colour& rim, double rim_width);
  /// @returns the height the text took, in pixels. Text that is no UTF-8 is left out.
  double text(const std::string& text, const TextBox& box, const Colour& colour);
  /// The width of one line of text, in pixels.
  [[nodiscard]] double text_width(const std::string& text, double size_px) const;
  [[nodiscard]] RgbaImage image() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gyre::rendering
