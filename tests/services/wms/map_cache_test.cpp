#include "services/wms/map_cache.h"

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

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

namespace {

/// Whether the cache has it, and what it is.
std::optional<char> kept(MapCache& cache, const GetMap& request,
                         const std::vector<LayerQuery>& layers) {
  struct NotKept {};
  try {
    return std::get<std::string>(
        cache.get(request, layers, []() -> http::Response { throw NotKept(); }).body)[0];
  } catch (const NotKept&) {
    return std::nullopt;
  }
}

http::Response drawn(MapCache& cache, const GetMap& request, const std::vector<LayerQuery>& layers,
                     const http::Response& answer) {
  return cache.get(request, layers, [&] { return answer; });
}

}  // namespace

TEST_CASE("a picture is found again as long as it shows the same", "[wms]") {
  MapCache cache(1 << 20);
  auto dataset = std::make_shared<const coverage::Dataset>();
  const auto layers = layers_of(dataset);
  CHECK_FALSE(kept(cache, request_for(0), layers));
  drawn(cache, request_for(0), layers, picture(1000, 'a'));
  const auto found = drawn(cache, request_for(0), layers, picture(1, 'b'));
  CHECK(std::get<std::string>(found.body) == std::string(1000, 'a'));
  CHECK(found.media_type == "image/png");

  CHECK_FALSE(kept(cache, request_for(1), layers));
  CHECK_FALSE(kept(cache, request_for(0), layers_of(dataset, 1)));  // another time
  GetMap other = request_for(0);
  other.map.colour_scale.opacity = 0.5;
  CHECK_FALSE(kept(cache, other, layers));
  other = request_for(0);
  other.background.transparent = true;
  CHECK_FALSE(kept(cache, other, layers));

  // The dataset was read anew.
  dataset = std::make_shared<const coverage::Dataset>();
  CHECK_FALSE(kept(cache, request_for(0), layers_of(dataset)));
  drawn(cache, request_for(0), layers_of(dataset), picture(1000, 'b'));
  CHECK(kept(cache, request_for(0), layers_of(dataset)) == 'b');
}

TEST_CASE("pictures are kept up to a limit, those asked for last", "[wms]") {
  constexpr std::size_t kSize = 10'000;
  MapCache cache(32 * kSize);
  const auto dataset = std::make_shared<const coverage::Dataset>();
  const auto layers = layers_of(dataset);
  for (int i = 0; i < 100; ++i) {
    drawn(cache, request_for(i), layers, picture(kSize, 'a'));
    CHECK(kept(cache, request_for(0), layers));
    CHECK(cache.figures().bytes <= 32 * kSize);
  }
  CHECK_FALSE(kept(cache, request_for(50), layers));
  CHECK(kept(cache, request_for(99), layers));
  drawn(cache, request_for(200), layers, picture(3 * kSize, 'a'));  // would push out too much
  CHECK_FALSE(kept(cache, request_for(200), layers));
  auto zarr = std::make_shared<coverage::Dataset>();
  zarr->format = "Zarr v3";
  drawn(cache, request_for(202), layers_of(zarr), picture(100, 'a'));
  CHECK_FALSE(kept(cache, request_for(202), layers_of(zarr)));
  http::Response refusal = picture(100, 'x');
  refusal.status = 503;
  drawn(cache, request_for(201), layers, refusal);
  CHECK_FALSE(kept(cache, request_for(201), layers));
}

TEST_CASE("a picture that many ask for at once is drawn once", "[wms]") {
  MapCache cache(1 << 20);
  const auto layers = layers_of(std::make_shared<const coverage::Dataset>());
  std::atomic<int> draws = 0, right = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      const http::Response answer = cache.get(request_for(0), layers, [&] {
        ++draws;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return picture(1000, 'a');
      });
      if (std::get<std::string>(answer.body).size() == 1000) ++right;
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(draws == 1);
  CHECK(right == 8);
}
