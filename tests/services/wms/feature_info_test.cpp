#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "rendering/colour.h"
#include "services/wms/point_series.h"
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

/// speed and direction(time 4, depth 2, lat 2, lon 3), as two vectors' fields; qc(time, lat, lon)
/// is 1 2 3 0 1 ..., 3 missing; day(time) is a mask.
struct Judged {
  std::shared_ptr<MemorySource> source = std::make_shared<MemorySource>();
  std::shared_ptr<coverage::Dataset> dataset;

  Judged() {
    using coverage::Attribute;
    using coverage::ElementType;
    std::vector<double> speed, direction, flags;
    for (int i = 0; i < 48; ++i) {
      speed.push_back(i);
      direction.push_back(i % 5 == 4 ? -999 : i + 9);
      if (i < 24) flags.push_back((i + 1) % 4);
    }
    const std::vector<std::string> dimensions{"time", "depth", "lat", "lon"};
    source->add({"speed", ElementType::Float32, dimensions, {4, 2, 2, 3}, {}, {}}, speed);
    source->add({"direction", ElementType::Float32, dimensions, {4, 2, 2, 3}, {}, {}}, direction);
    const auto numbers = [](const char* name, std::vector<std::int64_t> values) {
      return Attribute{name, ElementType::Int8, std::move(values)};
    };
    const auto text = [](const char* name, std::string value) {
      return Attribute{name, ElementType::String, std::move(value)};
    };
    source->add(
        {"qc",
         ElementType::Int8,
         {"time", "lat", "lon"},
         {4, 2, 3},
         {},
         coverage::Attributes({text("flag_meanings", "no_qc good fair"),
                               numbers("flag_values", {0, 1, 2}), numbers("_FillValue", {3})})},
        flags);
    source->add(
        {"day",
         ElementType::Int8,
         {"time"},
         {4},
         {},
         coverage::Attributes({text("flag_meanings", "day night"), numbers("flag_masks", {1, 2})})},
        std::vector<double>{2, 1, 2, 1});
    coverage::Field of_speed = float_field("speed", "sea_water_speed", "m s-1");
    of_speed.attributes.set(text("ancillary_variables", "qc day"));
    dataset = std::make_shared<coverage::Dataset>(
        *make_dataset("judged",
                      {time_axis("days since 2024-01-01", {0, 1, 2, 3}), depth_axis({0, 10}),
                       latitude_axis({0, 1}), longitude_axis({0, 1, 2})},
                      {{of_speed, speed, {0, 48}},
                       {float_field("direction", "", "degree"), direction, {0, 360}}}));
    dataset->source = source;
    dataset->schema = std::make_shared<const coverage::HoldingSchema>(source->describe());
    dataset->coverages.front().vectors = {{0, 1}};
  }
};

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

TEST_CASE("a series of a speed tells its directions and what the quality flags say", "[wms]") {
  const Judged judged;
  const Server server({judged.dataset});
  const std::string map = query("judged/speed", "-0.5,-0.5,2.5,1.5", 3, 2);
  const auto properties = [&](const std::string& steps) {
    return json_of(info(server, map + steps, "judged/speed", 1, 0))["features"][0]["properties"];
  };
  const std::size_t before = judged.source->reads();
  const auto all = properties("&TIME=/&ELEVATION=/");
  CHECK(judged.source->reads() - before == 4);  // speed, direction and both flags: once each
  REQUIRE(all["series"].size() == 8);
  CHECK_FALSE(all.contains("direction"));
  CHECK_FALSE(all.contains("quality"));
  std::size_t i = 0;
  for (const char* const day : {"1", "2", "3", "4"}) {
    for (const char* const elevation : {"0", "-10"}) {
      const auto one = properties(std::string("&TIME=2024-01-0") + day + "&ELEVATION=" + elevation);
      const auto& sample = all["series"][i++];
      CAPTURE(one.dump(), sample.dump());
      CHECK(sample["value"] == one["value"]);
      CHECK(sample["quality"] == one["quality"]);
      CHECK(sample["direction"] ==
            (one.contains("direction") ? one["direction"] : nlohmann::json()));
    }
  }
  CHECK(all["series"][0]["direction"].is_null());
  CHECK(all["series"][1]["direction"] == 19);
  CHECK(all["series"][1]["quality"] == nlohmann::json{{"qc", "good"}, {"day", "night"}});
  CHECK(all["series"][3]["quality"]["qc"].is_null());

  const auto told = [&](const char* format) {
    return text_of(info(server, map + "&ELEVATION=-10&TIME=/", "judged/speed", 1, 0, format));
  };
  CHECK(
      told("text/csv")
          .find(
              "layer,longitude,latitude,elevation,time,direction,value,units,meaning,quality\r\n"
              "judged/speed,1,1,-10,2024-01-01T00:00:00Z,19,10,m s-1,,qc: good; day: night\r\n") ==
      0);
  CHECK(told("text/html").find("<th>time</th><th>direction</th><th>value</th><th>quality</th>") !=
        std::string::npos);
  CHECK(
      told("text/html").find("<td>19 degree</td><td>10 m s-1</td><td>qc: good; day: night</td>") !=
      std::string::npos);
  CHECK(told("text/plain").find("\t19 degree\t10 m s-1\tqc: good; day: night\n") !=
        std::string::npos);
  CHECK(told("text/xml").find("<direction>19</direction>") != std::string::npos);
  CHECK(told("text/xml").find("<quality variable=\"qc\">good</quality>") != std::string::npos);
  CHECK(told("application/vnd.ogc.gml").find("<gyre:direction>19</gyre:direction>") !=
        std::string::npos);
  CHECK(told("application/vnd.ogc.gml").find("<gyre:quality variable=\"qc\">missing<") !=
        std::string::npos);
}

TEST_CASE("flags are told by what is stored, every bit of it", "[wms]") {
  constexpr std::int64_t kLarge = (std::int64_t{1} << 53) + 1;
  coverage::Field field = float_field("f", "", "");
  field.storage = field.declared = coverage::ElementType::Int64;
  field.missing.fills = {coverage::Scalar{std::int64_t{-1}}};
  field.flags = {coverage::Flag{kLarge, std::nullopt, "odd_one"},
                 coverage::Flag{kLarge - 1, std::nullopt, "even_one"},
                 coverage::Flag{std::nullopt, std::nullopt, "beyond_the_type"}};
  coverage::RawBlock block{field.storage, {3}, coverage::Bytes(24)};
  block.as<std::int64_t>()[0] = kLarge;
  block.as<std::int64_t>()[1] = kLarge - 1;
  CHECK(meaning_of(field, block, 0) == "odd one");
  CHECK(meaning_of(field, block, 1) == "even one");
  CHECK(meaning_of(field, block, 2).empty());  // 0 has no meaning
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
