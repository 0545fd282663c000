#include "services/wms/map_cache.h"

#include <catch2/catch.hpp>

using namespace gyre;
using wms::GetMap;
using wms::LayerQuery;
using wms::MapCache;

namespace {

GetMap request_for(double west) {
  GetMap request;
  request.map.layers = {"d/v"};
  request.map.styles = {""};
  request.map.envelope = {west, 0, west + 10, 10};
  request.map.width = request.map.height = 256;
  request.format = "image/png";
  return request;
}

std::vector<LayerQuery> layers_of(const std::shared_ptr<const coverage::Dataset>& dataset,
                                  std::size_t sample = 0) {
  LayerQuery layer;
  layer.published = dataset;
  layer.chosen.emplace_back();
  layer.chosen.back().index = sample;
  return {layer};
}

http::Response picture(std::size_t size, char filled) {
  http::Response response;
  response.media_type = "image/png";
  response.body = std::string(size, filled);
  return response;
}

}  // namespace

TEST_CASE("a picture is found again as long as it shows the same", "[wms]") {
  MapCache cache(1 << 20);
  auto dataset = std::make_shared<const coverage::Dataset>();
  const auto layers = layers_of(dataset);
  CHECK_FALSE(cache.find(request_for(0), layers));
  cache.keep(request_for(0), layers, picture(1000, 'a'));
  const auto found = cache.find(request_for(0), layers);
  REQUIRE(found);
  CHECK(std::get<std::string>(found->body) == std::string(1000, 'a'));
  CHECK(found->media_type == "image/png");

  CHECK_FALSE(cache.find(request_for(1), layers));
  CHECK_FALSE(cache.find(request_for(0), layers_of(dataset, 1)));  // another time
  GetMap other = request_for(0);
  other.map.colour_scale.opacity = 0.5;
  CHECK_FALSE(cache.find(other, layers));
  other = request_for(0);
  other.background.transparent = true;
  CHECK_FALSE(cache.find(other, layers));

  // The dataset was read anew.
  dataset = std::make_shared<const coverage::Dataset>();
  CHECK_FALSE(cache.find(request_for(0), layers_of(dataset)));
  cache.keep(request_for(0), layers_of(dataset), picture(1000, 'b'));
  CHECK(std::get<std::string>(cache.find(request_for(0), layers_of(dataset))->body)[0] == 'b');
}

TEST_CASE("pictures are kept up to a limit, those asked for last", "[wms]") {
  constexpr std::size_t kSize = 10'000;
  MapCache cache(32 * kSize);
  const auto dataset = std::make_shared<const coverage::Dataset>();
  const auto layers = layers_of(dataset);
  for (int i = 0; i < 100; ++i) {
    cache.keep(request_for(i), layers, picture(kSize, 'a'));
    CHECK(cache.find(request_for(0), layers));
    CHECK(cache.figures().bytes <= 32 * kSize);
  }
  CHECK_FALSE(cache.find(request_for(50), layers));
  CHECK(cache.find(request_for(99), layers));
  cache.keep(request_for(200), layers, picture(3 * kSize, 'a'));  // would push out too much
  CHECK_FALSE(cache.find(request_for(200), layers));
  auto zarr = std::make_shared<coverage::Dataset>();
  zarr->format = "Zarr v3";
  cache.keep(request_for(202), layers_of(zarr), picture(100, 'a'));
  CHECK_FALSE(cache.find(request_for(202), layers_of(zarr)));
  http::Response refusal = picture(100, 'x');
  refusal.status = 503;
  cache.keep(request_for(201), layers, refusal);
  CHECK_FALSE(cache.find(request_for(201), layers));
}
