#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "coverage/subset/resample.h"
#include "rendering/arrows.h"
#include "rendering/painter.h"
#include "rendering/png.h"
#include "services/wms/image_format.h"
#include "services/wms/layer_query.h"
#include "services/wms/map_lifetime.h"
#include "services/wms/operations.h"
#include "services/wms/shown.h"

namespace gyre::wms {
namespace {

/// Arrows of the directions that go with a layer's speeds.
std::vector<rendering::Arrow> arrows_of(const LayerQuery& layer, const MapPart& map,
                                        const ows::Context& context) {
  std::vector<rendering::Arrow> arrows;
  const coverage::TargetGrid target = target_of(map);
  const coverage::TargetGrid lattice = rendering::arrow_lattice(target);
  if (!layer.style.arrows || lattice.width == 0 || lattice.height == 0) return arrows;
  coverage::ResolvedQuery query = layer.query;
  const auto read_at_lattice = [&](std::size_t field) {
    query.fields = {field};
    return coverage::resample_nearest(query, lattice, context.abort).values;
  };
  for (const coverage::Coverage::Vector& vector : layer.coverage->vectors) {
    if (vector.speed != layer.field) continue;
    const std::vector<double> speed = read_at_lattice(vector.speed);
    const std::vector<double> direction = read_at_lattice(vector.direction);
    const auto more =
        rendering::arrows_on(target, lattice, speed, direction,
                             coverage::sample_places(layer.coverage->domain_set, lattice));
    arrows.insert(arrows.end(), more.begin(), more.end());
  }
  return arrows;
}

/// One layer in the colours of a palette.
std::string draw_one(const LayerQuery& layer, const GetMap& request, const ows::Context& context,
                     Caches& caches) {
  const MapPart& map = request.map;
  ShownLayer shown(layer, map, context, caches);
  rendering::PngWriter png(map.width, map.height,
                           rendering::palette_of(shown.style(), request.background));
  for (std::size_t first = 0; first < map.height; first += shown.band()) {
    png.add(shown.rows(first, std::min(shown.band(), map.height - first)));
  }
  return png.finish();
}

/// Layers over one another.
std::string draw_all(const std::vector<LayerQuery>& layers, const GetMap& request,
                     const ImageFormat& format, const ows::Context& context, Caches& caches) {
  const MapPart& map = request.map;
  struct Drawn {
    std::unique_ptr<ShownLayer> shown;
    std::vector<rendering::Arrow> arrows;
  };
  std::vector<Drawn> drawn;
  std::size_t band = map.height;
  for (const LayerQuery& layer : layers) {
    drawn.push_back({std::make_unique<ShownLayer>(layer, map, context, caches),
                     arrows_of(layer, map, context)});
    band = std::min(band, drawn.back().shown->band());
  }
  rendering::Background background = request.background;
  if (format.kind == ImageFormat::Kind::Jpeg) background.transparent = false;
  const auto writer = writer_of(format, map.width, map.height, background.colour);
  for (std::size_t first = 0; first < map.height; first += band) {
    const std::size_t count = std::min(band, map.height - first);
    rendering::RgbaImage rows = rendering::blank(map.width, count, background);
    for (const Drawn& layer : drawn) {
      rendering::paint_over(rows, layer.shown->rows(first, count), layer.shown->style());
      rendering::draw_arrows(rows, layer.arrows, first);
    }
    writer->add(rows.bytes);
  }
  return writer->finish();
}

http::Response draw(const GetMap& request, const std::vector<LayerQuery>& layers,
                    const ImageFormat& format, const ows::Context& context, Caches& caches) {
  for (const LayerQuery& layer : layers) {
    // A scale that cannot be used is refused before anything is read.
    static_cast<void>(with_colour_scale(layer.style, request.map.colour_scale, {}));
  }
  // The smoothed edges of arrows are of more colours than a palette has.
  const bool one_palette = layers.size() == 1 && format.kind == ImageFormat::Kind::Palette &&
                           !layers.front().style.arrows;
  http::Response response;
  response.media_type = format.media_type;
  response.body = one_palette ? draw_one(layers.front(), request, context, caches)
                              : draw_all(layers, request, format, context, caches);
  std::vector<std::string> told;
  for (const LayerQuery& layer : layers) {
    for (const std::string& warning : layer.query.warnings) {
      if (std::find(told.begin(), told.end(), warning) != told.end()) continue;
      told.push_back(warning);
      response.with_header("Warning", warning);
    }
  }
  return response;
}

}  // namespace

http::Response get_map(const GetMap& request, const ows::Context& context, Caches& caches) {
  const ImageFormat& format = image_format(request.format);
  const std::vector<LayerQuery> layers = resolve_layers(request.map, context);
  // Not kept with the picture: it tells of now.
  const std::string caching = ows::cache_control(lifetime_of(layers, context), context);
  http::Response response = caches.maps.get(
      request, layers, [&] { return draw(request, layers, format, context, caches); });
  response.with_header("Cache-Control", caching);
  return response;
}

}  // namespace gyre::wms
