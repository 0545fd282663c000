#include <catch2/catch.hpp>

#include "tests/services/wms/fixture.h"

namespace gyre::wms::testing {
namespace {

constexpr const char* kMap =
    "SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&STYLES=&CRS=CRS:84&BBOX=0,0,40,40&WIDTH=8&HEIGHT=8"
    "&FORMAT=image/png&LAYERS=";

std::string caching(const Server& server, const std::string& query) {
  const auto said = headers_of(server.get(query), "Cache-Control");
  return said.size() == 1 ? said.front() : std::to_string(said.size()) + " headers";
}

}  // namespace

// The clock stands at noon of 2024-01-03; there are days from the first to the sixth.
TEST_CASE("a map of a day that is named and closed is immutable", "[wms]") {
  Server server;
  server.context().caching.closed_after_days = 1;
  const std::string closed = "max-age=2592000, immutable", open = "max-age=30";
  for (const auto& [what, expected] : std::vector<std::pair<std::string, std::string>>{
           {"forecast/thetao&TIME=2024-01-01T12:00:00Z", closed},
           {"forecast/thetao&TIME=2024-01-01T12", closed},
           {"forecast/thetao&TIME=2024-01-01", open},  // before noon a step may come
           {"forecast/thetao&TIME=2024", open},
           {"forecast/thetao&TIME=2024-01-02T12:00:00Z", open},   // a day ago, not more
           {"forecast/thetao&TIME=2024-01-01T13:00:00Z", open},   // that step is not there
           {"forecast/thetao&TIME=2024-01-01/2024-01-01", open},  // nor are all of a range
           {"forecast/thetao&TIME=2024-01-01,2024-01-01", open},
           {"forecast/thetao&TIME=2024-01-06", open},
           {"forecast/thetao", open},
           {"local/u", open}}) {  // of no time at all
    CAPTURE(what);
    CHECK(caching(server, kMap + what) == expected);
    CHECK(caching(server, kMap + what) == expected);  // the picture that was kept
  }
}

TEST_CASE("a map by default is kept until its time moves on", "[wms]") {
  Server server;
  server.context().caching.max_age_s = 1'000'000;
  for (const char* when : {"", "&TIME=", "&TIME=current", "&TIME=2024-01-01/Now"}) {
    CAPTURE(when);
    CHECK(caching(server, kMap + std::string("forecast/thetao") + when) == "max-age=43200");
  }
  CHECK(caching(server, kMap + std::string("forecast/thetao&TIME=2024-01-01")) == "max-age=500000");
}

TEST_CASE("values and legends say how long they may be kept", "[wms]") {
  Server server;
  server.context().caching.closed_after_days = 1;
  const std::string info =
      "SERVICE=WMS&VERSION=1.3.0&REQUEST=GetFeatureInfo&STYLES=&CRS=CRS:84&BBOX=0,0,40,40&WIDTH=8"
      "&HEIGHT=8&I=1&J=1&LAYERS=forecast/thetao&QUERY_LAYERS=forecast/thetao"
      "&INFO_FORMAT=application/json&TIME=";
  CHECK(caching(server, info + "2024-01-01T12:00:00Z") == "max-age=2592000, immutable");
  CHECK(caching(server, info + "2024-01-01") == "max-age=30");
  CHECK(caching(server, info + "2024-01-01/2024-01-02") == "max-age=30");
  CHECK(caching(server,
                "SERVICE=WMS&VERSION=1.3.0&REQUEST=GetLegendGraphic&FORMAT=image/png"
                "&LAYER=forecast/thetao&STYLE=") == "max-age=30");
  CHECK(caching(server, kMap + std::string("nobody")) == "no-store");
}

}  // namespace gyre::wms::testing
