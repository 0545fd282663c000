#include <catch2/catch.hpp>

#include "services/ows/exception.h"
#include "services/wms/kvp_binding.h"

namespace gyre::wms::testing {
namespace {

constexpr auto kMap130 =
    "SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=a,b&STYLES=,default&CRS=EPSG:4326"
    "&BBOX=-10,20,30,40&WIDTH=200&HEIGHT=100&FORMAT=image/png";

GetMap map_of(const std::string& query) { return get_map_from_kvp(ows::Kvp::parse(query)); }

std::string code(const std::string& query) {
  try {
    static_cast<void>(map_of(query));
  } catch (const ows::Exception& error) {
    return error.code() + " " + error.locator();
  }
  return "";
}

/// kMap130 with one parameter put in place of another of that key, or behind.
std::string with(const std::string& pair) {
  const std::string key = pair.substr(0, pair.find('=') + 1);
  std::string query = kMap130;
  if (const std::size_t at = query.find("&" + key); at != std::string::npos) {
    query.erase(at, query.find('&', at + 1) - at);
  }
  return query + "&" + pair;
}

}  // namespace

TEST_CASE("both versions build one request for the same picture", "[wms]") {
  GetMap old = map_of(
      "version=1.1.1&request=GetMap&layers=a,b&styles=,default&srs=EPSG:4326"
      "&bbox=20,-10,40,30&width=200&height=100&format=image/png");
  const GetMap now = map_of(kMap130);
  CHECK(old.version == Version::V1_1_1);
  old.version = Version::V1_3_0;
  CHECK((old == now));
  CHECK((now.map.envelope == coverage::Envelope{20, -10, 40, 30}));
  CHECK(now.map.styles == std::vector<std::string>{"", "default"});
}

TEST_CASE("BBOX follows the axis order of the CRS in 1.3.0", "[wms]") {
  struct Row {
    const char* crs;
    coverage::Envelope expected;
  };
  const auto row = GENERATE(values<Row>({
      {"EPSG:4326", {2, 1, 4, 3}},
      {"CRS:84", {1, 2, 3, 4}},
      {"EPSG:3857", {1, 2, 3, 4}},
      {"EPSG:900913", {1, 2, 3, 4}},
      {"EPSG:3035", {2, 1, 4, 3}},
      {"EPSG:32661", {2, 1, 4, 3}},
      {"EPSG:5041", {1, 2, 3, 4}},
      {"EPSG:3413", {1, 2, 3, 4}},
      {"EPSG:3031", {1, 2, 3, 4}},
      {"EPSG:4258", {2, 1, 4, 3}},
  }));
  CAPTURE(row.crs);
  const GetMap request = map_of(
      std::string("VERSION=1.3.0&LAYERS=a&STYLES=&BBOX=1,2,3,4&WIDTH=1&HEIGHT=1&FORMAT=image/png"
                  "&CRS=") +
      row.crs);
  CHECK((request.map.envelope == row.expected));
}

TEST_CASE("numbers may have exponents and blanks", "[wms]") {
  const GetMap request = map_of(with("BBOX=-1e1,+2.0E%2B1,%2030,4.0e+1"));
  CHECK((request.map.envelope == coverage::Envelope{20, -10, 40, 30}));
}

TEST_CASE("a map request that is not understood is refused by code and parameter", "[wms]") {
  struct Row {
    const char *pair, *expected;
  };
  const auto row = GENERATE(values<Row>({
      {"BBOX=1,2,3", "InvalidParameterValue BBOX"},
      {"BBOX=1,2,3,x", "InvalidParameterValue BBOX"},
      {"BBOX=1,2,nan,4", "InvalidParameterValue BBOX"},
      {"BBOX=1,2,inf,4", "InvalidParameterValue BBOX"},
      {"BBOX=1,2,1,4", "InvalidParameterValue BBOX"},
      {"BBOX=3,2,1,4", "InvalidParameterValue BBOX"},
      {"BBOX=", "MissingParameterValue BBOX"},
      {"CRS=EPSG:0", "InvalidCRS CRS"},
      {"CRS=nonsense", "InvalidCRS CRS"},
      {"CRS=", "MissingParameterValue CRS"},
      {"WIDTH=0", "InvalidParameterValue WIDTH"},
      {"WIDTH=-5", "InvalidParameterValue WIDTH"},
      {"WIDTH=1.5", "InvalidParameterValue WIDTH"},
      {"WIDTH=99999999999999999999", "InvalidParameterValue WIDTH"},
      {"HEIGHT=", "MissingParameterValue HEIGHT"},
      {"STYLES=a", "StyleNotDefined STYLES"},
      {"STYLES=a,b,c", "StyleNotDefined STYLES"},
      {"LAYERS=", "MissingParameterValue LAYERS"},
      {"FORMAT=", "MissingParameterValue FORMAT"},
      {"VERSION=", "MissingParameterValue VERSION"},
      {"VERSION=abc", "InvalidParameterValue VERSION"},
      {"TRANSPARENT=maybe", "InvalidParameterValue TRANSPARENT"},
      {"BGCOLOR=blueish", "InvalidParameterValue BGCOLOR"},
      {"EXCEPTIONS=speech", "InvalidFormat EXCEPTIONS"},
      {"COLORSCALERANGE=5,5", "InvalidParameterValue COLORSCALERANGE"},
      {"NUMCOLORBANDS=251", "InvalidParameterValue NUMCOLORBANDS"},
      {"OPACITY=101", "InvalidParameterValue OPACITY"},
  }));
  CAPTURE(row.pair);
  CHECK(code(with(row.pair)) == row.expected);
}

TEST_CASE("STYLES may be empty, and left out in 1.1.1 alone", "[wms]") {
  const std::string rest = "&LAYERS=a&BBOX=1,2,3,4&WIDTH=1&HEIGHT=1&FORMAT=image/png";
  CHECK(code("VERSION=1.3.0&CRS=CRS:84" + rest) == "MissingParameterValue STYLES");
  CHECK(code("VERSION=1.3.0&CRS=CRS:84&STYLES=" + rest) == "");
  CHECK(code("VERSION=1.1.1&SRS=EPSG:4326" + rest) == "");
}

TEST_CASE("an unknown CRS is InvalidSRS in 1.1.1", "[wms]") {
  CHECK(code("VERSION=1.1.1&LAYERS=a&STYLES=&SRS=EPSG:0&BBOX=1,2,3,4&WIDTH=1&HEIGHT=1"
             "&FORMAT=image/png") == "InvalidSRS SRS");
}

TEST_CASE("EXCEPTIONS is known in every spelling", "[wms]") {
  struct Row {
    const char* text;
    Exceptions expected;
  };
  const auto row = GENERATE(values<Row>({
      {"", Exceptions::Xml},
      {"XML", Exceptions::Xml},
      {"application/vnd.ogc.se_xml", Exceptions::Xml},
      {"INIMAGE", Exceptions::InImage},
      {"application/vnd.ogc.se_inimage", Exceptions::InImage},
      {"BLANK", Exceptions::Blank},
      {"application/vnd.ogc.se_blank", Exceptions::Blank},
  }));
  CAPTURE(row.text);
  CHECK(map_of(with(std::string("EXCEPTIONS=") + row.text)).exceptions == row.expected);
}

TEST_CASE("the version of capabilities is negotiated", "[wms]") {
  struct Row {
    const char* query;
    Version expected;
  };
  const auto row = GENERATE(values<Row>({
      {"", Version::V1_3_0},
      {"VERSION=", Version::V1_3_0},
      {"VERSION=1.3.0", Version::V1_3_0},
      {"VERSION=100.0.0", Version::V1_3_0},
      {"VERSION=1.2.0", Version::V1_1_1},
      {"VERSION=1.1.1", Version::V1_1_1},
      {"VERSION=1.0.0", Version::V1_1_1},
      {"VERSION=0.0.0", Version::V1_1_1},
      {"WMTVER=1.1.0", Version::V1_1_1},
      {"VERSION=1.3", Version::V1_3_0},
  }));
  CAPTURE(row.query);
  CHECK(get_capabilities_from_kvp(ows::Kvp::parse(row.query)).version == row.expected);
}

TEST_CASE("dimensions are taken whatever their case", "[wms]") {
  const GetMap request = map_of(with("time=2024&Elevation=-5&dim_MEMBER=3&DIM_reference_time="));
  CHECK((request.map.dimensions ==
         DimensionValues{
             {"time", "2024"}, {"elevation", "-5"}, {"member", "3"}, {"reference_time", ""}}));
}

TEST_CASE("colour scale parameters of ncWMS are understood", "[wms]") {
  const ColourScale scale =
      map_of(with("colorscalerange=1,5&numcolorbands=10&logscale=true&abovemaxcolor=extend"
                  "&belowmincolor=0x00FF00&opacity=40"))
          .map.colour_scale;
  CHECK((std::get<std::pair<double, double>>(scale.range) == std::pair(1.0, 5.0)));
  CHECK(scale.bands == 10u);
  CHECK(scale.logarithmic == true);
  CHECK_FALSE(scale.above);
  CHECK((scale.below == rendering::Colour{0, 255, 0, 255}));
  CHECK(scale.opacity == Approx(0.4));
}

TEST_CASE("GetFeatureInfo takes its pixel by the keys of either version", "[wms]") {
  const std::string base = std::string(kMap130) + "&QUERY_LAYERS=a&INFO_FORMAT=text/plain";
  const auto read = [](const std::string& query) {
    return get_feature_info_from_kvp(ows::Kvp::parse(query));
  };
  CHECK(read(base + "&I=3&J=4").i == 3);
  CHECK(read(base + "&X=3&Y=4").j == 4);
  const auto refused = [&](const std::string& pairs) {
    try {
      static_cast<void>(read(base + pairs));
    } catch (const ows::Exception& error) {
      return error.code();
    }
    return std::string();
  };
  CHECK(refused("&I=-1&J=4") == "InvalidPoint");
  CHECK(refused("&I=x&J=4") == "InvalidPoint");
  CHECK(refused("&J=4") == "MissingParameterValue");
}

}  // namespace gyre::wms::testing
