#include "rendering/legend.h"
#include "services/ows/exception.h"
#include "services/ows/lifetime.h"
#include "services/wms/image_format.h"
#include "services/wms/layer_query.h"
#include "services/wms/operations.h"

namespace gyre::wms {
namespace {

/// COLORBARONLY with PALETTE needs no layer.
rendering::Style bare_palette(const std::string& style_name) {
  rendering::Style style;
  const std::string name = style_name.substr(style_name.find('/') + 1);
  const rendering::Palette* palette = rendering::find_palette(name);
  if (palette == nullptr) {
    throw ows::Exception("StyleNotDefined", "PALETTE", 404, "There is no palette of that name");
  }
  style.palette = *palette;
  return style;
}

}  // namespace

http::Response get_legend_graphic(const GetLegendGraphic& request, const ows::Context& context) {
  const ImageFormat& format = image_format(request.format);
  rendering::LegendOptions options{request.width, request.height, request.colour_bar_only,
                                   request.horizontal, request.background};
  if (format.kind == ImageFormat::Kind::Jpeg) options.background.transparent = false;
  rendering::LegendWords words;
  rendering::Style style;
  if (request.layer.empty()) {
    style = bare_palette(request.style);
  } else {
    const coverage::LayerRef layer = find_layer(request.layer, context, "LAYER");
    const coverage::Field& field = layer.coverage->fields[layer.field];
    style = style_in_units(named_style(layer, request.style, "STYLE"), field, request.units);
    words = {title_of(*layer.dataset, field, context),
             request.units.empty() ? field.units : request.units};
  }
  style = with_colour_scale(std::move(style), request.colour_scale, {});
  const rendering::LegendSize size = rendering::legend_size(style, options);
  check_size(size.width, size.height, context);
  http::Response response = image_response(rendering::draw_legend(style, words, options), format,
                                           request.background.colour);
  response.with_header("Cache-Control", ows::cache_control({}, context));
  return response;
}

}  // namespace gyre::wms
