#include <algorithm>

#include "rendering/arrows.h"
#include "rendering/painter.h"
#include "services/wms/image_format.h"
#include "services/wms/layer_query.h"
#include "services/wms/map_lifetime.h"
#include "services/wms/operations.h"
#include "services/wms/shown.h"

namespace gyre::wms {
namespace {

/// Reads one layer and settles its colours.
std::pair<rendering::Classes, rendering::Style> read(const LayerQuery& layer, const MapPart& map,
                                                     const ows::Context& context, Caches& caches) {
  const coverage::Field& field = layer.query.coverage->fields[layer.query.fields.front()];
  const coverage::StoredRaster raster = shown_of(layer, map, context, caches);
  const bool by_values = std::holds_alternative<ColourScale::Auto>(map.colour_scale.range);
  rendering::Style style =
      with_colour_scale(layer.style, map.colour_scale,
                        by_values ? unpacked(field, raster).values : std::vector<double>());
  rendering::Classes classes = rendering::classes_of(style, field, raster.block);
  for (std::size_t i = 0; i < raster.outside.size(); ++i) {
    if (raster.outside[i] != 0) classes[i] = 0;
  }
  return {std::move(classes), std::move(style)};
}

/// Arrows of the directions that go with a layer's speeds.
void draw_arrows(rendering::RgbaImage& image, const LayerQuery& layer, const MapPart& map,
                 const ows::Context& context) {
  const coverage::TargetGrid target = target_of(map);
  const coverage::TargetGrid lattice = rendering::arrow_lattice(target);
  if (lattice.width == 0 || lattice.height == 0) return;
  coverage::ResolvedQuery query = layer.query;
  const auto read_at_lattice = [&](std::size_t field) {
    query.fields = {field};
    return coverage::resample_nearest(query, lattice, context.abort).values;
  };
  for (const coverage::Coverage::Vector& vector : layer.coverage->vectors) {
    if (vector.speed != layer.field) continue;
    const std::vector<double> speed = read_at_lattice(vector.speed);
    const std::vector<double> direction = read_at_lattice(vector.direction);
    rendering::draw_arrows(
        image, rendering::arrows_on(target, lattice, speed, direction,
                                    coverage::sample_places(layer.coverage->domain_set, lattice)));
  }
}

http::Response draw(const GetMap& request, const std::vector<LayerQuery>& layers,
                    const ImageFormat& format, const ows::Context& context, Caches& caches) {
  const MapPart& map = request.map;
  // The smoothed edges of arrows are of more colours than a palette has.
  if (layers.size() == 1 && format.kind == ImageFormat::Kind::Palette &&
      !layers.front().style.arrows) {
    const auto [classes, style] = read(layers.front(), map, context, caches);
    http::Response response;
    response.media_type = format.media_type;
    response.body = rendering::encode_png(
        rendering::paint(classes, map.width, map.height, style, request.background));
    return response;
  }
  rendering::Background background = request.background;
  if (format.kind == ImageFormat::Kind::Jpeg) background.transparent = false;
  rendering::RgbaImage image = rendering::blank(map.width, map.height, background);
  for (const LayerQuery& layer : layers) {
    const auto [classes, style] = read(layer, map, context, caches);
    rendering::paint_over(image, classes, style);
    if (style.arrows) draw_arrows(image, layer, map, context);
  }
  return image_response(image, format, background.colour);
}

}  // namespace

http::Response get_map(const GetMap& request, const ows::Context& context, Caches& caches) {
  const ImageFormat& format = image_format(request.format);
  const std::vector<LayerQuery> layers = resolve_layers(request.map, context);
  // Not kept with the picture: it tells of now.
  const std::string caching = ows::cache_control(lifetime_of(layers, context), context);
  if (auto kept = caches.maps.find(request, layers)) {
    kept->with_header("Cache-Control", caching);
    return *std::move(kept);
  }
  for (const LayerQuery& layer : layers) {
    // A scale that cannot be used is refused before anything is read.
    static_cast<void>(with_colour_scale(layer.style, request.map.colour_scale, {}));
  }
  http::Response response = draw(request, layers, format, context, caches);
  std::vector<std::string> told;
  for (const LayerQuery& layer : layers) {
    for (const std::string& warning : layer.query.warnings) {
      if (std::find(told.begin(), told.end(), warning) != told.end()) continue;
      told.push_back(warning);
      response.with_header("Warning", warning);
    }
  }
  caches.maps.keep(request, layers, response);
  response.with_header("Cache-Control", caching);
  return response;
}

}  // namespace gyre::wms
