#include "rendering/canvas.h"

#include <cmath>
#include <stdexcept>

#include <cairo.h>
#include <glib-object.h>
#include <pango/pangocairo.h>

namespace gyre::rendering {
namespace {

struct FreeSurface {
  void operator()(cairo_surface_t* s) const { cairo_surface_destroy(s); }
};
struct FreeContext {
  void operator()(cairo_t* c) const { cairo_destroy(c); }
};
struct FreeObject {
  void operator()(PangoLayout* l) const { g_object_unref(l); }
};
struct FreeFont {
  void operator()(PangoFontDescription* f) const { pango_font_description_free(f); }
};
using Layout = std::unique_ptr<PangoLayout, FreeObject>;

Layout make_layout(cairo_t* context, const std::string& text, double size_px, bool bold) {
  Layout layout(pango_cairo_create_layout(context));
  const std::unique_ptr<PangoFontDescription, FreeFont> font(pango_font_description_new());
  pango_font_description_set_family(font.get(), "DejaVu Sans, sans-serif");
  pango_font_description_set_absolute_size(font.get(), size_px * PANGO_SCALE);
  if (bold) pango_font_description_set_weight(font.get(), PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description(layout.get(), font.get());
  if (g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr) != 0) {
    pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  }
  return layout;
}

}  // namespace

struct Canvas::Impl {
  std::unique_ptr<cairo_surface_t, FreeSurface> surface;
  std::unique_ptr<cairo_t, FreeContext> context;

  void use(const Colour& colour) const {
    cairo_set_source_rgba(context.get(), colour.red / 255.0, colour.green / 255.0,
                          colour.blue / 255.0, colour.alpha / 255.0);
  }
};

Canvas::Canvas(std::size_t width, std::size_t height, const Background& background)
    : impl_(std::make_unique<Impl>()) {
  impl_->surface.reset(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, static_cast<int>(width),
                                                  static_cast<int>(height)));
  if (cairo_surface_status(impl_->surface.get()) != CAIRO_STATUS_SUCCESS) throw std::bad_alloc();
  impl_->context.reset(cairo_create(impl_->surface.get()));
  // Grey-level smoothing of text also where subpixel orders are configured: pictures are the same
  // on every machine and in every position.
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
  cairo_set_font_options(impl_->context.get(), options);
  cairo_font_options_destroy(options);
  if (!background.transparent) {
    fill(0, 0, static_cast<double>(width), static_cast<double>(height), background.colour);
  }
}

Canvas::~Canvas() = default;

void Canvas::fill(double x, double y, double width, double height, const Colour& colour) {
  cairo_set_antialias(impl_->context.get(), CAIRO_ANTIALIAS_NONE);
  impl_->use(colour);
  cairo_rectangle(impl_->context.get(), x, y, width, height);
  cairo_fill(impl_->context.get());
}

void Canvas::frame(double x, double y, double width, double height, const Colour& colour) {
  impl_->use(colour);
  cairo_set_line_width(impl_->context.get(), 1);
  cairo_rectangle(impl_->context.get(), x + 0.5, y + 0.5, width - 1, height - 1);
  cairo_stroke(impl_->context.get());
}

void Canvas::line(double x1, double y1, double x2, double y2, const Colour& colour) {
  impl_->use(colour);
  cairo_set_line_width(impl_->context.get(), 1);
  cairo_move_to(impl_->context.get(), x1, y1);
  cairo_line_to(impl_->context.get(), x2, y2);
  cairo_stroke(impl_->context.get());
}

void Canvas::shape(std::span<const std::array<double, 2>> outline, const Colour& colour,
                   const Colour& rim, double rim_width) {
  cairo_t* const context = impl_->context.get();
  cairo_set_antialias(context, CAIRO_ANTIALIAS_GOOD);
  for (const auto& [x, y] : outline) cairo_line_to(context, x, y);
  cairo_close_path(context);
  impl_->use(rim);
  cairo_set_line_width(context, rim_width);
  cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke_preserve(context);
  impl_->use(colour);
  cairo_fill(context);
}

double Canvas::text(const std::string& text, const TextBox& box, const Colour& colour) {
  const Layout layout = make_layout(impl_->context.get(), text, box.size_px, box.bold);
  if (box.width > 0) {
    pango_layout_set_width(layout.get(), static_cast<int>(box.width * PANGO_SCALE));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_height(layout.get(), -static_cast<int>(box.lines));
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
  }
  int width = 0, height = 0;
  pango_layout_get_pixel_size(layout.get(), &width, &height);
  double x = box.x;
  if (box.align == TextBox::Align::Centre) x -= width / 2.0;
  if (box.align == TextBox::Align::Right) x -= width;
  const double y = box.middle ? box.y - height / 2.0 : box.y;
  impl_->use(colour);
  cairo_move_to(impl_->context.get(), std::round(x), std::round(y));
  pango_cairo_show_layout(impl_->context.get(), layout.get());
  return height;
}

double Canvas::text_width(const std::string& text, double size_px) const {
  const Layout layout = make_layout(impl_->context.get(), text, size_px, false);
  int width = 0, height = 0;
  pango_layout_get_pixel_size(layout.get(), &width, &height);
  return width;
}

RgbaImage Canvas::image() const {
  cairo_surface_t* surface = impl_->surface.get();
  cairo_surface_flush(surface);
  const auto width = static_cast<std::size_t>(cairo_image_surface_get_width(surface));
  const auto height = static_cast<std::size_t>(cairo_image_surface_get_height(surface));
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface));
  const unsigned char* data = cairo_image_surface_get_data(surface);
  RgbaImage image{width, height, std::vector<std::uint8_t>(width * height * 4)};
  for (std::size_t y = 0; y < height; ++y) {
    const auto* row = reinterpret_cast<const std::uint32_t*>(data + y * stride);
    for (std::size_t x = 0; x < width; ++x) {
      // Cairo holds native-endian ARGB, premultiplied.
      const std::uint32_t pixel = row[x], alpha = pixel >> 24;
      std::uint8_t* out = &image.bytes[(y * width + x) * 4];
      for (int part = 0; part < 3; ++part) {
        const std::uint32_t value = (pixel >> (16 - 8 * part)) & 0xff;
        out[part] = alpha == 0 ? std::uint8_t{0}
                               : static_cast<std::uint8_t>((value * 255 + alpha / 2) / alpha);
      }
      out[3] = static_cast<std::uint8_t>(alpha);
    }
  }
  return image;
}

}  // namespace gyre::rendering
