#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "rendering/colour.h"
#include "tests/services/wms/picture.h"

namespace gyre::wms::testing {
namespace {

std::string query(const std::string& layers, const std::string& box, int width, int height,
                  const std::string& crs = "CRS:84") {
  return "SERVICE=WMS&VERSION=1.3.0&LAYERS=" + layers + "&STYLES=&CRS=" + crs + "&BBOX=" + box +
         "&WIDTH=" + std::to_string(width) + "&HEIGHT=" + std::to_string(height);
}

const std::string kLocal = query("local/u", "-2.5,49.5,0.5,51.5", 3, 2);

http::Response info(const Server& server, const std::string& map, const std::string& layers, int i,
                    int j, const std::string& format = "application/json") {
  return server.get(map + "&REQUEST=GetFeatureInfo&QUERY_LAYERS=" + layers + "&INFO_FORMAT=" +
                    format + "&I=" + std::to_string(i) + "&J=" + std::to_string(j));
}

nlohmann::json json_of(const http::Response& response) {
  INFO(text_of(response));
  REQUIRE(nlohmann::json::accept(text_of(response)));
  return nlohmann::json::parse(text_of(response));
}

}  // namespace

TEST_CASE("JSON tells the value, the sample's place and the class", "[wms]") {
  const http::Response response = info(Server(), kLocal, "local/u", 1, 1);
  CHECK(response.media_type.starts_with("application/json"));
  const auto feature = json_of(response)["features"][0];
  CHECK(feature["properties"]["value"] == 4);
  CHECK(feature["properties"]["units"] == "m s-1");
  CHECK(feature["geometry"]["coordinates"] == nlohmann::json{-1, 50});
  CHECK(feature["properties"]["colour"].is_string());
}

TEST_CASE("a missing value is null, and outside there is no feature", "[wms]") {
  const Server server;
  const auto missing = json_of(info(server, kLocal, "local/u", 2, 1))["features"][0]["properties"];
  CHECK(missing["value"].is_null());
  CHECK(missing["colour"].is_null());
  CHECK(json_of(info(server, query("local/u", "50,0,60,10", 4, 4), "local/u", 1, 1))["features"]
            .empty());
}

TEST_CASE("dimensions and flag meanings are told", "[wms]") {
  const auto properties = json_of(
      info(Server(), query("forecast/class", "0,0,360,90", 36, 9) + "&TIME=2024-01-02&ELEVATION=10",
           "forecast/class", 10, 3))["features"][0]["properties"];
  CHECK(properties["time"] == "2024-01-02T12:00:00Z");
  CHECK(properties["elevation"] == -10);
  CHECK(properties["value"] == 2);
  CHECK(properties["meaning"] == "first year ice");
}

TEST_CASE("a range of steps gives the series at a point, a list of levels the profile", "[wms]") {
  Server server;
  const std::string map = query("forecast/thetao", "0,0,360,90", 36, 9);
  const auto one = [&](const std::string& steps) {
    return json_of(
        info(server, map + steps, "forecast/thetao", 10, 3))["features"][0]["properties"]["value"];
  };
  const auto properties = json_of(info(server, map + "&TIME=2024-01-02/2024-01-04&ELEVATION=-10",
                                       "forecast/thetao", 10, 3))["features"][0]["properties"];
  CHECK(properties["elevation"] == -10);
  CHECK_FALSE(properties.contains("value"));
  REQUIRE(properties["series"].size() == 3);
  CHECK(properties["series"][2]["time"] == "2024-01-04T12:00:00Z");
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(properties["series"][k]["value"] ==
          one("&ELEVATION=-10&TIME=2024-01-0" + std::to_string(2 + k)));
  }
  // A section: the last axis fastest.
  const std::string csv = text_of(info(server, map + "&TIME=2024-01-02,2024-01-03&ELEVATION=-20/0",
                                       "forecast/thetao", 10, 3, "text/csv"));
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 5);
  CHECK(csv.find("layer,longitude,latitude,time,elevation,value,units,meaning\r\n") == 0);
  CHECK(csv.find("2024-01-03T12:00:00Z,-0.494025,") < csv.find("2024-01-03T12:00:00Z,-10,"));
  for (const char* const format :
       {"text/html", "text/plain", "text/xml", "application/vnd.ogc.gml"}) {
    const std::string text = text_of(
        info(server, map + "&TIME=2024-01-02/2024-01-04", "forecast/thetao", 10, 3, format));
    CAPTURE(format, text);
    CHECK(text.find("2024-01-02T12:00:00Z") < text.find("2024-01-04T12:00:00Z"));
  }
  server.context().limits.info_samples = 5;
  const std::string refused = text_of(
      info(server, map + "&TIME=2024-01-02/2024-01-04&ELEVATION=/0", "forecast/thetao", 10, 3));
  CHECK(refused.find("InvalidDimensionValue") != std::string::npos);
  CHECK(refused.find("5 at most") != std::string::npos);
}

TEST_CASE("the colour of a pixel is the colour of its value", "[wms][property]") {
  const Server server;
  struct Row {
    const char *layer, *crs, *box;
  };
  const auto row = GENERATE(values<Row>({
      {"forecast/thetao", "CRS:84", "-180,-90,180,90"},
      {"forecast/thetao", "CRS:84", "150,-20,230,60"},
      {"forecast/class", "EPSG:3857", "-2e7,-2e7,2e7,2e7"},
      {"forecast/thetao", "EPSG:3413", "-5e6,-5e6,5e6,5e6"},
      {"forecast/class", "EPSG:3031", "-5e6,-5e6,5e6,5e6"},
      {"forecast/thetao", "EPSG:3035", "1e6,2e6,6e6,7e6"},
      {"local/u", "EPSG:4326", "49,-3,52,1"},
  }));
  const auto scale = GENERATE("", "&COLORSCALERANGE=auto", "&COLORSCALERANGE=3,30&NUMCOLORBANDS=7");
  CAPTURE(row.layer, row.crs, scale);
  const std::string map = query(row.layer, row.box, 23, 17, row.crs) + "&TRANSPARENT=TRUE" + scale;
  const auto picture = picture_of(server.get(map + "&REQUEST=GetMap&FORMAT=image/png"));
  for (int k = 0; k < 23 * 17; k += 3) {
    const int i = k % 23, j = k / 23;
    const auto features = json_of(info(server, map, row.layer, i, j))["features"];
    const rendering::Colour shown =
        picture.at(static_cast<std::size_t>(i), static_cast<std::size_t>(j));
    CAPTURE(i, j);
    if (features.empty() || features[0]["properties"]["colour"].is_null()) {
      CHECK(shown.alpha == 0);
    } else {
      CHECK(features[0]["properties"]["colour"] == rendering::hex(shown));
    }
  }
}

TEST_CASE("each format answers with its type, also with a charset", "[wms]") {
  const Server server;
  const auto format = GENERATE("application/json", "text/html", "text/plain", "text/xml",
                               "application/vnd.ogc.gml", "text/csv");
  const http::Response response = info(server, kLocal, "local/u", 1, 1, format);
  CHECK(response.media_type.starts_with(format));
  CHECK(text_of(response).find('4') != std::string::npos);
  CHECK(text_of(response).find("m s-1") != std::string::npos);
}

TEST_CASE("CSV has one row a layer", "[wms]") {
  const std::string map =
      query("forecast/thetao,local/u", "-2.5,49.5,0.5,51.5", 3, 2) + "&TIME=2024-01-01";
  std::string both = map;
  both.replace(both.find("STYLES="), 7, "STYLES=,");
  CHECK(text_of(info(Server(), both, "forecast/thetao,local/u", 1, 0, "text/csv")) ==
        "layer,longitude,latitude,time,elevation,value,units,meaning\r\n"
        "forecast/thetao,-5,55,2024-01-01T12:00:00Z,-0.494025,35.25,degC,\r\n"
        "local/u,-1,51,,,1,m s-1,\r\n");
}

TEST_CASE("what cannot be asked is refused", "[wms]") {
  const Server server;
  CHECK(code_of(info(server, kLocal, "local/u", 3, 0)) == "InvalidPoint");
  CHECK(code_of(info(server, kLocal, "local/u", 0, 2)) == "InvalidPoint");
  CHECK(code_of(info(server, kLocal, "local/none", 0, 0)) == "LayerNotDefined");
  CHECK(code_of(info(server, kLocal, "forecast/thetao", 0, 0)) == "LayerNotDefined");
  CHECK(code_of(info(server, kLocal, "local/u", 0, 0, "text/none")) == "InvalidFormat");
}

}  // namespace gyre::wms::testing
